// A shell whose streams are strings and whose world is scripted, to run commands in.
//
// Owner: the test. Thread rule: one thread, on virtual time.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>
#include <sstream>
#include <string>

#include "cmd/commands.h"
#include "tests/support/fake_environment.h"
#include "tests/support/fake_files.h"
#include "tests/unit/cmd/fake_world.h"

namespace changeover::testing {

inline constexpr const char* orders_spec = R"(version: 1
migrations:
  orders:
    stage: replicating
    source: {app: common-runtime-example, database: DATABASE_URL}
    target: {app: private-spaces-example, plan: private-4, addon_name: orders-private, formation: {web: 1}}
)";

struct CommandsTest : ::testing::Test {
  CommandsTest() {
    environment.files["orders.yaml"] = orders_spec;
    script.observed = seed_facts("orders");
    disk.folders.emplace_back(".");
  }
  ~CommandsTest() override { close_input(); }
  void close_input() {
    for (const int end : input)
      if (end >= 0) close(end);
  }
  /// What the person at the terminal will have typed.
  void type(const std::string& text) {
    close_input();
    ASSERT_EQ(pipe(input), 0);
    ASSERT_EQ(write(input[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    close(input[1]);
    input[1] = -1;
    can_ask = true;
  }
  template <class C>
  ExitCode run(const C& command) {
    Shell shell{out,
                err,
                {},
                {},
                false,
                input[0],
                can_ask,
                environment,
                files,
                [this](const Desired&, Reach reach, const Environment&) -> Result<std::unique_ptr<World>> {
                  if (open_fails) return fail(*open_fails);
                  return fake_world(script, reach);
                }};
    return run_command(command, shell);
  }
  PlanCommand plan_command() {
    PlanCommand command;
    command.spec = "orders.yaml";
    return command;
  }
  ApplyCommand apply_command(bool approved = true) {
    ApplyCommand command;
    command.spec = "orders.yaml";
    command.auto_approve = approved;
    return command;
  }

  std::ostringstream out;
  std::ostringstream err;
  FakeEnvironment environment;
  FakeDisk disk;
  FakeFiles files{disk};
  WorldScript script;
  std::optional<Error> open_fails;
  int input[2] = {-1, -1};
  bool can_ask = false;
};

}  // namespace changeover::testing
