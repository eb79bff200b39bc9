// Nothing is left behind, also when everything is killed in the middle of a downtime.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "emulator/engine/process_table.h"
#include "tests/e2e/expectations.h"

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
