#include "tests/conformance/local_heroku.h"

#include <csignal>
#include <filesystem>

#include "tests/places.h"
#include "tests/support/program.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;

/// The made-up token of every world here.
constexpr const char* token = "01234567-89ab-cdef-0123-456789abcdef";

}  // namespace

void LocalHeroku::SetUp() {
  if (const auto reason = HerokuCli::missing()) GTEST_SKIP() << *reason;
  for (const char* name : {"data", "dynos"}) std::filesystem::create_directory(folder_.path() + "/" + name);
  std::filesystem::copy_file(CHANGEOVER_SOURCE_DIR "/" + world_, folder_.path() + "/world.yaml");
  emulator_ = std::make_unique<EmulatorProcess>(folder_.path(), token);
  ASSERT_TRUE(emulator_->ready());
  cli_ = std::make_unique<HerokuCli>(emulator_->host(), token);
}

void LocalHeroku::TearDown() {
  if (!emulator_ || !emulator_->ready()) return;
  EXPECT_FALSE(emulator_->program().exit_code(0ms)) << "the emulator ended before its test";
  emulator_->program().signal(SIGTERM);
  EXPECT_EQ(emulator_->program().exit_code(20s), std::optional(0)) << file_text(folder_.path() + "/emulator.err");
}

std::string LocalHeroku::config_var(const std::string& app, const std::string& name) {
  return emulator_->get("/apps/" + app + "/config-vars")[name].as_string();
}

Said LocalHeroku::judged(Said said, int code) {
  EXPECT_EQ(said.code, code) << said;
  return said;
}

}  // namespace changeover::testing
