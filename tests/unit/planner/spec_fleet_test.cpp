// Several files as one spec, the rules for the cutovers of all, and a spec with many mistakes at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/planner/spec_support.h"

namespace changeover {
namespace {

using test::complaints;
using test::desired_of;
using test::spec_with;
using ::testing::HasSubstr;

SpecText file(std::string name, std::string text) {
  Diagnostics diagnostics(name, text);
  return {std::move(name), std::move(text), std::move(diagnostics)};
}

std::string migration(const std::string& name, const std::string& more = {}) {
  return "  " + name + ":\n    stage: live\n    source: {app: " + name +
         "-app, database: DATABASE}\n    target: {app: " + name + "-space, plan: private-4}\n" + more;
}

std::string spec(const std::string& migrations, const std::string& before = {}) {
  return "version: 1\n" + before + "migrations:\n" + migrations;
}

/// Everything that is wrong with these files, as a user reads it.
std::string all_complaints(std::vector<SpecText> files) {
  const auto desired = read_fleet(files, "fleet");
  std::string said;
  for (const SpecText& one : files)
    for (const Diagnostic& found : one.diagnostics.sorted()) said += to_text(found);
  if (desired && !said.empty()) said += "and yet the spec was read\n";
  return said;
}

TEST(SpecFleet, FilesAreReadAsOneInTheirOrder) {
  std::vector<SpecText> files;
  files.push_back(file("fleet/accounts.yaml", spec(migration("accounts"), "defaults: {cutover: {start_lag: 5}}\n")));
  files.push_back(file("fleet/orders.yaml", spec(migration("orders", "    depends_on: [accounts]\n"))));
  const auto desired = read_fleet(files, "fleet");
  ASSERT_TRUE(desired);
  ASSERT_EQ(desired->migrations.size(), 2U);
  EXPECT_EQ(desired->file, "fleet");
  EXPECT_EQ(desired->migrations[0].name, "accounts");
  EXPECT_EQ(desired->migrations[0].cutover.start_lag, 5);
  EXPECT_EQ(desired->migrations[1].cutover.start_lag, 200) << "defaults are those of their own file";
  EXPECT_EQ(std::get<LocalState>(desired->state).path, "fleet/fleet.state.json");
}

TEST(SpecFleet, TheStateMayBeSaidInOneOfThem) {
  std::vector<SpecText> files;
  files.push_back(file("fleet/a.yaml", spec(migration("a"))));
  files.push_back(file("fleet/b.yaml", spec(migration("b"), "state: {local: all.state.json, keep_in_ci: true}\n")));
  const auto desired = read_fleet(files, "fleet");
  ASSERT_TRUE(desired);
  EXPECT_EQ(std::get<LocalState>(desired->state).path, "fleet/all.state.json");
  EXPECT_TRUE(std::get<LocalState>(desired->state).keep_in_ci);
}

TEST(SpecFleet, TheHashChangesWithEachFileAndItsName) {
  const auto hash = [](const std::string& name, const std::string& text) {
    std::vector<SpecText> files{file("fleet/a.yaml", spec(migration("a"))), file(name, text)};
    return read_fleet(files, "fleet")->spec_sha256;
  };
  const std::string one = hash("fleet/b.yaml", spec(migration("b")));
  EXPECT_EQ(hash("fleet/b.yaml", spec(migration("b"))), one);
  EXPECT_NE(hash("fleet/b.yaml", spec(migration("c"))), one);
  EXPECT_NE(hash("fleet/c.yaml", spec(migration("b"))), one);
}

TEST(SpecFleet, WhatIsWrongBetweenFilesIsSaidWhereItStands) {
  std::vector<SpecText> files;
  files.push_back(file("a.yaml", spec(migration("orders"), "state: {local: a.json}\nfleet: {canary: orders}\n")));
  files.push_back(file("b.yaml", spec(migration("orders", "    depends_on: [acounts]\n") + migration("accounts"),
                                      "state: {local: b.json}\nfleet: {}\n")));
  EXPECT_EQ(all_complaints(std::move(files)),
            R"(b.yaml:2:1: error: `state` is said in a.yaml already, and it is for all files
    state: {local: b.json}
    ^
  say it in one of the files
b.yaml:3:1: error: `fleet` is said in a.yaml already, and it is for all files
    fleet: {}
    ^
  say it in one of the files
b.yaml:5:3: error: there are two migrations `orders`
      orders:
      ^
  rename one of them; the other one is in a.yaml:5
b.yaml:7:41: error: the migrations `orders` and `orders` move the same database, `DATABASE` of `orders-app`
        source: {app: orders-app, database: DATABASE}
                                            ^
  a database moves once; the other one is in a.yaml:5
b.yaml:8:5: error: the migrations `orders` and `orders` both end as `DATABASE` of `orders-space`
        target: {app: orders-space, plan: private-4}
        ^
  give one of them another `attachment`; the other one is in a.yaml:5
b.yaml:9:18: error: `depends_on` names `acounts`, which is no migration of these files
        depends_on: [acounts]
                     ^
  did you mean `accounts`? a migration can only wait for one of these files
)");
}

TEST(SpecFleet, ACircleOverFilesIsFound) {
  std::vector<SpecText> files;
  files.push_back(file("a.yaml", spec(migration("a", "    depends_on: [b]\n"))));
  files.push_back(file("b.yaml", spec(migration("b", "    depends_on: [a]\n"))));
  EXPECT_THAT(all_complaints(std::move(files)),
              HasSubstr("b.yaml:7:18: error: these migrations wait for each other in a circle: a → b → a"));
}

TEST(SpecFleet, TheRulesForAllCutovers) {
  const auto desired =
      desired_of("version: 1\nfleet: {max_parallel_cutovers: 4, canary: orders}\nmigrations:\n" + migration("orders"));
  ASSERT_TRUE(desired);
  EXPECT_EQ(desired->fleet.max_parallel_cutovers, 4);
  EXPECT_EQ(desired->fleet.canary, "orders");
  EXPECT_EQ(desired_of(spec_with(""))->fleet.max_parallel_cutovers, 1);
}

TEST(SpecFleet, ACanaryIsAMigrationThatWaitsForNobody) {
  EXPECT_EQ(
      complaints("version: 1\nfleet: {max_parallel_cutovers: 0, canary: order, canaries: 2}\nmigrations:\n" +
                 migration("orders")),
      R"(spec.yaml:2:32: error: `max_parallel_cutovers`: expected a whole number from 1 to 50, found the number `0`
    fleet: {max_parallel_cutovers: 0, canary: order, canaries: 2}
                                   ^
spec.yaml:2:43: error: `canary` names `order`, which is no migration
    fleet: {max_parallel_cutovers: 0, canary: order, canaries: 2}
                                              ^
  did you mean `orders`?
spec.yaml:2:50: error: unknown key `canaries`
    fleet: {max_parallel_cutovers: 0, canary: order, canaries: 2}
                                                     ^
  `fleet` takes `max_parallel_cutovers` and `canary`
)");
  EXPECT_THAT(complaints("version: 1\nfleet: {canary: b}\nmigrations:\n" + migration("a") +
                         migration("b", "    depends_on: [a]\n")),
              HasSubstr("spec.yaml:2:17: error: `canary` names `b`, which depends on other migrations"));
}

/// Forty mistakes, each behind a mark that is taken out before the spec is read.
constexpr std::string_view forty_mistakes = R"(version: 1
state: {local: @@"folder/"}
fleet: {max_parallel_cutovers: @@many, canary: @@7}
defaults:
  stage: @@live
  cutover: {start_lag: @@-1, @@start_lags: 3}
  quiesce: {source_after: @@stop}
migrations:
  a:
    stage: @@moving
    source: {app: @@Shop, database: @@"my db"}
    target: {app: @@x, plan: @@redis:private-4, attachment: @@database}
    quiesce: {apps: {@@Bad: {after: park}, good-app: {after: @@parked}}, read_only: [@@Bad, ro-app, @@ro-app]}
    cutover: {max_downtime: @@5, proof: @@sq, unattended: @@maybe}
    hooks: {before_downtime: @@[], after_live: @@run, @@after_lve: [x]}
    retire: {after: @@3w, final_backup: @@1}
    depends_on: [@@a, @@nobody]
  @@B:
    stage: live
    source: {app: b-app, database: DATABASE}
    @@target: {app: b-space}
  c:
    stage: live
    @@stages: live
    @@source: {app: c-app}
    target: {app: c-space, plan: private-4, formation: {@@"we b": 1, worker: @@many}, consumer: @@apps}
    cutover: {window: {from: @@tomorrow, to: 2026-12-01T02:00:00Z}}
  d:
    stage: live
    source: @@d-app
    target: {app: d-space, plan: private-4, addon_name: @@-x-, replaces: @@9}
    quiesce: {scheduler_stopped: [@@X], space_web: @@keeping}
)";

TEST(SpecFleet, FortyMistakesAreFortyDiagnosticsEachAtItsPlace) {
  std::string text;
  std::vector<Position> marked;
  Position at{1, 1};
  for (std::size_t i = 0; i < forty_mistakes.size(); ++i) {
    if (forty_mistakes.substr(i, 2) == "@@") {
      marked.push_back(at);
      ++i;
      continue;
    }
    text += forty_mistakes[i];
    at = forty_mistakes[i] == '\n' ? Position{at.line + 1, 1} : Position{at.line, at.column + 1};
  }
  Diagnostics diagnostics("spec.yaml", text);
  EXPECT_FALSE(read_spec(text, "spec.yaml", diagnostics));
  std::vector<Position> found;
  std::string said;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    found.push_back(diagnostic.at);
    said += to_text(diagnostic);
  }
  EXPECT_GE(marked.size(), 40U);
  EXPECT_EQ(found, marked) << said;
}

}  // namespace
}  // namespace changeover
