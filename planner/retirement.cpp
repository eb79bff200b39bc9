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
  const std::optional<RetirementFacts>& asked = situation.facts.retirement;
  std::optional<WallTime> since;
  if (asked) since = asked->attached_at;
  // It is as old as its release.
  else if (situation.copy_is_attached)
    since = situation.target_attachment->created_at;
  if (!since) return std::nullopt;
  const RecordedMigration* recorded = situation.recorded;
  if (recorded != nullptr && recorded->attempt && recorded->attempt->certificate)
    since = std::max(*since, recorded->attempt->certificate->at);
  return since;
}

std::string retiring_waits_for(const Situation& situation) {
  const std::optional<WallTime> since = serving_since(situation);
  const std::chrono::seconds after = situation.desired.retire.after;
  if (since && situation.observed.at < *since + after)
    return "retiring waits until " + format_time(std::chrono::ceil<std::chrono::seconds>(*since + after)) + ", " +
           spec_duration(after) + " after the cutover";
  if (situation.facts.copy_database)
    if (const std::string lacking = still_lacks(*situation.facts.copy_database); !lacking.empty())
      return "retiring waits for " + lacking;
  const std::string& unasked = situation.facts.retirement_unasked;
  return unasked.empty() ? unasked : "retiring waits for its turn: " + unasked;
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
