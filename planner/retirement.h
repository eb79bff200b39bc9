// Retirement: whether and when the old database may go, and which attachments go before it (safety S28, S29).
//
// Owner: nobody; pure functions over a situation. Thread rule: none. Preflight, planner and graph ask here, so that one
// question has one answer.
#pragma once

#include <optional>
#include <string>

#include "planner/situation.h"

namespace changeover {

/// When the copy came to serve: its attachment, or the proof when it was attached all along. Nothing when not known.
[[nodiscard]] std::optional<WallTime> serving_since(const Situation& situation);

/// What retiring waits for, in words; "" when it is due. What blocks it is not asked here.
[[nodiscard]] std::string retiring_waits_for(const Situation& situation);

/// What becomes of an attachment of the old database.
enum class OldAttachment {
  goes_with_it,  ///< of the app that pays for it: removed by destroying
  is_detached,   ///< of an app that this migration quiesced and that is still parked
  is_in_use,     ///< somebody may run on it: blocks
};
[[nodiscard]] OldAttachment fate_of(const Situation& situation, const Attachment& attachment);

}  // namespace changeover
