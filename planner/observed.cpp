#include "planner/observed.h"

#include <algorithm>

namespace changeover {
namespace {

template <class T>
void copy_of(const std::map<std::string, T>& all, const std::set<std::string>& names, std::map<std::string, T>& some) {
  for (const std::string& name : names)
    if (const auto found = all.find(name); found != all.end()) some.insert(*found);
}

}  // namespace

Observed Observed::of_one(std::string_view migration, const std::set<std::string>& its_apps) const {
  Observed one;
  one.at = at;
  copy_of(apps, its_apps, one.apps);
  copy_of(addons_by_app, its_apps, one.addons_by_app);
  copy_of(attachments_by_app, its_apps, one.attachments_by_app);
  const auto facts = std::ranges::find(migrations, migration, &MigrationFacts::name);
  if (facts != migrations.end()) one.migrations.push_back(*facts);
  return one;
}

}  // namespace changeover
