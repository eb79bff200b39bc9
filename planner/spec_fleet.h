// Reads `fleet`: what concerns the cutovers of all migrations together.
//
// Owner: planner/spec_reader; pure. Thread rule: none.
#pragma once

#include <optional>
#include <vector>

#include "planner/desired.h"
#include "planner/spec_draft.h"
#include "yaml/mapping_reader.h"

namespace changeover {

struct FleetDraft {
  FleetRules rules;
  std::optional<Position> at;  ///< of the key; none: it is not said
  std::optional<Position> canary_at;
};

[[nodiscard]] FleetDraft read_fleet_rules(yaml::MappingReader& spec);

/// The canary is one of the migrations.
void check_fleet_rules(const FleetDraft& fleet, const std::vector<Draft>& drafts, Diagnostics& diagnostics);

}  // namespace changeover
