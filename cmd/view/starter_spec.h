// The spec that `init` writes: every value observed, every choice explained, and what takes a person's word as a
// comment.
//
// Owner: nobody; pure functions. Thread rule: none. Only names, numbers and prices go into it, so it can hold no
// secret. It validates, and plans at stage replicating without an edit, wherever a copy can be made at all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "planner/desired.h"
#include "planner/observed.h"
#include "planner/plan.h"

namespace changeover {

/// One database that moves.
struct StarterMigration {
  std::string name;
  Attachment attachment;  ///< by which the source app has it
  PlanOffer plan;
  std::vector<PlanOffer> alternatives;  ///< other plans that hold the data, by price
  const MigrationFacts* facts = nullptr;
  std::vector<Finding> ahead;  ///< what stands in the way of stage live
  std::vector<Finding> by_hand;
};

struct StarterSpec {
  std::string source_app;
  std::string target_app;
  std::string tool_version;
  const Observed* observed = nullptr;
  std::vector<StarterMigration> migrations;
};

/// The databases a source app has, one attachment each: DATABASE before others, the default credential only.
[[nodiscard]] std::vector<Attachment> movable_attachments(const std::vector<Attachment>& of_app);

/// Valid and unique within a spec: the app's name when it has one database, with the attachment's else.
[[nodiscard]] std::string migration_name(const std::string& app, const Attachment& attachment, bool only_one);

/// The offers that can be installed in this space and hold so many bytes, cheapest first; what has no known price or
/// disk comes last.
[[nodiscard]] std::vector<PlanOffer> fitting_plans(const std::vector<PlanOffer>& offers, bool shield,
                                                   std::optional<std::int64_t> bytes);

/// The one of the source's own size, else the next larger one, else the largest; the cheapest for a source of a tier
/// without sizes. Nothing when none fits.
[[nodiscard]] const PlanOffer* best_plan(const std::vector<PlanOffer>& fitting, std::string_view source_plan);

[[nodiscard]] std::string starter_spec_text(const StarterSpec& spec);

}  // namespace changeover
