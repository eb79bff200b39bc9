// Dynos as real processes: what they get, how they end, and that no child of theirs outlives them.
#include "emulator/engine/processes.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include "emulator/engine/process_table.h"

namespace changeover::emulator {
namespace {

using namespace std::chrono_literals;
using State = ProcessStatus::State;

class Dynos : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = Keeper::start();
    ASSERT_TRUE(started) << started.error().what;
    keeper_ = std::move(*started);
    engine_.emplace(*keeper_, ProcessSettings{keeper_->folder(), keeper_->folder(), "/usr/bin:/bin"});
  }
  [[nodiscard]] std::string text(const std::string& file) const {
    std::ifstream in(keeper_->folder() / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  template <class Condition>
  static bool eventually(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      poll(nullptr, 0, 2);
    }
    return true;
  }
  bool reaches(const std::string& id, State state) {
    return eventually([&] { return engine_->status(id).state == state; });
  }
  bool says(const std::string& file, const std::string& expected) {
    return eventually([&] { return text(file) == expected; });
  }

  std::unique_ptr<Keeper> keeper_;
  std::optional<ChildProcesses> engine_;
};

TEST_F(Dynos, KeepsWhatIsPrintedWhenAsked) {
  ChildProcesses quiet(*keeper_, ProcessSettings{keeper_->folder(), {}, "/usr/bin:/bin"});
  for (ChildProcesses* engine : {&*engine_, &quiet}) {
    engine->keep_output("shop/release.1");
    engine->start("shop/release.1", "echo one; echo two >&2; exit 3", {});
    engine->start("shop/release.2", "echo three", {});
    ASSERT_TRUE(eventually([&] {
      return engine->status("shop/release.1").state == State::exited &&
             engine->status("shop/release.2").state == State::exited;
    }));
    EXPECT_EQ(engine->output("shop/release.1"), "one\ntwo\n");
    EXPECT_EQ(engine->output("shop/release.2"), "") << "nobody asked";
    engine->forget("shop/release.1");
    EXPECT_EQ(engine->output("shop/release.1"), "");
    EXPECT_EQ(std::filesystem::exists(keeper_->folder() / "shop_release.1.log"), engine == &*engine_);
    std::filesystem::remove(keeper_->folder() / "shop_release.1.log");
  }
}

TEST_F(Dynos, RunsTheCommandWithItsEnvironmentAlone) {
  engine_->start("shop/web.1",
                 "env | sort | grep -v ^_= | grep -v ^PWD= | grep -v ^SHLVL=", {{"DYNO", "web.1"}, {"A", "it's $5"}});
  ASSERT_TRUE(reaches("shop/web.1", State::exited));
  EXPECT_EQ(engine_->status("shop/web.1").exit_code, 0);
  EXPECT_EQ(text("shop_web.1.log"), "A=it's $5\nDYNO=web.1\nPATH=/usr/bin:/bin\n");
}

TEST_F(Dynos, TellsTheExitCode) {
  engine_->start("web.1", "exit 7", {});
  ASSERT_TRUE(reaches("web.1", State::exited));
  EXPECT_EQ(engine_->status("web.1").exit_code, 7);
  engine_->start("web.2", "kill -9 $$", {});
  ASSERT_TRUE(reaches("web.2", State::exited));
  EXPECT_EQ(engine_->status("web.2").exit_code, 128 + SIGKILL);
}

TEST_F(Dynos, StopSendsSigtermAndTheDynoMayFinish) {
  engine_->start("web.1", "trap 'echo bye >> said; exit 3' TERM; echo up >> said; while :; do sleep 0.01; done", {});
  EXPECT_EQ(engine_->status("web.1").state, State::up);
  ASSERT_TRUE(says("said", "up\n"));
  engine_->stop("web.1", 30s);
  ASSERT_TRUE(reaches("web.1", State::exited));
  EXPECT_EQ(engine_->status("web.1").exit_code, 3);
  EXPECT_EQ(text("said"), "up\nbye\n");
}

TEST_F(Dynos, AStubbornDynoIsKilledAfterTheGrace) {
  engine_->start("web.1", "trap '' TERM; echo up >> said; while :; do sleep 0.01; done", {});
  ASSERT_TRUE(says("said", "up\n"));
  const auto begun = std::chrono::steady_clock::now();
  engine_->stop("web.1", 50ms);
  EXPECT_EQ(engine_->status("web.1").state, State::stopping);
  ASSERT_TRUE(reaches("web.1", State::exited));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 50ms);
  EXPECT_EQ(engine_->status("web.1").exit_code, 128 + SIGKILL);
}

TEST_F(Dynos, IsStoppingAsLongAsAChildOfItsShellLives) {
  engine_->start("web.1",
                 "(trap 'touch asked; while [ ! -e go ]; do sleep 0.01; done; exit' TERM; echo $$ >> said;"
                 " while :; do sleep 0.01; done) & wait",
                 {});
  ASSERT_TRUE(eventually([&] { return !text("said").empty(); }));
  engine_->stop("web.1", 30s);
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(keeper_->folder() / "asked"); }));
  EXPECT_EQ(engine_->status("web.1").state, State::stopping) << "its child still works";
  std::ofstream(keeper_->folder() / "go");
  EXPECT_TRUE(reaches("web.1", State::exited));
}

TEST_F(Dynos, WhatItLeftInTheBackgroundEndsWithIt) {
  engine_->start("web.1", "sleep 600 & echo $! > child", {});
  ASSERT_TRUE(reaches("web.1", State::exited));
  const auto facts = process_facts(std::stoi(text("child")));
  EXPECT_TRUE(!facts || !facts->alive());
}

TEST_F(Dynos, ForgetAndTheEndOfTheEngineKill) {
  engine_->start("web.1", "echo $$ > one; exec sleep 600", {});
  engine_->start("web.2", "echo $$ > two; exec sleep 600", {});
  ASSERT_TRUE(eventually([&] { return text("one").ends_with('\n') && text("two").ends_with('\n'); }));
  const auto dead = [&](const char* file) {
    const auto facts = process_facts(std::stoi(text(file)));
    return !facts || !facts->alive();
  };
  engine_->forget("web.1");
  EXPECT_TRUE(eventually([&] { return dead("one"); }));
  EXPECT_FALSE(dead("two"));
  engine_.reset();
  EXPECT_TRUE(dead("two"));
}

TEST_F(Dynos, ARestartUnderTheSameIdEndsTheOldProcess) {
  engine_->start("web.1", "echo $$ > one; exec sleep 600", {});
  ASSERT_TRUE(eventually([&] { return text("one").ends_with('\n'); }));
  engine_->start("web.1", "echo again > two; exec sleep 600", {});
  ASSERT_TRUE(says("two", "again\n"));
  EXPECT_EQ(engine_->status("web.1").state, State::up);
  EXPECT_TRUE(eventually([&] {
    const auto facts = process_facts(std::stoi(text("one")));
    return !facts || !facts->alive();
  }));
}

}  // namespace
}  // namespace changeover::emulator
