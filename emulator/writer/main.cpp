// changeover-writer: the customer of the emulated databases, and the judge of a changeover.
//
// Without arguments it writes until SIGTERM (environment: DATABASE_URL, CHANGEOVER_LEDGER, DYNO, WRITE_EVERY_MS,
// DRAIN_MS; the table comes from the seed SQL, see row_writer.h). With --serve it writes a row for each POST to its
// PORT instead. With --verify it compares ledgers and table. Exit: 0; 1 when an acknowledged row is lost or something
// failed; 64 usage. Owner: the process. Thread rule: one.
#include <charconv>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/environment.h"
#include "emulator/writer/verify.h"
#include "emulator/writer/web_process.h"
#include "emulator/writer/write_loop.h"

namespace {

using namespace changeover;

constexpr int exit_failed = 1;
constexpr int exit_usage = 64;
constexpr int longest_ms = 3'600'000;

int usage() {
  std::fputs(
      "usage: changeover-writer                                     write until SIGTERM\n"
      "       changeover-writer --serve                             a web process: a row for each POST\n"
      "       changeover-writer --verify --ledger FILE... [--json]  is every acknowledged row there?\n"
      "environment: DATABASE_URL; to write: CHANGEOVER_LEDGER, DYNO, WRITE_EVERY_MS (5), DRAIN_MS (0); to serve: "
      "PORT\n",
      stderr);
  return exit_usage;
}

int complain(const Error& error) {
  std::fprintf(stderr, "changeover-writer: %s\n", error.what.c_str());
  if (!error.advice.empty()) std::fprintf(stderr, "  %s\n", error.advice.c_str());
  return exit_failed;
}

/// Nothing when it is no such number.
std::optional<int> number_in(const std::string& text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && value >= least && value <= most ? std::optional(value) : std::nullopt;
}

/// Milliseconds of an environment variable; the fallback when it is not set, nothing when it is no such number.
std::optional<std::chrono::milliseconds> milliseconds(const Environment& environment, const std::string& name,
                                                      int fallback) {
  const auto text = environment.get(name);
  if (!text) return std::chrono::milliseconds(fallback);
  if (const auto value = number_in(*text, 0, longest_ms)) return std::chrono::milliseconds(*value);
  std::fprintf(stderr, "changeover-writer: %s must be a number of milliseconds up to %d\n", name.c_str(), longest_ms);
  return std::nullopt;
}

/// Before any thread exists: all of them leave these signals to the one that waits for them.
void block_stop_signals() {
  sigset_t stopping;
  sigemptyset(&stopping);
  sigaddset(&stopping, SIGTERM);
  sigaddset(&stopping, SIGINT);
  sigprocmask(SIG_BLOCK, &stopping, nullptr);
}

int write(const Environment& environment, const std::string& url) {
  const auto ledger = environment.get("CHANGEOVER_LEDGER");
  const auto every = milliseconds(environment, "WRITE_EVERY_MS", 5);
  const auto drain = milliseconds(environment, "DRAIN_MS", 0);
  if (!ledger || !every || !drain) return usage();
  block_stop_signals();
  const writer::WriteSettings settings{Secret(url), *ledger, environment.get("DYNO").value_or(""), *every, *drain};
  SystemRandom random;
  const auto done = writer::write_until_told(settings, random);
  return done ? 0 : complain(done.error());
}

int serve(const Environment& environment, const std::string& url) {
  constexpr int highest_port = 65'535;
  const auto ledger = environment.get("CHANGEOVER_LEDGER");
  const auto port = number_in(environment.get("PORT").value_or(""), 1, highest_port);
  const auto drain = milliseconds(environment, "DRAIN_MS", 0);
  if (!ledger || !port || !drain) return usage();
  block_stop_signals();
  const writer::ServeSettings settings{Secret(url), *ledger, environment.get("DYNO").value_or(""), *port, *drain};
  SystemRandom random;
  const auto done = writer::serve_until_told(settings, random);
  return done ? 0 : complain(done.error());
}

int verify(const std::string& url, const std::vector<std::string>& ledgers, bool json) {
  const auto verdict = writer::verify(Secret(url), ledgers);
  if (!verdict) return complain(verdict.error());
  std::fputs((json ? writer::to_json(*verdict) : writer::to_text(*verdict)).c_str(), stdout);
  return verdict->lost.empty() ? 0 : exit_failed;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string_view> words(arguments + 1, arguments + count);
  bool verifying = false;
  bool serving = false;
  bool json = false;
  std::vector<std::string> ledgers;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--verify") {
      verifying = true;
    } else if (words[i] == "--serve") {
      serving = true;
    } else if (words[i] == "--json") {
      json = true;
    } else if (words[i] == "--ledger" && i + 1 < words.size()) {
      while (i + 1 < words.size() && !words[i + 1].starts_with("--")) ledgers.emplace_back(words[++i]);
    } else {
      return usage();
    }
  }
  const SystemEnvironment environment;
  const auto url = environment.get("DATABASE_URL");
  if (!url || verifying == ledgers.empty() || (json && !verifying)) return usage();
  if (serving) return verifying ? usage() : serve(environment, *url);
  return verifying ? verify(*url, ledgers, json) : write(environment, *url);
}
