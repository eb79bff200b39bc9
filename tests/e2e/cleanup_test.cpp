// Nothing is left behind, also when everything is killed in the middle of a downtime.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

#include "emulator/engine/process_table.h"
#include "tests/e2e/expectations.h"
#include "tests/places.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto clear_limit = 30s;

/// The folder an emulator keeps its clusters in: it holds the lock file there open.
std::string run_folder(pid_t emulator) {
  std::error_code failed;
  for (const auto& descriptor : fs::directory_iterator("/proc/" + std::to_string(emulator) + "/fd", failed)) {
    const fs::path file = fs::read_symlink(descriptor.path(), failed);
    if (file.filename() == "lock" && file.parent_path().filename().string().starts_with("changeover-run-"))
      return file.parent_path().string();
  }
  return {};
}

/// Living processes that were started with this text in their environment or command line.
std::vector<pid_t> processes_with(const std::string& text) {
  std::vector<pid_t> found;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc", failed)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const pid_t pid = std::stoi(name);
    const auto facts = emulator::process_facts(pid);
    if (pid == ::getpid() || !facts || !facts->alive()) continue;
    if (file_text(entry.path() / "environ").find(text) != std::string::npos ||
        file_text(entry.path() / "cmdline").find(text) != std::string::npos)
      found.push_back(pid);
  }
  return found;
}

TEST(Cleanup, NothingRemainsAfterToolAndEmulatorWereKilled) {
  std::string folder;
  std::string clusters;
  {
    Sandbox sandbox;
    folder = sandbox.folder();
    clusters = run_folder(sandbox.emulator().program().pid());
    ASSERT_FALSE(clusters.empty());
    EXPECT_FALSE(emulator::processes_inside(clusters).empty());
    const auto apply = sandbox.start_apply();
    ASSERT_TRUE(apply->await_event("downtime_began")) << apply->finish().err;
    EXPECT_FALSE(processes_with(folder).empty());
    apply->program.kill();
    sandbox.emulator().program().kill();
    EXPECT_TRUE(await([&] { return processes_with(folder).empty(); }, clear_limit)) << "dynos go on";
    sandbox.end_emulator();
  }
  EXPECT_TRUE(await([&] { return emulator::processes_inside(clusters).empty(); }, clear_limit)) << "clusters go on";
  EXPECT_TRUE(await([&] { return !fs::exists(clusters); }, clear_limit)) << clusters;
  EXPECT_FALSE(fs::exists(folder));
}

/// An emulator under way to a world of so many leaders, each with a follower.
class StartingEmulator {
 public:
  explicit StartingEmulator(int pairs, const std::string& seed = {}) {
    std::ofstream world(path("world.yaml"));
    world << "version: 1\nteams: [team]\nspaces: {space: {team: team}}\napps: {here: {}, there: {space: "
             "space}}\naddons:\n";
    for (int i = 0; i < pairs; ++i) {
      const std::string number = std::to_string(i);
      world << "  old-" << number << ": {app: here, plan: standard-0, seed: \"" << seed << "\"}\n  new-" << number
            << ": {app: there, plan: private-4, follow: old-" << number << "}\n";
    }
    world.close();
    Program::Start start;
    start.command = {std::string(CHANGEOVER_BINARY_DIR) + "/bin/changeover-emulator", "--world", path("world.yaml"),
                     "--ready-file", path("ready")};
    start.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}};
    start.folder = folder_.path();
    start.out = path("out");
    start.err = path("err");
    program_ = std::make_unique<Program>(start);
    EXPECT_TRUE(await([&] { return !(clusters_ = run_folder(program_->pid())).empty(); }, 30s));
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  [[nodiscard]] std::string said() const { return file_text(path("err")); }
  /// Waits for it; false when it took too long or the emulator ended by itself.
  [[nodiscard]] bool reaches(const std::function<bool()>& condition) const {
    static_cast<void>(await([&] { return condition() || program_->exit_code(0ms); }, 120s));
    return condition();
  }
  [[nodiscard]] bool ready() const { return !file_text(path("ready")).empty(); }
  /// Databases whose folders are there.
  [[nodiscard]] long begun() const {
    std::error_code failed;
    return std::count_if(fs::directory_iterator(clusters_, failed), {}, [](const fs::directory_entry& entry) {
      return entry.path().filename().string().starts_with("db");
    });
  }
  /// A process of the run whose command line has this word.
  [[nodiscard]] bool runs(const std::string& word) const {
    return std::ranges::any_of(emulator::processes_inside(clusters_), [&](pid_t pid) {
      return file_text("/proc/" + std::to_string(pid) + "/cmdline").find(word) != std::string::npos;
    });
  }
  void kill_and_expect_nothing() {
    program_->kill();
    EXPECT_TRUE(await([&] { return !fs::exists(clusters_); }, clear_limit)) << clusters_;
    EXPECT_TRUE(await([&] { return emulator::processes_inside(clusters_).empty(); }, clear_limit)) << "processes go on";
    EXPECT_TRUE(await([&] { return processes_with(folder_.path()).empty(); }, clear_limit)) << "the keeper goes on";
  }

 private:
  TemporaryFolder folder_;
  std::string clusters_;
  std::unique_ptr<Program> program_;
};

TEST(Cleanup, NothingRemainsOfAStartThatWasKilledAtAnyMoment) {
  for (const long databases : {0, 1, 5, 10, 20, 30, 39, 40}) {
    SCOPED_TRACE(databases);
    StartingEmulator starting(20);
    EXPECT_TRUE(starting.reaches([&] { return starting.begun() >= databases; })) << starting.said();
    starting.kill_and_expect_nothing();
  }
}

TEST(Cleanup, NothingRemainsWhenItIsKilledWhileAFollowerIsCopied) {
  // Enough to copy that the copying can be seen.
  StartingEmulator starting(1, "CREATE TABLE t AS SELECT repeat(md5(n::text), 20) FROM generate_series(1, 100000) n");
  ASSERT_TRUE(starting.reaches([&] { return starting.runs("pg_basebackup") || starting.ready(); })) << starting.said();
  ASSERT_FALSE(starting.ready()) << "the copy was too quick to be seen";
  starting.kill_and_expect_nothing();
}

TEST(Cleanup, AnOrderlyEndLeavesNothingEither) {
  std::string folder;
  std::string clusters;
  {
    Sandbox sandbox;
    folder = sandbox.folder();
    clusters = run_folder(sandbox.emulator().program().pid());
    ASSERT_FALSE(clusters.empty());
    expect_done(sandbox.apply());
  }
  EXPECT_TRUE(processes_with(folder).empty());
  EXPECT_TRUE(emulator::processes_inside(clusters).empty());
  EXPECT_FALSE(fs::exists(clusters));
}

}  // namespace
}  // namespace changeover::testing
