#include "tests/conformance/heroku_cli.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "tests/places.h"
#include "tests/support/program.h"

namespace changeover::testing {
namespace {

const std::string prepared = CHANGEOVER_SOURCE_DIR "/build/conformance";  // as ./dev leaves it
const std::string lock = CHANGEOVER_SOURCE_DIR "/tests/conformance/package-lock.json";

/// The CLI says once that its terms of service have changed, unless it finds this file.
void accept_terms(const std::string& home) {
  std::filesystem::create_directories(home + "/cache/heroku");
  std::ofstream(home + "/cache/heroku/terms-of-service") << "";
}

/// Its words, apart from the mark before each line of an error, with one blank between them.
std::string squeezed(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::string line;
  for (std::string word; stream >> word;)
    if (word != "›") line += (line.empty() ? "" : " ") + word;
  return line;
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);)
    if (std::string words = squeezed(line); !words.empty()) lines.push_back(std::move(words));
  return lines;
}

std::string prose(std::string_view text) { return squeezed(text); }

HerokuCli::HerokuCli(std::string host, std::string api_key) : host_(std::move(host)), api_key_(std::move(api_key)) {
  for (const char* folder : {"config", "data", "cache", "work"})
    std::filesystem::create_directory(home_.path() + "/" + folder);
  accept_terms(home_.path());
}

std::optional<std::string> HerokuCli::missing() {
  const std::string installed = file_text(prepared + "/installed-lock.json");
  if (!installed.empty() && installed == file_text(lock)) return std::nullopt;
  const std::string reason = file_text(prepared + "/missing");
  return reason.empty() ? "the heroku CLI is not prepared; './dev test conformance' does that\n" : reason;
}

Said HerokuCli::run(const std::string& line, std::chrono::seconds limit) const {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(std::move(word));
  return run(words, limit);
}

Said HerokuCli::run(const std::vector<std::string>& words, std::chrono::seconds limit) const {
  const std::string& home = home_.path();
  Program::Start start;
  start.command = {prepared + "/node", "--no-deprecation", prepared + "/node_modules/heroku/bin/run.js"};
  start.command.insert(start.command.end(), words.begin(), words.end());
  start.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                       {"HOME", home},
                       {"XDG_CONFIG_HOME", home + "/config"},
                       {"XDG_DATA_HOME", home + "/data"},
                       {"XDG_CACHE_HOME", home + "/cache"},
                       {"LANG", "C.UTF-8"},
                       {"TZ", "UTC"},
                       {"HEROKU_HOST", host_},
                       {"HEROKU_DATA_HOST", "localhost"},
                       {"HEROKU_PARTICLEBOARD_URL", host_},
                       {"HEROKU_API_KEY", api_key_},
                       {"DISABLE_TELEMETRY", "true"},
                       {"HEROKU_SKIP_NEW_VERSION_CHECK", "true"},
                       {"HEROKU_DISABLE_AUTOUPDATE", "true"},
                       // Nobody listens there: whatever it asks of another host fails, and is seen.
                       {"HTTPS_PROXY", "http://127.0.0.1:9"}};
  start.folder = home + "/work";
  start.out = home + "/out";
  start.err = home + "/err";

  Said said;
  for (const std::string& word : words) said.command += (said.command.empty() ? "" : " ") + word;
  Program program(start);
  const std::optional<int> code = program.exit_code(limit);
  said.code = code.value_or(-1);
  said.out = file_text(start.out);
  said.err = file_text(start.err);
  if (!code) ADD_FAILURE() << "it does not end within " << limit.count() << " s: " << said;
  return said;
}

}  // namespace changeover::testing
