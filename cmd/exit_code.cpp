#include "cmd/exit_code.h"

#include <algorithm>
#include <array>

namespace changeover {

ExitCode worst_of(const std::vector<ExitCode>& codes) {
  using enum ExitCode;
  constexpr std::array order{usage, error, aborted, interrupted, locked, stale, blocked, pending, changes, done};
  for (const ExitCode code : order)
    if (std::ranges::find(codes, code) != codes.end()) return code;
  return done;
}

ExitCode exit_code_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::locked:
      return ExitCode::locked;
    case ErrorCode::cancelled:
      return ExitCode::interrupted;
    default:
      return ExitCode::error;
  }
}

}  // namespace changeover
