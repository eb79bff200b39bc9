// Asking a person before the world is changed.
//
// Owner: the apply command. Thread rule: the main thread, which it blocks; a signal ends the wait.
#pragma once

#include <string_view>

#include "cmd/shell.h"

namespace changeover {

enum class Approval { yes, no, interrupted };

/// Prints the question on stderr and reads one line from the shell's input. Only "yes" approves; the end of the input
/// does not. `interrupt` is a descriptor that becomes readable when a signal came.
[[nodiscard]] Approval ask_approval(std::string_view question, int interrupt, Shell& shell);

}  // namespace changeover
