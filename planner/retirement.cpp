#include "planner/retirement.h"

#include <algorithm>

#include "core/text.h"

namespace changeover {
namespace {

constexpr std::string_view available = "Available";

/// The first thing that a young primary still lacks; plans without a standby have no HA Status.
std::string still_lacks(const Database& primary) {
  if (!primary.ha_status.empty() && primary.ha_status != available)
    return primary.name + " to have its standby: HA Status is `" + primary.ha_status + "`";
  if (primary.fork_follow != available)
    return primary.name + " to be one that can be followed: Fork/Follow is `" +
           (primary.fork_follow.empty() ? "not said" : primary.fork_follow) + "`";
  return {};
}

}  // namespace

std::optional<WallTime> serving_since(const Situation& situation) {
  if (!situation.facts.retirement || !situation.facts.retirement->attached_at) return std::nullopt;
  WallTime since = *situation.facts.retirement->attached_at;
  const RecordedMigration* recorded = situation.recorded;
  if (recorded != nullptr && recorded->attempt && recorded->attempt->certificate)
    since = std::max(since, recorded->attempt->certificate->at);
  return since;
}

std::string retiring_waits_for(const Situation& situation) {
  const std::optional<WallTime> since = serving_since(situation);
  const std::chrono::seconds after = situation.desired.retire.after;
  if (since && situation.observed.at < *since + after)
    return "retiring waits until " + format_time(std::chrono::ceil<std::chrono::seconds>(*since + after)) + ", " +
           spec_duration(after) + " after the cutover";
  if (!situation.facts.copy_database) return {};
  const std::string lacking = still_lacks(*situation.facts.copy_database);
  return lacking.empty() ? lacking : "retiring waits for " + lacking;
}

OldAttachment fate_of(const Situation& situation, const Attachment& attachment) {
  const bool pays = situation.facts.source && attachment.app.id == situation.facts.source->app.id;
  if (attachment.app.name == situation.desired.target.app)
    return pays ? OldAttachment::goes_with_it : OldAttachment::is_in_use;
  const QuiescedApp* app = situation.find(attachment.app.name);
  const bool parked = app != nullptr && situation.is_parked(*app);
  if (!parked) return OldAttachment::is_in_use;
  if (pays) return OldAttachment::goes_with_it;
  const bool quiesced = situation.recorded != nullptr && situation.recorded->attempt &&
                        situation.recorded->attempt->baseline_of(attachment.app.name) != nullptr;
  return quiesced ? OldAttachment::is_detached : OldAttachment::is_in_use;
}

}  // namespace changeover
