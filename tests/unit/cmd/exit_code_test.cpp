#include "cmd/exit_code.h"

#include <gtest/gtest.h>

#include "executor/run.h"

namespace changeover {
namespace {

using enum ExitCode;

TEST(ExitCode, OfManyTheFirstOfTheRuleWins) {
  // design 8: 64 1 5 6 3 4 7 2 0, with 130 behind what says more
  const std::vector<ExitCode> order{usage, error, aborted, interrupted, locked, stale, blocked, pending, changes, done};
  for (std::size_t first = 0; first < order.size(); ++first) {
    for (std::size_t second = first; second < order.size(); ++second) {
      EXPECT_EQ(worst_of({order[first], order[second]}), order[first]);
      EXPECT_EQ(worst_of({order[second], order[first]}), order[first]);
    }
  }
}

TEST(ExitCode, NothingAtAllIsDone) { EXPECT_EQ(worst_of({}), done); }

TEST(ExitCode, ErrorsSayWhatToDoNext) {
  EXPECT_EQ(exit_code_of({ErrorCode::locked, "", "", {}}), locked);
  EXPECT_EQ(exit_code_of({ErrorCode::cancelled, "", "", {}}), interrupted);
  for (const ErrorCode code :
       {ErrorCode::unauthorized, ErrorCode::unavailable, ErrorCode::invalid_spec, ErrorCode::internal})
    EXPECT_EQ(exit_code_of({code, "", "", {}}), error);
}

TEST(ExitCode, TheExecutorUsesTheSameNumbers) {
  EXPECT_EQ(exit_code(Outcome::done), number_of(done));
  EXPECT_EQ(exit_code(Outcome::failed), number_of(error));
  EXPECT_EQ(exit_code(Outcome::in_downtime), number_of(error));
  EXPECT_EQ(exit_code(Outcome::stale), number_of(stale));
  EXPECT_EQ(exit_code(Outcome::blocked), number_of(blocked));
  EXPECT_EQ(exit_code(Outcome::aborted), number_of(aborted));
  EXPECT_EQ(exit_code(Outcome::locked), number_of(locked));
  EXPECT_EQ(exit_code(Outcome::pending), number_of(pending));
  EXPECT_EQ(exit_code(Outcome::interrupted), number_of(interrupted));
}

}  // namespace
}  // namespace changeover
