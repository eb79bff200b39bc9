#include "executor/outcome.h"

#include <algorithm>
#include <array>

namespace changeover {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::done:
      return "done";
    case Outcome::no_changes:
      return "no_changes";
    case Outcome::pending:
      return "pending";
    case Outcome::blocked:
      return "blocked";
    case Outcome::stale:
      return "stale";
    case Outcome::aborted:
      return "aborted";
    case Outcome::locked:
      return "locked";
    case Outcome::failed:
      return "failed";
    case Outcome::in_downtime:
      return "in_downtime";
    case Outcome::interrupted:
      return "interrupted";
  }
  return "failed";
}

int exit_code(Outcome outcome) {
  switch (outcome) {
    case Outcome::done:
    case Outcome::no_changes:
      return 0;
    case Outcome::failed:
    case Outcome::in_downtime:
      return 1;
    case Outcome::stale:
      return 3;
    case Outcome::blocked:
      return 4;
    case Outcome::aborted:
      return 5;
    case Outcome::locked:
      return 6;
    case Outcome::pending:
      return 7;
    case Outcome::interrupted:
      return 130;
  }
  return 1;
}

int exit_code(const std::vector<Outcome>& outcomes) {
  constexpr std::array<int, 8> order{1, 5, 6, 3, 4, 130, 7, 0};
  for (const int code : order)
    if (std::ranges::any_of(outcomes, [code](Outcome outcome) { return exit_code(outcome) == code; })) return code;
  return 0;
}

}  // namespace changeover
