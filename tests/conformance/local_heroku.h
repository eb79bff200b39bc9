// What every test here stands on: an emulator with a world, and the real CLI that speaks to it.
//
// Owner: GoogleTest. Thread rule: one thread. Without the CLI the test is skipped, with the reason. The expected
// outputs and exit codes come from the CLI's own sources and from what is known of Heroku; each test names which.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/conformance/heroku_cli.h"
#include "tests/support/emulator_process.h"
#include "tests/support/temporary_folder.h"

namespace changeover::testing {

class LocalHeroku : public ::testing::Test {
 protected:
  /// `world`: a file, from the root of the source tree.
  explicit LocalHeroku(std::string world = "tests/conformance/world.yaml") : world_(std::move(world)) {}
  void SetUp() override;
  void TearDown() override;

  /// Runs the CLI; the test fails when it ends with another code.
  Said heroku(const std::string& line, int code = 0) { return judged(cli_->run(line), code); }
  Said heroku(const std::vector<std::string>& words, int code = 0) { return judged(cli_->run(words), code); }

  [[nodiscard]] HerokuCli& cli() { return *cli_; }
  [[nodiscard]] EmulatorProcess& emulator() { return *emulator_; }
  /// What stands for ${DATA} in the world.
  [[nodiscard]] std::string data(const std::string& file) const { return folder_.path() + "/data/" + file; }
  [[nodiscard]] std::string config_var(const std::string& app, const std::string& name);

 private:
  static Said judged(Said said, int code);

  std::string world_;
  TemporaryFolder folder_;
  std::unique_ptr<EmulatorProcess> emulator_;
  std::unique_ptr<HerokuCli> cli_;
};

}  // namespace changeover::testing
