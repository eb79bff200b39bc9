#include "planner/desired.h"

#include <algorithm>

namespace changeover {

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::source:
      return "source";
    case Stage::replicating:
      return "replicating";
    case Stage::live:
      return "live";
    case Stage::retired:
      return "retired";
  }
  return "source";
}

std::string_view to_string(After after) { return after == After::park ? "park" : "resume"; }

std::string_view to_string(Consumer consumer) { return consumer == Consumer::app ? "app" : "external"; }

std::string_view to_string(Proof proof) { return proof == Proof::sql ? "sql" : "api"; }

std::string_view to_string(SpaceWeb space_web) { return space_web == SpaceWeb::keep ? "keep" : "stop"; }

const Migration* Desired::find(std::string_view name) const {
  const auto found = std::ranges::find(migrations, name, &Migration::name);
  return found == migrations.end() ? nullptr : &*found;
}

std::vector<const Migration*> Desired::chosen(const std::set<std::string>& only) const {
  std::vector<const Migration*> chosen;
  for (const Migration& migration : migrations)
    if (only.empty() || only.contains(migration.name)) chosen.push_back(&migration);
  std::ranges::stable_partition(chosen, [this](const Migration* one) { return one->name == fleet.canary; });
  return chosen;
}

}  // namespace changeover
