#include "tests/support/ledger_verdict.h"

#include <gtest/gtest.h>

#include "json/value.h"
#include "tests/places.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace changeover::testing {

using namespace std::chrono_literals;

LedgerVerdict judge_ledger(const std::string& ledger, const std::string& database_url) {
  const TemporaryFolder folder;
  Program::Start start;
  start.command = {std::string(CHANGEOVER_BINARY_DIR) + "/bin/changeover-writer", "--verify", "--json", "--ledger",
                   ledger};
  start.environment = {{"DATABASE_URL", database_url}};
  start.folder = folder.path();
  start.out = folder.path() + "/out";
  start.err = folder.path() + "/err";
  Program program(start);
  const auto code = program.exit_code(60s);
  LedgerVerdict verdict;
  const auto said = json::parse(file_text(start.out));
  if (!code || !said) {
    ADD_FAILURE() << "the ledger cannot be verified: " << file_text(start.err);
    return verdict;
  }
  verdict.acknowledged = (*said)["acknowledged"].as_integer();
  verdict.lost = (*said)["lost"].as_integer(-1);
  verdict.unacknowledged = (*said)["unacknowledged"].as_integer();
  if ((*said)["downtime_ms"].is_number()) verdict.downtime_ms = (*said)["downtime_ms"].as_number();
  verdict.written_on_new = (*said)["first_new"].is_string();
  return verdict;
}

}  // namespace changeover::testing
