// The real heroku CLI (npm heroku 11.10.0) as a person at a shell without a terminal runs it, against the emulator.
//
// Owner: the test. Thread rule: one thread. It has a HOME of its own, reports nothing to anyone, looks for no newer
// version, and reaches no host but the emulator. ./dev prepares it in build/conformance; where that was not possible
// every test here is skipped with the reason, never passed.
#pragma once

#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace changeover::testing {

/// What a command printed, and how it ended.
struct Said {
  std::string command;
  int code = -1;
  std::string out;
  std::string err;

  friend std::ostream& operator<<(std::ostream& stream, const Said& said) {
    return stream << "$ heroku " << said.command << "\n[" << said.code << "]\n" << said.out << said.err;
  }
};

/// The lines that are not empty, each run of blanks as one: what a table says, whatever its columns are wide.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

/// All of it as one line: an error without the marks and line breaks that the CLI gives it.
[[nodiscard]] std::string prose(std::string_view text);

class HerokuCli {
 public:
  HerokuCli(std::string host, std::string api_key);

  /// Why there is no CLI to run; nothing when there is one, as package-lock.json pins it.
  [[nodiscard]] static std::optional<std::string> missing();

  /// Runs a command line, split at blanks; a failure of the test when it has not ended at the limit.
  [[nodiscard]] Said run(const std::string& line, std::chrono::seconds limit = std::chrono::seconds{60}) const;
  [[nodiscard]] Said run(const std::vector<std::string>& words,
                         std::chrono::seconds limit = std::chrono::seconds{60}) const;

  void set_host(std::string host) { host_ = std::move(host); }
  void set_api_key(std::string key) { api_key_ = std::move(key); }

 private:
  TemporaryFolder home_;
  std::string host_;
  std::string api_key_;
};

}  // namespace changeover::testing
