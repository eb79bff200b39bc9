// What a good spec becomes: each key in its place, defaults filled in, paths joined.

#include "planner/spec_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.h"
#include "tests/unit/planner/spec_support.h"

namespace changeover {
namespace {

using testing::ElementsAre;
using testing::Pair;
using namespace std::chrono_literals;
using test::complaints;
using test::desired_of;
using test::spec_with;

TEST(SpecReader, FillsInEveryDefault) {
  const auto desired = desired_of(spec_with(""));
  ASSERT_TRUE(desired);
  EXPECT_EQ(desired->file, "spec.yaml");
  EXPECT_EQ(desired->spec_sha256, sha256_hex(spec_with("")));
  EXPECT_EQ(std::get<LocalState>(desired->state).path, "spec.state.json");
  EXPECT_FALSE(std::get<LocalState>(desired->state).keep_in_ci);
  ASSERT_EQ(desired->migrations.size(), 1U);
  const Migration& orders = desired->migrations[0];
  EXPECT_EQ(orders.name, "orders");
  EXPECT_EQ(orders.at, (Position{3, 3}));
  EXPECT_EQ(orders.stage, Stage::live);
  EXPECT_EQ(orders.source.app, "shop-common");
  EXPECT_EQ(orders.source.database, "DATABASE");
  EXPECT_EQ(orders.target.app, "shop-space");
  EXPECT_EQ(orders.target.plan, "heroku-postgresql:private-4");
  EXPECT_EQ(orders.target.attachment, "DATABASE");
  EXPECT_FALSE(orders.target.addon_name);
  EXPECT_TRUE(orders.target.formation.empty());
  EXPECT_EQ(orders.target.consumer, Consumer::app);
  EXPECT_EQ(orders.quiesce.source_after, After::park);
  EXPECT_EQ(orders.quiesce.space_web, SpaceWeb::keep);
  EXPECT_EQ(orders.cutover.start_lag, 200);
  EXPECT_EQ(orders.cutover.max_downtime, 5min);
  EXPECT_EQ(orders.cutover.proof, Proof::sql);
  EXPECT_FALSE(orders.cutover.unattended);
  EXPECT_FALSE(orders.cutover.window);
  EXPECT_EQ(orders.retire.after, 72h);
  EXPECT_TRUE(orders.retire.final_backup);
}

TEST(SpecReader, ReadsEveryKey) {
  const auto desired = desired_of(
      "version: 1\n"
      "state: {local: records/orders.json, keep_in_ci: true}\n"
      "migrations:\n"
      "  orders:\n"
      "    stage: retired\n"
      "    source: {app: shop-common, database: looking-simply-2449}\n"
      "    target:\n"
      "      app: shop-space\n"
      "      plan: heroku-postgresql:premium-4\n"
      "      attachment: ORDERS_URL\n"
      "      addon_name: orders-private\n"
      "      formation: {web: 2, worker: {quantity: 1, size: private-m}}\n"
      "      replaces: old-space-db\n"
      "      consumer: external\n"
      "    quiesce:\n"
      "      source_after: resume\n"
      "      apps: {reports-example: {after: resume}, billing-example: {}}\n"
      "      read_only: [dashboard-example]\n"
      "      scheduler_stopped: [shop-common]\n"
      "      space_web: stop\n"
      "    cutover:\n"
      "      start_lag: 0\n"
      "      max_downtime: 90s\n"
      "      proof: api\n"
      "      unattended: true\n"
      "      window: {from: 2026-12-01T02:00:00Z, to: 2026-12-01T04:00:00Z}\n"
      "    hooks:\n"
      "      before_downtime: [./pause-scheduler, --now]\n"
      "      after_live: [notify]\n"
      "      after_abort: [/opt/page]\n"
      "    retire: {after: 3d, final_backup: false}\n"
      "    depends_on: [accounts]\n"
      "    acknowledge: [unlogged-tables]\n"
      "  accounts:\n"
      "    stage: source\n"
      "    source: {app: accounts-common, database: HEROKU_POSTGRESQL_BLUE_URL}\n"
      "    target: {app: accounts-space, plan: private-4}\n",
      "fleet/orders.yaml");
  ASSERT_TRUE(desired);
  EXPECT_EQ(std::get<LocalState>(desired->state).path, "fleet/records/orders.json");
  EXPECT_TRUE(std::get<LocalState>(desired->state).keep_in_ci);
  const Migration* orders = desired->find("orders");
  ASSERT_NE(orders, nullptr);
  EXPECT_EQ(orders->stage, Stage::retired);
  EXPECT_EQ(orders->source.database, "looking-simply-2449");
  EXPECT_EQ(orders->target.plan, "heroku-postgresql:premium-4");
  EXPECT_EQ(orders->target.attachment, "ORDERS");
  EXPECT_EQ(orders->target.addon_name, "orders-private");
  EXPECT_THAT(orders->target.formation, ElementsAre(Pair("web", DesiredProcess{2, std::nullopt}),
                                                    Pair("worker", DesiredProcess{1, "private-m"})));
  EXPECT_EQ(orders->target.replaces, "old-space-db");
  EXPECT_EQ(orders->target.consumer, Consumer::external);
  EXPECT_EQ(orders->quiesce.source_after, After::resume);
  EXPECT_THAT(orders->quiesce.apps,
              ElementsAre(Pair("billing-example", After::park), Pair("reports-example", After::resume)));
  EXPECT_THAT(orders->quiesce.read_only, ElementsAre("dashboard-example"));
  EXPECT_THAT(orders->quiesce.scheduler_stopped, ElementsAre("shop-common"));
  EXPECT_EQ(orders->quiesce.space_web, SpaceWeb::stop);
  EXPECT_EQ(orders->cutover.start_lag, 0);
  EXPECT_EQ(orders->cutover.max_downtime, 90s);
  EXPECT_EQ(orders->cutover.proof, Proof::api);
  EXPECT_TRUE(orders->cutover.unattended);
  ASSERT_TRUE(orders->cutover.window);
  EXPECT_EQ(format_time(orders->cutover.window->from), "2026-12-01T02:00:00Z");
  EXPECT_EQ(format_time(orders->cutover.window->to), "2026-12-01T04:00:00Z");
  EXPECT_THAT(orders->hooks.before_downtime, ElementsAre("fleet/pause-scheduler", "--now"));
  EXPECT_THAT(orders->hooks.after_live, ElementsAre("notify"));
  EXPECT_THAT(orders->hooks.after_abort, ElementsAre("/opt/page"));
  EXPECT_EQ(orders->retire.after, 72h);
  EXPECT_FALSE(orders->retire.final_backup);
  EXPECT_THAT(orders->depends_on, ElementsAre("accounts"));
  EXPECT_THAT(orders->acknowledge, ElementsAre("unlogged-tables"));
  EXPECT_EQ(desired->find("accounts")->source.database, "HEROKU_POSTGRESQL_BLUE");
  EXPECT_EQ(desired->find("nobody"), nullptr);
}

TEST(SpecReader, PutsDefaultsBehindEachKeyOfASection) {
  const auto desired = desired_of(
      "version: 1\n"
      "defaults:\n"
      "  target: {plan: private-7, formation: {web: 1, worker: 1}}\n"
      "  quiesce: {read_only: [dashboard-example], space_web: stop}\n"
      "  cutover: {max_downtime: 3m, start_lag: 7}\n"
      "migrations:\n"
      "  orders:\n"
      "    stage: live\n"
      "    source: {app: shop-common, database: DATABASE}\n"
      "    target: {app: shop-space, formation: {web: 2}}\n"
      "    quiesce: {read_only: []}\n"
      "    cutover: {max_downtime: 4m}\n"
      "  carts:\n"
      "    stage: live\n"
      "    source: {app: carts-common, database: DATABASE}\n"
      "    target: {app: carts-space}\n");
  ASSERT_TRUE(desired);
  const Migration& orders = desired->migrations[0];
  EXPECT_EQ(orders.target.plan, "heroku-postgresql:private-7");
  EXPECT_THAT(orders.target.formation, ElementsAre(Pair("web", DesiredProcess{2, std::nullopt})));
  EXPECT_TRUE(orders.quiesce.read_only.empty());
  EXPECT_EQ(orders.quiesce.space_web, SpaceWeb::stop);
  EXPECT_EQ(orders.cutover.max_downtime, 4min);
  EXPECT_EQ(orders.cutover.start_lag, 7);
  const Migration& carts = desired->migrations[1];
  EXPECT_EQ(carts.target.formation.size(), 2U);
  EXPECT_THAT(carts.quiesce.read_only, ElementsAre("dashboard-example"));
  EXPECT_EQ(carts.cutover.max_downtime, 3min);
}

TEST(SpecReader, ChecksTheDefaultsAgainstEachMigration) {
  const std::string said = complaints(
      "version: 1\n"
      "defaults: {cutover: {max_downtime: 10m}}\n"
      "migrations:\n"
      "  orders:\n"
      "    stage: live\n"
      "    source: {app: shop-common, database: DATABASE}\n"
      "    target: {app: shop-space, plan: private-4}\n"
      "    cutover: {window: {from: 2026-12-01T02:00:00Z, to: 2026-12-01T02:09:59Z}}\n");
  EXPECT_THAT(said, testing::StartsWith("spec.yaml:8:15: error: `window` is shorter"));
}

TEST(SpecReader, JoinsPathsToTheFolderOfTheSpec) {
  const auto state_of = [](const std::string& state, const std::string& file) {
    const auto desired = desired_of(state + spec_with(""), file);
    return desired ? std::get<LocalState>(desired->state).path : "not read";
  };
  EXPECT_EQ(state_of("", "fleet/eu.orders.yaml"), "fleet/eu.orders.state.json");
  EXPECT_EQ(state_of("state: {local: ./a.json}\n", "orders.yaml"), "a.json");
  EXPECT_EQ(state_of("state: {local: ../a.json}\n", "/srv/fleet/orders.yaml"), "/srv/a.json");
  EXPECT_EQ(state_of("state: {local: /var/a.json}\n", "fleet/orders.yaml"), "/var/a.json");

  const auto hook_of = [](const std::string& program, const std::string& file) {
    const auto desired = desired_of(spec_with("    hooks: {after_live: [" + program + "]}\n"), file);
    return desired ? desired->migrations[0].hooks.after_live.at(0) : "not read";
  };
  EXPECT_EQ(hook_of("./notify", "orders.yaml"), "./notify");
  EXPECT_EQ(hook_of("notify", "fleet/orders.yaml"), "notify");
  EXPECT_EQ(hook_of("bin/notify", "/srv/orders.yaml"), "/srv/bin/notify");
}

TEST(SpecReader, ReadsTheRemoteStates) {
  const auto http = desired_of("state: {http: {url: 'http://[::1]:8080/s'}}\n" + spec_with(""));
  ASSERT_TRUE(http);
  EXPECT_EQ(std::get<HttpState>(http->state).url, "http://[::1]:8080/s");
  const auto postgres = desired_of("state: {postgres: {url_env: STATE_URL}}\n" + spec_with(""));
  ASSERT_TRUE(postgres);
  EXPECT_EQ(std::get<PostgresState>(postgres->state).url_env, "STATE_URL");
}

TEST(SpecReader, TakesBoundsThemselves) {
  for (const char* keys : {"    cutover: {max_downtime: 10s}\n", "    cutover: {max_downtime: 24h}\n",
                           "    retire: {after: 0s}\n", "    cutover: {start_lag: 0}\n",
                           "    cutover: {max_downtime: 1h, window: {from: 2026-12-01T02:00:00Z, to: "
                           "2026-12-01T03:00:00+00:00}}\n"})
    EXPECT_EQ(complaints(spec_with(keys)), "") << keys;
}

TEST(SpecReader, LetsAnExternalConsumerHaveNoDyno) {
  EXPECT_EQ(complaints("version: 1\nmigrations:\n  a:\n    stage: live\n    source: {app: shop-a, database: DATABASE}\n"
                       "    target: {app: space-a, plan: private-4, consumer: external, formation: {web: 0}}\n"),
            "");
}

TEST(SpecReader, FollowsALongChainAndNamesALongCircle) {
  constexpr int count = 2000;
  std::string text = "version: 1\ndefaults: {target: {plan: private-4}}\nmigrations:\n";
  std::string circle = "m0";
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    const std::string next = std::to_string(i + 1);
    text += "  m" + number + ":\n    stage: live\n    source: {app: common-" + number + ", database: DATABASE}\n";
    text += "    target: {app: space-" + number + "}\n";
    if (i + 1 < count) {
      text += "    depends_on: [m" + next + "]\n";
      circle += " → m" + next;
    }
  }
  EXPECT_EQ(complaints(text), "");
  text += "    depends_on: [m0]\n";
  EXPECT_THAT(complaints(text), testing::HasSubstr("in a circle: " + circle + " → m0\n"));
}

}  // namespace
}  // namespace changeover
