// The holder of a lock as JSON, and in words for whoever is locked out; shared by every state backend.
//
// Owner: nobody; pure functions. Thread rule: none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "executor/state/backend.h"
#include "json/value.h"

namespace changeover {

/// This process, as others shall see it in a lock. The wiring fills it.
struct RunIdentity {
  std::string who;  ///< user name, or the CI job
  std::string host;
  std::int64_t pid = 0;
};

/// What a lock tells of itself: `migration`, and the members of Holder.
struct LockNote {
  std::string migration;
  Holder holder;
};

[[nodiscard]] json::Value to_json(const LockNote& note);

/// Nothing for a text that is no note, such as one that was cut off.
[[nodiscard]] std::optional<LockNote> read_lock_note(std::string_view text);

/// "dana on build-7 (process 4242, `apply`), since 2026-11-22T10:00:00Z"
[[nodiscard]] std::string in_words(const Holder& holder);

/// `locked`: who holds it, since when, and the command that breaks the lock. `spec` is the file as the user named it.
[[nodiscard]] Error locked_by(const std::string& migration, const std::optional<LockNote>& note,
                              const std::string& spec);

}  // namespace changeover
