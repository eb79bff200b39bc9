#include "tests/support/ledger_verdict.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>

#include "core/result.h"
#include "json/value.h"
#include "tests/places.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace changeover::testing {

using namespace std::chrono_literals;

namespace {

struct Said {
  std::optional<int> code;
  Result<json::Value> answer;
  std::string complaint;
};

Said ask_writer(const std::string& ledger, const std::string& database_url) {
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
  return {code, json::parse(file_text(start.out)), file_text(start.err)};
}

}  // namespace

LedgerVerdict judge_ledger(const std::string& ledger, const std::function<std::string()>& database_url) {
  std::string url = database_url();
  Said said = ask_writer(ledger, url);
  for (std::string now; !(said.code && said.answer) && (now = database_url()) != url; said = ask_writer(ledger, url))
    url = now;
  LedgerVerdict verdict;
  if (!said.code || !said.answer) {
    ADD_FAILURE() << "the ledger cannot be verified: " << said.complaint;
    return verdict;
  }
  const json::Value& answer = *said.answer;
  verdict.acknowledged = answer["acknowledged"].as_integer();
  verdict.lost = answer["lost"].as_integer(-1);
  verdict.unacknowledged = answer["unacknowledged"].as_integer();
  if (answer["downtime_ms"].is_number()) verdict.downtime_ms = answer["downtime_ms"].as_number();
  verdict.written_on_new = answer["first_new"].is_string();
  return verdict;
}

}  // namespace changeover::testing
