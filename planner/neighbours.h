// Neighbours: which migrations of one plan touch the same apps or the same source (safety S10, S11).
//
// Owner: the planner, for the time of one plan; it points into the spec and the facts, which must outlive it. Thread
// rule: none. Made once for all migrations, so that a fleet is looked through once and not once for each of it.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "planner/desired.h"
#include "planner/observed.h"
#include "planner/recorded.h"

namespace changeover {

/// A migration whose cutover is still to come, or of which the source alone counts: it has moved already.
struct Neighbour {
  const Migration& migration;
  const MigrationFacts& facts;
};

/// Every app that a cutover of it would stop.
[[nodiscard]] std::set<std::string> touched_apps(const Migration& migration, const MigrationFacts& facts);

class Neighbours {
 public:
  Neighbours(const Desired& desired, const Observed& observed, const Recorded& recorded);

  /// Others that end on this app, that move this source or have moved it, that stop this app; in the order of the spec.
  [[nodiscard]] std::vector<const Neighbour*> ending_on(std::string_view app, std::string_view but) const;
  [[nodiscard]] std::vector<const Neighbour*> moving(std::string_view source_id, std::string_view but) const;
  [[nodiscard]] std::vector<const Neighbour*> stopping(std::string_view app, std::string_view but) const;
  /// Others whose attempt has this app down and is not over; by name.
  [[nodiscard]] std::vector<std::string> keeping_down(const std::string& app, std::string_view but) const;
  /// Whether `later` waits for `first`, by whatever is between them.
  [[nodiscard]] bool waits_for(const Migration& later, std::string_view first) const;

 private:
  using Index = std::unordered_map<std::string, std::vector<std::size_t>>;
  [[nodiscard]] std::vector<const Neighbour*> others(const Index& index, std::string_view key,
                                                     std::string_view but) const;

  std::vector<Neighbour> all_;
  std::unordered_map<std::string_view, const Migration*> by_name_;
  Index by_target_;
  Index by_source_;
  Index by_app_;
  std::unordered_map<std::string, std::set<std::string>> down_;  ///< names of migrations by app
};

}  // namespace changeover
