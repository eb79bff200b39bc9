#include "planner/recorded.h"

#include <algorithm>

namespace changeover {

bool is_in_downtime(const RecordedMigration& record) {
  if (!record.attempt) return false;
  const Attempt& newest = *record.attempt;
  if (newest.state == Attempt::State::aborting) return true;
  return newest.state == Attempt::State::open && newest.downtime_began && !newest.downtime_ended;
}

const Baseline* Attempt::baseline_of(std::string_view app_name) const {
  const auto found = std::ranges::find_if(baseline, [&](const Baseline& one) { return one.app.name == app_name; });
  return found == baseline.end() ? nullptr : &*found;
}

const RecordedMigration* Recorded::find(std::string_view name) const {
  const auto found = std::ranges::find(migrations, name, &RecordedMigration::name);
  return found == migrations.end() ? nullptr : &*found;
}

}  // namespace changeover
