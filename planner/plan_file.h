// The plan as a file for review: a Plan as JSON, back again, and what separates two of them (design 7, safety S7).
//
// Owner: nobody; pure functions. Thread rule: none. The format is schemas/plan.schema.json. What a file says is never
// executed: apply plans again and only compares.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "json/value.h"
#include "planner/plan.h"

namespace changeover {

inline constexpr int plan_format_version = 1;

/// A plan older than this is stale (safety A4).
inline constexpr std::chrono::days plan_lifetime{7};

/// The same plan gives the same bytes. `plan_id` is the SHA-256 of everything else in the document, white space and the
/// order of members aside. The time of the observation is part of it, so that a plan made anew after an aborted attempt
/// is another plan than the spent one, also when nothing else differs. `fingerprint` is the SHA-256 of the migrations'
/// fingerprints: two plans that rest on the same facts have the same. `summary.downtime.at_most_seconds` is the longest
/// downtime of one migration.
[[nodiscard]] json::Value plan_to_json(const Plan& plan);

/// What a plan file holds, checked in its shape and against its own id.
struct SavedPlan {
  std::string plan_id;
  Plan plan;             ///< for `show`
  json::Value document;  ///< for plan_differences()
};

/// `corrupt` for what is no plan, was written in another format, or was edited since it was written.
[[nodiscard]] Result<SavedPlan> read_plan_file(std::string_view text);

/// Why a plan is stale by its age alone: more than plan_lifetime old, or from the future, so that its age is unknown.
[[nodiscard]] std::optional<std::string> plan_is_too_old(const Plan& plan, WallTime now);

/// What a fresh plan has otherwise than the saved one, a line each, in words for a reviewer; empty: the same plan.
///
/// Compared: migrations, stages, phases, both ends, fingerprints, actions with their order, findings. Not compared:
/// when and by which version it was planned, costs, estimates, reasons and explanations, counts inside a finding's
/// text, lag (so `replicating` and `catching_up` are the same, with or without the wait between them), and formations,
/// which are quantities, as long as the spec's bytes are the same (safety A4). An edit of the spec that changes nothing
/// of this is no difference; where there are others, the edit is named last, as their likely cause.
[[nodiscard]] std::vector<std::string> plan_differences(const json::Value& saved, const json::Value& fresh);

}  // namespace changeover
