#include "planner/spec_fleet.h"

#include <algorithm>
#include <string>

#include "core/text.h"
#include "yaml/scalar.h"

namespace changeover {

using yaml::MappingReader;
using yaml::Node;
using yaml::shown;

FleetDraft read_fleet_rules(MappingReader& spec) {
  constexpr long long most_at_once = 50;
  FleetDraft fleet;
  const Node::Entry* entry = spec.entry("fleet");
  if (entry == nullptr) return fleet;
  fleet.at = entry->key_at;
  MappingReader reader("`fleet`", &entry->value, entry->key_at, spec.diagnostics());
  if (!reader.is_mapping()) return fleet;
  if (const auto at_once = reader.integer("max_parallel_cutovers", 1, most_at_once))
    fleet.rules.max_parallel_cutovers = static_cast<int>(at_once->value);
  if (auto canary = reader.text("canary", "the name of a migration")) {
    fleet.rules.canary = std::move(canary->value);
    fleet.canary_at = canary->at;
  }
  reader.finish();
  return fleet;
}

void check_fleet_rules(const FleetDraft& fleet, const std::vector<Draft>& drafts, Diagnostics& diagnostics) {
  if (!fleet.rules.canary || !fleet.canary_at) return;
  const std::string& canary = *fleet.rules.canary;
  const auto found =
      std::ranges::find(drafts, canary, [](const Draft& draft) -> const std::string& { return draft.migration.name; });
  if (found != drafts.end()) {
    // The others wait for it, so it would wait for itself.
    if (!found->depends_on.empty())
      diagnostics.error(*fleet.canary_at, "`canary` names " + shown(canary) + ", which depends on other migrations",
                        "the canary goes before all others: remove its `depends_on`, or choose another one");
    return;
  }
  std::vector<std::string> names;
  for (const Draft& draft : drafts) names.push_back(draft.migration.name);
  const auto meant = nearest(canary, names);
  diagnostics.error(*fleet.canary_at, "`canary` names " + shown(canary) + ", which is no migration",
                    meant ? "did you mean `" + *meant + "`?" : "name the migration that goes first");
}

}  // namespace changeover
