// Real migrations with real accidents, by seed: programs, PostgreSQL, writers; the tool, a dyno or the network dies at
// a moment of its own, in one run or in several; then an operator applies again until it is live, or back.
//
// `soak_test` tells five; `soak_test --runs N --seed S` tells N from seed S on, one test a seed, and `--gtest_filter`
// picks one. What a seed decides is the same each time; the moments within a running process are the machine's.
#include <gtest/gtest.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/random.h"
#include "tests/e2e/expectations.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;

constexpr int held_ms = 120'000;  // the emulator's end cuts it short
constexpr auto run_limit = 120s;
constexpr int most_applies = 8;

/// The writers that the emulator on this folder runs as dynos. A process may end meanwhile: then it is not listed.
std::vector<pid_t> dynos_of(const std::string& folder) {
  std::vector<pid_t> dynos;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", failed)) {
    const std::string name = entry.path().filename().string();
    pid_t pid = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (problem != std::errc() || end != name.data() + name.size()) continue;
    if (!file_text(entry.path().string() + "/comm").starts_with("changeover-writ")) continue;
    if (file_text(entry.path().string() + "/environ").find(folder) != std::string::npos) dynos.push_back(pid);
  }
  return dynos;
}

class Story {
 public:
  explicit Story(std::uint64_t seed) : random_(seed), sandbox_(world()) {}

  void tell() {
    const int accidents = 1 + below(3);
    for (int i = 0; i < accidents; ++i) {
      accident();
      sandbox_.emulator().clear_faults();
    }
    if (below(4) == 0) go_back();
    go_live();
    const long long since = sandbox_.emulator().next_request();
    expect_done(sandbox_.apply());
    EXPECT_TRUE(changing_requests(sandbox_, since).empty()) << "a second apply changes something";
  }

 private:
  int below(int most) { return static_cast<int>(random_.next() % static_cast<std::uint64_t>(most)); }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
  }

  WorldOptions world() {
    WorldOptions options;
    options.one_off = below(2) == 0 ? "exec changeover-writer" : "";
    options.api_latency = one_of<std::string>({"0ms", "5ms", "20ms"});
    options.unfollow = one_of<std::string>({"50ms", "200ms", "600ms"});
    options.rotation = one_of<std::string>({"0ms", "150ms"});
    return options;
  }

  void note(const std::string& what) { std::printf("  %s\n", what.c_str()); }

  json::Value at_any_request(int times) {
    // As many as an apply sends, more or less: beyond them nothing would happen.
    static const std::vector<std::pair<std::string, int>> calls{{"*", 70},    {"*", 70},   {"GET", 50},
                                                                {"PATCH", 6}, {"POST", 3}, {"PUT", 1}};
    const auto& [method, most] = one_of(calls);
    return json::Object{{"method", method},
                        {"path", "/**"},
                        {"nth", 1 + below(most)},
                        {"times", times},
                        {"when", below(2) == 0 ? "before" : "after"}};
  }

  void accident() {
    switch (below(5)) {
      case 0:
        return killed_at_a_request();
      case 1:
        return killed_at_an_event();
      case 2:
        return network_breaks();
      case 3:
        return told_to_stop();
      default:
        return dyno_dies();
    }
  }

  void killed_at_a_request() {
    json::Value fault = at_any_request(1);
    fault.set("delay_ms", held_ms).set("reset", true);
    note("kill -9 at " + fault.dump());
    sandbox_.emulator().add_fault(fault);
    const auto apply = sandbox_.start_apply();
    static_cast<void>(await(
        [&] {
          return sandbox_.emulator().holds("*", false) || sandbox_.emulator().holds("*", true) ||
                 apply->program.exit_code(0ms);
        },
        run_limit));
    apply->program.kill();
  }

  const std::string& any_event() {
    static const std::vector<std::string> events{"migration_started", "attempt_opened", "downtime_began",
                                                 "point_of_no_return", "downtime_ended"};
    return one_of(events);
  }

  void killed_at_an_event() {
    const std::string& event = any_event();
    note("kill -9 at " + event);
    const auto apply = sandbox_.start_apply();
    static_cast<void>(apply->await_event(event));
    apply->program.kill();
  }

  void told_to_stop() {
    const std::string& event = any_event();
    note("SIGTERM at " + event);
    const auto apply = sandbox_.start_apply();
    static_cast<void>(apply->await_event(event));
    apply->program.signal(SIGTERM);
    static_cast<void>(apply->finish());
  }

  void network_breaks() {
    json::Value fault = at_any_request(1 + below(12));
    if (below(2) == 0) {
      fault.set("reset", true);
    } else {
      fault.set("status", 503);
    }
    note("the network: " + fault.dump());
    sandbox_.emulator().add_fault(fault);
    static_cast<void>(sandbox_.apply());
  }

  void dyno_dies() {
    const std::string& event = any_event();
    note("kill -9 of a dyno at " + event);
    const auto apply = sandbox_.start_apply();
    static_cast<void>(apply->await_event(event));
    const std::vector<pid_t> dynos = dynos_of(sandbox_.folder());
    if (!dynos.empty()) static_cast<void>(::kill(one_of(dynos), SIGKILL));
    static_cast<void>(apply->finish());
  }

  /// What an operator does who reads what the tool says: apply again; a spent copy is made anew.
  void go_live() {
    Finished run;
    for (int i = 0; i < most_applies; ++i) {
      sandbox_.write_spec({.stage = "live"});
      run = sandbox_.apply();
      if (run.code == 0) break;
      if (run.code != 4) continue;
      sandbox_.write_spec({.stage = "replicating"});
      static_cast<void>(sandbox_.apply({"--allow-destroy"}));
    }
    expect_done(run);
    expect_live(sandbox_);
  }

  /// Refused once writes may have reached the new database; else service is on the source, and no copy is left.
  void go_back() {
    sandbox_.write_spec({.stage = "source"});
    Finished run;
    for (int i = 0; i < most_applies; ++i) {
      run = sandbox_.apply({"--allow-destroy"});
      if (run.code == 0 || run.code == 4) break;
    }
    note("back: exit " + std::to_string(run.code));
    if (run.code == 0) expect_serving_on_source(sandbox_);
  }

  SeededRandom random_;
  Sandbox sandbox_;
};

class Soak : public ::testing::Test {
 public:
  explicit Soak(std::uint64_t seed) : seed_(seed) {}
  void TestBody() override {
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed_));
    std::fflush(stdout);
    Story(seed_).tell();
  }

 private:
  std::uint64_t seed_;
};

/// Takes `name` and its value out of the arguments.
std::uint64_t number_of(std::vector<std::string_view>& words, std::string_view name, std::uint64_t otherwise) {
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    if (words[i] != name) continue;
    std::from_chars(words[i + 1].data(), words[i + 1].data() + words[i + 1].size(), otherwise);
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
    break;
  }
  return otherwise;
}

}  // namespace
}  // namespace changeover::testing

int main(int count, char** words) {
  using namespace changeover::testing;
  ::testing::InitGoogleTest(&count, words);
  std::vector<std::string_view> rest(words, words + count);
  const std::uint64_t runs = number_of(rest, "--runs", 5);
  const std::uint64_t first = number_of(rest, "--seed", 1);
  for (std::uint64_t seed = first; seed < first + runs; ++seed)
    ::testing::RegisterTest("Soak", ("Seed" + std::to_string(seed)).c_str(), nullptr, nullptr, __FILE__, __LINE__,
                            [seed]() -> ::testing::Test* { return new Soak(seed); });
  return RUN_ALL_TESTS();
}
