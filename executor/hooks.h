// Hooks: the operator's own programs at three moments of an attempt (design 3), each bounded in time.
//
// Owner: the cutover of a migration. Thread rule: the event loop's thread. Whether one is due is journaled (planner/
// recorded.h, due_hooks), so that a kill makes it run again rather than not at all: at least once. What a program
// prints is told in hook_ran, with secrets struck out.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "executor/processes.h"
#include "executor/scheduler.h"
#include "planner/desired.h"

namespace changeover {

enum class Hook { before_downtime, after_live, after_abort };
[[nodiscard]] std::string_view to_string(Hook hook);

/// Its argv; empty when the spec has none.
[[nodiscard]] const Migration::Command& command_of(const Migration& migration, Hook hook);

/// For the write that makes it due: its name, or nothing.
[[nodiscard]] std::vector<std::string> due_with(const Migration& migration, Hook hook);

/// What a hook may take.
inline constexpr std::chrono::seconds hook_limit{60};

/// Runs it and tells hook_ran. An error when it can not be started, fails, or takes too long.
[[nodiscard]] Task<Result<void>> run_hook(Surroundings around, ProcessRunner& processes, const Migration& migration,
                                          Hook hook);

}  // namespace changeover
