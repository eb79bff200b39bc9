#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <sstream>

#include "core/text.h"
#include "emulator/world_reader.h"
#include "emulator/world_timing.h"
#include "json/value.h"
#include "tests/places.h"
#include "tests/support/schema_file.h"
#include "tests/support/temporary_folder.h"
#include "yaml/node.h"
#include "yaml/scalar.h"

namespace changeover::testing {
namespace {

using emulator::read_world;
using emulator::World;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> complaints(std::string_view yaml, const emulator::WorldSurroundings& surroundings = {}) {
  Diagnostics diagnostics("w.yaml", yaml);
  EXPECT_FALSE(read_world(yaml, surroundings, diagnostics));
  std::vector<std::string> lines;
  for (const Diagnostic& diagnostic : diagnostics.sorted())
    lines.push_back(std::to_string(diagnostic.at.line) + ":" + std::to_string(diagnostic.at.column) + " " +
                    diagnostic.message);
  return lines;
}

std::string seed_world() {
  const std::ifstream file(CHANGEOVER_SOURCE_DIR "/examples/seed/world.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

json::Value as_json(const yaml::Node& node) {
  if (node.kind == yaml::Node::Kind::sequence) {
    json::Array list;
    for (const yaml::Node& item : node.items) list.push_back(as_json(item));
    return list;
  }
  if (node.kind == yaml::Node::Kind::mapping) {
    json::Object object;
    for (const auto& entry : node.entries) object.emplace_back(entry.key, as_json(entry.value));
    return object;
  }
  if (node.kind == yaml::Node::Kind::null) return {};
  switch (yaml::scalar_type(node)) {
    case yaml::ScalarType::boolean:
      return node.text == "true";
    case yaml::ScalarType::integer:
      return static_cast<std::int64_t>(std::stoll(node.text));
    case yaml::ScalarType::number:
    case yaml::ScalarType::text:
      break;
  }
  return node.text;
}

std::string schema_violation(std::string_view yaml) {
  Diagnostics diagnostics("w.yaml", yaml);
  const auto root = yaml::parse(yaml, diagnostics);
  return root ? violation_of("world.schema.json", as_json(*root)) : "no YAML";
}

TEST(WorldReader, ReadsTheSeedWorld) {
  const std::string text = seed_world();
  Diagnostics diagnostics("world.yaml", text);
  const auto world = read_world(text, {{}, {{"DATA", "/somewhere"}}}, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.sorted()) ADD_FAILURE() << to_text(diagnostic);
  ASSERT_TRUE(world);
  ASSERT_EQ(world->apps.size(), 2U);
  EXPECT_EQ(world->apps[0].name, "common-runtime-example");
  EXPECT_EQ(world->apps[0].config.at("CHANGEOVER_LEDGER").reveal(), "/somewhere/ledger.txt");
  EXPECT_EQ(world->apps[1].space, "example-space");
  ASSERT_EQ(world->addons.size(), 1U);
  EXPECT_EQ(world->addons[0].plan, "heroku-postgresql:standard-0");
  EXPECT_THAT(world->addons[0].seed_sql, HasSubstr("CREATE TABLE ledger"));
  EXPECT_EQ(schema_violation(text), "");
}

TEST(WorldReader, DefaultsAreHerokus) {
  Diagnostics diagnostics("w.yaml", "version: 1\n");
  const auto world = read_world("version: 1\n", {}, diagnostics);
  ASSERT_TRUE(world);
  EXPECT_EQ(world->timing.sampling, milliseconds(5'000));
  EXPECT_EQ(world->timing.dyno_grace, milliseconds(30'000));
  EXPECT_TRUE(world->switches.data.rotate_on_unfollow);
  EXPECT_EQ(world->switches.rate_limit, 4'500);
}

TEST(WorldReader, ReadsDurationsDownToMilliseconds) {
  EXPECT_EQ(emulator::parse_world_duration("250ms"), milliseconds(250));
  EXPECT_EQ(emulator::parse_world_duration("3m"), milliseconds(180'000));
  for (const char* wrong : {"", "ms", "-1ms", "1.5s", "5", "5 s"})
    EXPECT_FALSE(emulator::parse_world_duration(wrong)) << wrong;
}

TEST(WorldReader, ReadsFaults) {
  const std::string_view yaml = R"(version: 1
faults:
- {method: PUT, path: "/client/**", nth: 2, times: 3, when: after, reset: true}
- {path: /apps, status: 503, body: sorry, content_type: text/html, delay: 20ms}
)";
  Diagnostics diagnostics("w.yaml", yaml);
  const auto world = read_world(yaml, {}, diagnostics);
  ASSERT_TRUE(world);
  ASSERT_EQ(world->faults.size(), 2U);
  EXPECT_EQ(world->faults[0].nth, 2);
  EXPECT_EQ(world->faults[0].times, 3);
  EXPECT_TRUE(world->faults[0].fault.reset);
  EXPECT_EQ(world->faults[0].fault.when, emulator::Fault::When::after);
  EXPECT_EQ(world->faults[1].fault.status, 503);
  EXPECT_EQ(world->faults[1].fault.delay, milliseconds(20));
  EXPECT_EQ(schema_violation(yaml), "");
}

TEST(WorldReader, ReportsEveryMistakeWithItsPlace) {
  const auto found = complaints(R"(version: 2
timing: {sampling: 1ms, unfollow: soon}
apps:
  orders: {regoin: us, formation: {web: {quantity: -1}}}
faults: [{path: /apps}]
)");
  ASSERT_EQ(found.size(), 6U) << ::testing::PrintToString(found);
  EXPECT_THAT(found[0], HasSubstr("1:10 version 2"));
  EXPECT_THAT(found[1], HasSubstr("2:20 `sampling`"));
  EXPECT_THAT(found[2], ::testing::StartsWith("2:"));
  EXPECT_THAT(found[3], HasSubstr("regoin"));
  EXPECT_THAT(found[4], ::testing::StartsWith("4:"));
  EXPECT_THAT(found[5], HasSubstr("nothing goes wrong"));
}

TEST(WorldReader, ReadsAccounts) {
  const std::string_view yaml = R"(version: 1
account: me@example.com
api_key: mine
apps: {orders: {two_factor: true}}
accounts:
  me@example.com: {second_factor: "777777"}
  reader@example.com: {api_key: theirs, apps: {orders: [view, deploy]}}
)";
  Diagnostics diagnostics("w.yaml", yaml);
  const auto world = read_world(yaml, {}, diagnostics);
  ASSERT_TRUE(world);
  ASSERT_EQ(world->accounts.size(), 2U);
  EXPECT_EQ(world->accounts[0].api_key.reveal(), "mine");
  EXPECT_EQ(world->accounts[0].second_factor, "777777");
  EXPECT_FALSE(world->accounts[0].apps);
  EXPECT_EQ(world->accounts[1].email, "reader@example.com");
  EXPECT_THAT(world->accounts[1].apps->at("orders"),
              ElementsAre(emulator::Permission::view, emulator::Permission::deploy));
  EXPECT_EQ(schema_violation(yaml), "");
}

TEST(WorldReader, AccountsAreChecked) {
  const auto found = complaints(R"(version: 1
account: me@example.com
api_key: mine
apps: {orders: {}}
accounts:
  me@example.com: {api_key: again}
  a@example.com: {}
  b@example.com: {api_key: mine}
  c@example.com: {api_key: c, apps: {order: [view], orders: [look]}}
  d@example.com: {api_key: d, apps: [orders]}
)");
  ASSERT_EQ(found.size(), 6U) << ::testing::PrintToString(found);
  EXPECT_THAT(found[0], HasSubstr("6:29 `me@example.com` has its `api_key` at the top"));
  EXPECT_THAT(found[1], HasSubstr("7:3"));
  EXPECT_THAT(found[2], HasSubstr("8:3 `b@example.com` and `me@example.com` have the same"));
  EXPECT_THAT(found[3], HasSubstr("9:38 there is no app `order`"));
  EXPECT_THAT(found[4], HasSubstr("9:62 `look` is no permission"));
  EXPECT_THAT(found[5], ::testing::StartsWith("10:"));
}

TEST(WorldReader, EverySwitchOfTheSchemaIsReadAndInTheTable) {
  std::ifstream file(CHANGEOVER_SOURCE_DIR "/schemas/world.schema.json");
  std::ostringstream text;
  text << file.rdbuf();
  const auto schema = json::parse(text.str());
  ASSERT_TRUE(schema);
  std::ifstream docs(CHANGEOVER_SOURCE_DIR "/docs/emulator.md");
  std::ostringstream table;
  table << docs.rdbuf();
  for (const auto& [key, rule] : (*schema)["properties"]["switches"]["properties"].members()) {
    const json::Array& words = rule["enum"].items();
    std::vector<std::string> values;
    for (const json::Value& word : words) values.push_back(word.as_string());
    if (rule["type"].as_string() == "boolean") values = {"true", "false"};
    if (rule["type"].as_string() == "integer") values = {std::to_string(rule["minimum"].as_integer())};
    for (const std::string& value : values) {
      const std::string yaml = "version: 1\nswitches: {" + key + ": " + value + "}\n";
      Diagnostics diagnostics("w.yaml", yaml);
      EXPECT_TRUE(read_world(yaml, {}, diagnostics)) << yaml;
    }
    EXPECT_THAT(complaints("version: 1\nswitches: {" + key + ": [nonsense]}\n"), ElementsAre(HasSubstr(key)));
    // How many tokens there are is known; how fast they come back too.
    if (key == "rate_limit" || key == "tokens_per_hour") continue;
    EXPECT_THAT(table.str(), HasSubstr("`" + key + "`")) << "docs/emulator.md has no row for it";
  }
}

TEST(WorldReader, NamesMustLeadSomewhere) {
  const auto found = complaints(R"(version: 1
teams: [acme]
spaces:
  va: {team: acne}
apps:
  orders: {space: vb}
  far: {region: virginia}
addons:
  db: {app: order, plan: standard-0}
  odd: {app: orders, plan: standard-1}
  copy: {app: far, plan: standard-0, follow: dbb}
  inside: {app: far, plan: private-4}
attachments:
- {app: orders, addon: db, as: X}
- {app: orders, addon: db, as: X}
)");
  EXPECT_THAT(found,
              ElementsAre(HasSubstr("4:3 there is no team `acne`"), HasSubstr("6:3 there is no space `vb`"),
                          HasSubstr("7:3 app `far` is outside a space"), HasSubstr("9:3 there is no app `order`"),
                          HasSubstr("10:3 there is no plan"), HasSubstr("11:3 there is no addon `dbb`"),
                          HasSubstr("12:3 plan heroku-postgresql:private-4 needs an app inside a space"),
                          HasSubstr("15:3 app `orders` has two attachments named X")));
}

TEST(WorldReader, FollowersFollowLeadersOnly) {
  const auto found = complaints(R"(version: 1
apps: {orders: {}}
addons:
  db: {app: orders, plan: standard-0}
  tiny: {app: orders, plan: essential-0}
  one: {app: orders, plan: standard-0, follow: db}
  two: {app: orders, plan: standard-0, follow: one}
  three: {app: orders, plan: standard-0, follow: tiny}
)");
  EXPECT_THAT(found,
              ElementsAre(HasSubstr("7:3 `one` is a follower itself"), HasSubstr("8:3 `three` cannot follow `tiny`")));
}

TEST(WorldReader, CredentialsBelongToLeadersOfStandardTierAndAbove) {
  const auto found = complaints(R"(version: 1
apps: {orders: {}}
addons:
  db: {app: orders, plan: standard-0, credentials: [report, postgres, report]}
  tiny: {app: orders, plan: essential-0, credentials: [x]}
  copy: {app: orders, plan: standard-0, follow: db, credentials: [y]}
attachments:
- {app: orders, addon: copy, as: GOOD, namespace: 'credential:report'}
- {app: orders, addon: db, as: BAD, namespace: 'credential:etl'}
- {app: orders, addon: db, as: ODD, namespace: pooled}
)");
  EXPECT_THAT(found,
              ElementsAre(HasSubstr("4:3 `postgres` is no name"), HasSubstr("4:3 `report` is no name"),
                          HasSubstr("5:3 plan heroku-postgresql:essential-0 has the default"),
                          HasSubstr("6:3 `copy` follows, so its credentials"),
                          HasSubstr("9:3 `db` has no credential `etl`"), HasSubstr("10:3 `pooled` is no namespace")));
}

TEST(WorldReader, ADataFolderMustBeNamedWhenItIsUsed) {
  EXPECT_THAT(complaints("version: 1\napps: {app: {config: {X: '${DATA}/x'}}}\n"),
              ElementsAre(HasSubstr("needs a folder")));
  const std::string_view shell = "version: 1\napps: {app: {one_off: ['echo ${DYNO}']}}\n";
  Diagnostics diagnostics("w.yaml", shell);
  const auto world = read_world(shell, {}, diagnostics);
  ASSERT_TRUE(world);
  EXPECT_EQ(world->apps[0].one_off[0], "echo ${DYNO}") << "the shell's own";
}

TEST(WorldReader, SeedsComeFromFilesToo) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/seed.sql") << "SELECT 1;";
  const std::string_view yaml =
      "version: 1\napps: {app: {}}\naddons: {db: {app: app, plan: standard-0, seed_file: seed.sql}}\n";
  Diagnostics diagnostics("w.yaml", yaml);
  const auto world = read_world(yaml, {folder.path(), {}}, diagnostics);
  ASSERT_TRUE(world);
  EXPECT_EQ(world->addons[0].seed_sql, "SELECT 1;");
  EXPECT_THAT(
      complaints("version: 1\napps: {app: {}}\naddons: {db: {app: app, plan: standard-0, seed_file: none.sql}}\n",
                 {folder.path(), {}}),
      ElementsAre(HasSubstr("cannot read the seed file")));
}

TEST(WorldReader, ReadsWhatAppsDoByThemselves) {
  const std::string_view yaml = R"(version: 1
timing: {dyno_down: 2s, preboot: 40s}
apps:
  orders:
    preboot: true
    formation: {worker: {quantity: 1, command: work, drain: 250ms}}
    scheduler:
    - {every: 10m, command: report, size: standard-2x}
    - {every: 1h, command: clean}
    autoscaler: {every: 30s, min: 3}
addons:
  jobs: {app: orders, plan: "scheduler:standard"}
)";
  Diagnostics diagnostics("w.yaml", yaml);
  const auto world = read_world(yaml, {}, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.sorted()) ADD_FAILURE() << to_text(diagnostic);
  ASSERT_TRUE(world);
  EXPECT_EQ(world->timing.dyno_down, milliseconds(2'000));
  EXPECT_EQ(world->timing.preboot, milliseconds(40'000));
  const emulator::WorldApp& app = world->apps[0];
  EXPECT_TRUE(app.preboot);
  EXPECT_EQ(app.formation[0].drain, milliseconds(250));
  ASSERT_EQ(app.scheduler.size(), 2U);
  EXPECT_EQ(app.scheduler[0].every, milliseconds(600'000));
  EXPECT_EQ(app.scheduler[0].size, "standard-2x");
  EXPECT_EQ(app.scheduler[1].command, "clean");
  ASSERT_TRUE(app.autoscaler);
  EXPECT_EQ(app.autoscaler->min, 3);
  EXPECT_EQ(schema_violation(yaml), "");
}

TEST(WorldReader, ReportsWhatAppsCannotDoByThemselves) {
  EXPECT_THAT(
      complaints(R"(version: 1
apps:
  app:
    formation: {worker: {drain: long}}
    scheduler:
    - {every: 1ms, command: report}
    - {every: 10m}
    - {command: clean, at: noon}
    autoscaler: {min: 0}
)"),
      ElementsAre(HasSubstr("4:33 `drain`"), HasSubstr("6:15 `every` must be at least"),
                  HasSubstr("7:7 the job lacks the key `command`"), HasSubstr("8:7 the job lacks the key `every`"),
                  HasSubstr("8:24 unknown key"), HasSubstr("9:5 `autoscaler` lacks"), HasSubstr("9:23 `min`")));
  EXPECT_THAT(
      complaints(R"(version: 1
teams: [acme]
spaces: {va: {team: acme}}
apps:
  app:
    scheduler:
    - {every: 10m, command: report}
  spaced: {space: va, preboot: true}
)"),
      ElementsAre(HasSubstr("7:7 app `app` has jobs, but no add-on"), HasSubstr("8:3 app `spaced` is in a space")));
}

TEST(WorldReader, EverySwitchAndTimeOfTheSchemaIsRead) {
  const std::ifstream file(CHANGEOVER_SOURCE_DIR "/schemas/world.schema.json");
  std::ostringstream text;
  text << file.rdbuf();
  const auto schema = json::parse(text.str());
  ASSERT_TRUE(schema);
  for (const char* section : {"switches", "timing"}) {
    const json::Value& keys = (*schema)["properties"][section]["properties"];
    EXPECT_GT(keys.members().size(), 10U) << section;
    for (const auto& [key, rule] : keys.members()) {
      const std::string value = rule.has("enum")                        ? rule["enum"].items().back().as_string()
                                : rule["type"].as_string() == "boolean" ? "false"
                                : rule["type"].as_string() == "integer" ? rule["minimum"].dump()
                                                                        : "7s";
      const std::string yaml = "version: 1\n" + std::string(section) + ": {" + key + ": " + value + "}\n";
      Diagnostics diagnostics("w.yaml", yaml);
      EXPECT_TRUE(read_world(yaml, {}, diagnostics)) << yaml;
      EXPECT_EQ(schema_violation(yaml), "") << yaml;
    }
  }
}

TEST(WorldReader, TheSchemaRefusesWhatTheReaderRefuses) {
  for (const char* yaml :
       {"apps: {}\n", "version: 2\n", "version: 1\nappps: {}\n", "version: 1\ntiming: {sampling: soon}\n",
        "version: 1\napps: {app: {formation: {web: {quantity: -1}}}}\n", "version: 1\naddons: {db: {app: app}}\n",
        "version: 1\nspaces: {s: {}}\n", "version: 1\nfaults: [{status: 500}]\n",
        "version: 1\nswitches: {rotate_on_unfollow: often}\n", "version: 1\napps: {app: {autoscaler: {min: 2}}}\n",
        "version: 1\napps: {app: {scheduler: [{every: 1m}]}}\n", "version: 1\napps: {app: {scheduler: {every: 1m}}}\n",
        "version: 1\napps: {app: {formation: {web: {drain: 5}}}}\n", "version: 1\napps: {app: {preboot: maybe}}\n"}) {
    EXPECT_FALSE(complaints(yaml).empty()) << yaml;
    EXPECT_NE(schema_violation(yaml), "") << yaml;
  }
}

}  // namespace
}  // namespace changeover::testing
