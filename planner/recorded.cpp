#include "planner/recorded.h"

#include <algorithm>

namespace changeover {

const Baseline* Attempt::baseline_of(std::string_view app_name) const {
  const auto found = std::ranges::find_if(baseline, [&](const Baseline& one) { return one.app.name == app_name; });
  return found == baseline.end() ? nullptr : &*found;
}

const RecordedMigration* Recorded::find(std::string_view name) const {
  const auto found = std::ranges::find(migrations, name, &RecordedMigration::name);
  return found == migrations.end() ? nullptr : &*found;
}

}  // namespace changeover
