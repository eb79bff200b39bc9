#include "planner/preflight.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include "core/text.h"
#include "planner/findings.h"
#include "tests/support/facts.h"

namespace changeover {
namespace {

using testing::SeedWorld;
using testing::source_app_name;
using testing::source_name;
using testing::target_app_name;
using namespace std::chrono_literals;

enum class List { blockers, warnings, manual, unknowns };

/// A world in which a finding must be; without `change` it must not.
struct Case {
  std::string id;
  List list = List::blockers;
  std::optional<Group> blocks;
  void (*change)(SeedWorld&) = nullptr;
  Phase phase = Phase::absent;
  void (*before)(SeedWorld&) = nullptr;  ///< both worlds
  bool in_ci = false;
};

constexpr auto prepare = Group::prepare;
constexpr auto cutover = Group::cutover;

Findings findings_of(const SeedWorld& world, bool cutover_due, bool in_ci = false) {
  const Situation situation = world.situation();
  const Neighbours neighbours(world.desired, world.observed, world.recorded);
  return preflight({world.desired, situation, neighbours, phase_of(situation).phase, in_ci, cutover_due});
}

const std::vector<Finding>& list_of(const Findings& findings, List list) {
  switch (list) {
    case List::blockers:
      return findings.blockers;
    case List::warnings:
      return findings.warnings;
    case List::manual:
      return findings.manual;
    case List::unknowns:
      return findings.unknowns;
  }
  return findings.blockers;
}

std::string_view name_of(List list) {
  constexpr std::array<FindingKind, 4> kinds{FindingKind::blocker, FindingKind::warning, FindingKind::manual,
                                             FindingKind::unknown};
  return to_string(kinds.at(static_cast<std::size_t>(list)));
}

const Finding* find(const Findings& findings, List list, std::string_view id) {
  const auto& found = list_of(findings, list);
  const auto finding = std::ranges::find(found, id, &Finding::id);
  return finding == found.end() ? nullptr : &*finding;
}

bool anywhere(const Findings& findings, std::string_view id) {
  return find(findings, List::blockers, id) != nullptr || find(findings, List::warnings, id) != nullptr ||
         find(findings, List::manual, id) != nullptr || find(findings, List::unknowns, id) != nullptr;
}

/// The stage asks for it, and nothing stands in the way.
void to_retire(SeedWorld& world) { world.stage(Stage::retired); }

const std::vector<Case> cases = {
    {"source-not-found", List::blockers, prepare,
     [](SeedWorld& w) {
       w.facts().source.reset();
       w.facts().source_problem = "there is no database DATABASE of common-runtime-example";
     }},
    {"app-not-found", List::blockers, prepare, [](SeedWorld& w) { w.observed.apps.erase(target_app_name); }},
    {"tier-without-followers", List::blockers, prepare,
     [](SeedWorld& w) { w.facts().source->plan = "heroku-postgresql:essential-0"; }},
    {"advanced-tier", List::blockers, prepare,
     [](SeedWorld& w) { w.facts().source->plan = "heroku-postgresql:advanced"; }},
    {"not-heroku-postgres", List::blockers, prepare, [](SeedWorld& w) { w.facts().source->service = "heroku-redis"; }},
    {"source-is-follower", List::blockers, prepare, [](SeedWorld& w) { w.facts().source_database->following = true; }},
    {"follow-not-available", List::blockers, prepare,
     [](SeedWorld& w) { w.facts().source_database->fork_follow = "Temporarily Unavailable"; }},
    {"target-not-in-space", List::blockers, prepare, [](SeedWorld& w) { w.target().app.space.reset(); }},
    {"fir-without-maintenance", List::blockers, cutover, [](SeedWorld& w) { w.target().app.generation = "fir"; }},
    {"plan-not-found", List::blockers, prepare, [](SeedWorld& w) { w.facts().plan.reset(); }},
    {"plan-not-for-spaces", List::blockers, prepare, [](SeedWorld& w) { w.facts().plan->inside_space = false; }},
    {"plan-too-small", List::blockers, prepare,
     [](SeedWorld& w) { w.facts().source_database->bytes = 700'000'000'000; }},
    {"plan-nearly-full", List::warnings, {}, [](SeedWorld& w) { w.facts().source_database->bytes = 600'000'000'000; }},
    {"plan-smaller", List::warnings, {}, [](SeedWorld& w) { w.facts().source->plan = "heroku-postgresql:premium-5"; }},
    {"source-size", List::unknowns, {}, [](SeedWorld& w) { w.facts().source_database->bytes.reset(); }},
    {"plan-disk", List::unknowns, {}, [](SeedWorld& w) { w.migration().target.plan = "heroku-postgresql:private-99"; }},
    {"addon-name-taken", List::blockers, prepare,
     [](SeedWorld& w) {
       w.facts().stranger = SeedWorld::addon("orders-private", "heroku-postgresql:private-4", target_app_name);
     }},
    {"attachment-held-by-stranger", List::blockers, cutover,
     [](SeedWorld& w) { w.attach(target_app_name, "DATABASE", "old-space-db"); }},
    {"unquiesced-writer", List::blockers, cutover,
     [](SeedWorld& w) { w.attach("hidden-example", "DATABASE", source_name); }},
    {"scheduler-unacknowledged", List::blockers, cutover,
     [](SeedWorld& w) { w.install("scheduler", source_app_name); }},
    {"autoscaler-unacknowledged", List::blockers, cutover,
     [](SeedWorld& w) { w.install("judoscale", source_app_name); }},
    {"connect-unacknowledged", List::blockers, cutover,
     [](SeedWorld& w) { w.install("herokuconnect", source_app_name); }},
    {"copied-url", List::blockers, cutover,
     [](SeedWorld& w) { w.around().copied_urls = {{"reports-example", {"LEDGER_DB"}}}; }},
    {"copy-attached-elsewhere",
     List::warnings,
     {},
     [](SeedWorld& w) { w.attach("reports-example", "REPLICA", testing::private_name); },
     Phase::replicating},
    {"config-vars-unread", List::unknowns, {}, [](SeedWorld& w) { w.around().unsearched_apps = 940; }},
    {"not-looked-at", List::unknowns, {}, [](SeedWorld& w) { w.facts().not_looked_at = "too many"; }},
    {"resumed-writer-on-old-leader", List::blockers, cutover,
     [](SeedWorld& w) { w.writer("reports-example").migration().quiesce.apps["reports-example"] = After::resume; }},
    {"formation-zero", List::blockers, cutover,
     [](SeedWorld& w) {
       for (Process& process : *w.target().formation) process.quantity = 0;
     }},
    {"unknown-process-type", List::blockers, cutover,
     [](SeedWorld& w) { w.migration().target.formation["clock"] = {1, {}}; }},
    {"leader-not-reached", List::blockers, cutover,
     [](SeedWorld& w) {
       w.facts().leader.reset();
       w.facts().leader_problem = "connection refused";
     }},
    {"leader-not-asked", List::unknowns, {}, [](SeedWorld& w) { w.facts().leader.reset(); }},
    {"unlogged-tables", List::blockers, cutover,
     [](SeedWorld& w) { w.facts().leader->unlogged_tables = {"public.cache"}; }},
    {"source-read-only", List::blockers, cutover, [](SeedWorld& w) { w.facts().leader->read_only = true; }},
    {"prepared-transactions", List::blockers, cutover,
     [](SeedWorld& w) { w.facts().leader->prepared_transactions = 1; }},
    {"logical-slots", List::blockers, cutover, [](SeedWorld& w) { w.facts().leader->logical_slots = 2; }},
    {"subscription-writes", List::blockers, cutover, [](SeedWorld& w) { w.facts().leader->subscriptions = 1; }},
    {"unfenced-tables", List::warnings, {}, [](SeedWorld& w) { w.facts().leader->unlockable_tables = {"audit.log"}; }},
    {"unfenced-objects", List::warnings, {}, [](SeedWorld& w) { w.facts().leader->sequences = 3; }},
    {"unendable-roles", List::warnings, {}, [](SeedWorld& w) { w.facts().leader->unendable_roles = {"analyst"}; }},
    {"too-many-tables",
     List::warnings,
     {},
     [](SeedWorld& w) { w.facts().leader->tables = 9'001; },
     Phase::absent,
     [](SeedWorld& w) { w.facts().leader->lock_capacity = 9'000; }},
    {"long-transaction",
     List::warnings,
     {},
     [](SeedWorld& w) { w.facts().leader->long_transactions = {{4711, "app", "idle in transaction", 90min}}; }},
    {"few-connections",
     List::warnings,
     {},
     [](SeedWorld& w) { w.facts().leader->free_connections = 2; },
     Phase::absent,
     [](SeedWorld& w) { w.facts().leader->free_connections = 3; }},
    {"collation-versions", List::blockers, cutover,
     [](SeedWorld& w) { w.facts().leader->collation_mismatches = {"en_US.utf8"}; }},
    {"proof-api", List::warnings, {}, [](SeedWorld& w) { w.migration().cutover.proof = Proof::api; }},
    {"platform-maintenance", List::blockers, cutover,
     [](SeedWorld& w) { w.facts().source_database->maintenance = "running"; }},
    {"platform-maintenance-planned",
     List::warnings,
     {},
     [](SeedWorld& w) { w.facts().source_database->maintenance = "required by 2026-12-01"; },
     Phase::absent,
     [](SeedWorld& w) { w.facts().source_database->maintenance = "not required"; }},
    {"local-state-in-ci", List::blockers, cutover,
     [](SeedWorld& w) { w.desired.state = LocalState{"spec.state.json", false}; }, Phase::absent, nullptr, true},
    {"baseline-lost", List::blockers, cutover, [](SeedWorld& w) { w.state_lost(); }, Phase::quiesced},
    {"parked-before",
     List::warnings,
     {},
     [](SeedWorld& w) { w.state_lost(); },
     Phase::quiesced,
     [](SeedWorld& w) { w.migration().target.formation["web"] = {2, {}}; }},
    {"shared-apps", List::warnings, {}, [](SeedWorld& w) { w.another("accounts").depends_on = {"orders"}; }},
    {"same-app-at-once", List::blockers, cutover, [](SeedWorld& w) { w.another("accounts"); }},
    {"shared-app-in-downtime", List::blockers, cutover,
     [](SeedWorld& w) {
       RecordedMigration accounts;
       accounts.name = "accounts";
       accounts.attempt.emplace();
       accounts.attempt->downtime_began = w.observed.at;
       accounts.attempt->baseline = {{{"app-id", source_app_name}, false, {}, 1}};
       w.recorded.migrations.push_back(accounts);
     }},
    {"source-feeds-several", List::blockers, cutover,
     [](SeedWorld& w) {
       w.another("accounts").target.app = "another-space-example";
       w.observed.migrations.back().source = w.facts().source;
     }},
    {"old-database-written", List::blockers, Group::retire,
     [](SeedWorld& w) { w.old_writes(WritesSince::Verdict::written); }, Phase::live, to_retire},
    {"old-database-unknown", List::blockers, Group::retire,
     [](SeedWorld& w) { w.old_writes(WritesSince::Verdict::not_known); }, Phase::live, to_retire},
    {"old-database-followed", List::blockers, Group::retire,
     [](SeedWorld& w) { w.facts().source_database->follower_urls_masked = {"postgres://host:5432/db"}; }, Phase::live,
     to_retire},
    {"old-database-unread", List::blockers, Group::retire, [](SeedWorld& w) { w.facts().source_database.reset(); },
     Phase::live, to_retire},
    {"transfer-unfinished", List::blockers, Group::retire,
     [](SeedWorld& w) { w.facts().retirement->unfinished_transfers = {"b012 of common-runtime-example"}; }, Phase::live,
     to_retire},
    {"transfers-unknown", List::blockers, Group::retire,
     [](SeedWorld& w) { w.facts().retirement->transfers_problem = "Heroku answered 503"; }, Phase::live, to_retire},
    {"old-database-attached", List::blockers, Group::retire, [](SeedWorld& w) { w.writer("reports-example"); },
     Phase::live, to_retire},
    {"retiring-restarts-target",
     List::warnings,
     {},
     [](SeedWorld& w) { w.facts().source->app = {std::string(target_app_name) + "-id", target_app_name}; },
     Phase::live,
     to_retire},
    {"final-backup-too-large", List::blockers, Group::retire,
     [](SeedWorld& w) { w.facts().source_database->bytes = 20'000'000'001; }, Phase::live, to_retire},
    {"final-backup-kept",
     List::manual,
     {},
     [](SeedWorld& w) { w.migration().retire.final_backup = true; },
     Phase::live,
     [](SeedWorld& w) {
       to_retire(w);
       w.migration().retire.final_backup = false;
     }},
    {"retire-age-unknown", List::blockers, Group::retire,
     [](SeedWorld& w) { w.facts().retirement->attached_at.reset(); }, Phase::live, to_retire},
    {"external-promote", List::manual, {}, [](SeedWorld& w) { w.migration().target.consumer = Consumer::external; }},
    {"external-resume", List::manual, {}, [](SeedWorld& w) { w.migration().target.consumer = Consumer::external; }},
    {"release-phase", List::warnings, {}, [](SeedWorld& w) { w.add_release_phase(); }},
    {"source-stays-parked",
     List::warnings,
     {},
     [](SeedWorld& w) { w.migration().quiesce.source_after = After::park; },
     Phase::absent,
     [](SeedWorld& w) { w.migration().quiesce.source_after = After::resume; }},
    {"region-differs", List::warnings, {}, [](SeedWorld& w) { w.source().app.region = "eu"; }},
    {"app-outside-space", List::warnings, {}, [](SeedWorld& w) { w.writer("reports-example"); }},
    {"other-followers", List::manual, {}, [](SeedWorld& w) { w.around().other_followers = {"reports-follower"}; }},
    {"settings-differ",
     List::manual,
     {},
     [](SeedWorld& w) { w.around().settings = {{"log_statement", "all", "ddl"}}; }},
    {"backup-schedules", List::manual, {}, [](SeedWorld& w) { w.around().backup_schedules = {"03:00 UTC"}; }},
    {"maintenance-window",
     List::manual,
     {},
     [](SeedWorld& w) { w.facts().source_database->maintenance_window = "Tuesdays 21:00 to Wednesdays 01:00 UTC"; }},
    {"data-links", List::manual, {}, [](SeedWorld& w) { w.facts().leader->foreign_servers = {"warehouse"}; }},
    {"domains-left", List::manual, {}, [](SeedWorld& w) { w.around().domains_left = {"shop.example"}; }},
    {"special-access",
     List::manual,
     {},
     [](SeedWorld& w) { w.facts().source_database->special = {"Mutual TLS: Enabled"}; }},
    {"namespaced-attachment",
     List::manual,
     {},
     [](SeedWorld& w) { w.attach("reports-example", "REPORTS", source_name, "credential:reports"); }},
    {"not-readable",
     List::unknowns,
     {},
     [](SeedWorld& w) { w.facts().unreadable = {{"the prices", "Heroku answered 503"}}; }},
};

/// Said with every cutover: no API does or tells it.
const std::vector<std::pair<std::string, List>> with_every_cutover = {{"connectors", List::unknowns}};

class FindingOf : public ::testing::TestWithParam<Case> {};

TEST_P(FindingOf, IsThereWithItsCauseAndNotWithout) {
  const Case& one = GetParam();
  SeedWorld world;
  if (one.before != nullptr) one.before(world);
  world.at(one.phase);
  EXPECT_FALSE(anywhere(findings_of(world, true, one.in_ci), one.id));
  one.change(world);
  const Findings findings = findings_of(world, true, one.in_ci);
  const Finding* finding = find(findings, one.list, one.id);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->blocks, one.blocks);
  EXPECT_FALSE(finding->what.empty());
  const FindingRow* row = finding_row(one.id);
  ASSERT_NE(row, nullptr) << "not in planner/findings.cpp";
  EXPECT_EQ(row->blocks, one.blocks);
  EXPECT_EQ(to_string(row->kind), name_of(one.list));
  if (one.list == List::blockers) {
    EXPECT_FALSE(finding->remedy.empty()) << "a blocker says what to do";
  }
}

INSTANTIATE_TEST_SUITE_P(Id, FindingOf, ::testing::ValuesIn(cases), [](const auto& test) {
  std::string name = test.param.id;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(Preflight, TheSeedHasNoBlocker) {
  for (const Phase phase : {Phase::absent, Phase::provisioning, Phase::catching_up, Phase::replicating, Phase::quiesced,
                            Phase::drained, Phase::standalone, Phase::promoted, Phase::live}) {
    SeedWorld world;
    world.at(phase);
    const Findings findings = findings_of(world, true);
    EXPECT_TRUE(findings.blockers.empty()) << to_string(phase) << ": " << findings.blockers.front().id;
  }
}

TEST(Preflight, EveryIdOfTheTableHasATestAndTheOtherWayRound) {
  std::set<std::string> listed;
  for (const PreflightCheck& check : preflight_checks()) {
    EXPECT_FALSE(check.asks.empty());
    std::string ids(check.id);
    for (std::size_t comma = 0; !ids.empty(); ids.erase(0, comma == std::string::npos ? comma : comma + 2)) {
      comma = ids.find(", ");
      EXPECT_TRUE(listed.insert(ids.substr(0, comma)).second) << "twice: " << ids.substr(0, comma);
    }
  }
  std::set<std::string> tested;
  for (const Case& one : cases) tested.insert(one.id);
  for (const auto& [id, list] : with_every_cutover) tested.insert(id);
  EXPECT_EQ(listed, tested);
}

TEST(Preflight, WhatNoApiTellsIsSaidWithACutoverOnly) {
  const Findings due = findings_of(SeedWorld(), true);
  const Findings not_due = findings_of(SeedWorld(), false);
  for (const auto& [id, list] : with_every_cutover) {
    EXPECT_NE(find(due, list, id), nullptr) << id;
    EXPECT_FALSE(anywhere(not_due, id)) << id;
  }
}

TEST(Preflight, SchedulersAndAutoscalersAreAcknowledgedAppByApp) {
  SeedWorld world;
  world.writer("reports-example");
  world.install("scheduler", source_app_name);
  world.install("hirefire", "reports-example");
  world.migration().quiesce.scheduler_stopped = {source_app_name};
  const Findings findings = findings_of(world, true);
  EXPECT_FALSE(anywhere(findings, "scheduler-unacknowledged"));
  EXPECT_TRUE(anywhere(findings, "autoscaler-unacknowledged"));
}

TEST(Preflight, ASchedulerOnAReadOnlyAppBlocksNothing) {
  SeedWorld world;
  world.writer("dashboard-example").migration().quiesce.read_only = {"dashboard-example"};
  world.install("scheduler", "dashboard-example");
  EXPECT_FALSE(anywhere(findings_of(world, true), "scheduler-unacknowledged"));
}

TEST(Preflight, TheSourceItselfOrWhatReplacesNamesMayHoldTheName) {
  SeedWorld world;
  world.attach(target_app_name, "DATABASE", source_name);
  EXPECT_FALSE(anywhere(findings_of(world, true), "attachment-held-by-stranger"));
  world.attach(target_app_name, "DATABASE", "old-space-db");
  world.migration().target.replaces = "old-space-db";
  EXPECT_FALSE(anywhere(findings_of(world, true), "attachment-held-by-stranger"));
  world.migration().target.replaces = "another-db";
  EXPECT_TRUE(anywhere(findings_of(world, true), "attachment-held-by-stranger"));
}

TEST(Preflight, AFormationOfZeroShowsTheSourceAppsNumbersAndCopiesNone) {
  SeedWorld world;
  for (Process& process : *world.target().formation) process.quantity = 0;
  const Findings findings = findings_of(world, true);
  const Finding* finding = find(findings, List::blockers, "formation-zero");
  ASSERT_NE(finding, nullptr);
  EXPECT_NE(finding->remedy.find("web: 2, worker: 1"), std::string::npos) << finding->remedy;
  world.migration().target.formation["web"] = {1, {}};
  EXPECT_FALSE(anywhere(findings_of(world, true), "formation-zero"));
}

TEST(Preflight, APlanMayBeFilledToNineTenths) {
  SeedWorld world;
  world.facts().source_database->bytes = 691'200'000'000;  // 768 GB (heroku-api.md 6)
  EXPECT_FALSE(anywhere(findings_of(world, true), "plan-too-small"));
  world.facts().source_database->bytes = 691'200'000'001;
  EXPECT_TRUE(anywhere(findings_of(world, true), "plan-too-small"));
}

TEST(Preflight, ACopiedUrlIsFineWhereQuiesceKnowsTheApp) {
  const auto blocks = [](void (*change)(SeedWorld&)) {
    SeedWorld world;
    world.around().copied_urls = {{"reports-example", {"LEDGER_DB"}}};
    change(world);
    return anywhere(findings_of(world, true), "copied-url");
  };
  EXPECT_TRUE(blocks([](SeedWorld&) {}));
  EXPECT_FALSE(blocks([](SeedWorld& w) { w.migration().quiesce.apps["reports-example"] = After::park; }));
  EXPECT_FALSE(blocks([](SeedWorld& w) { w.migration().quiesce.read_only = {"reports-example"}; }));
  EXPECT_FALSE(blocks([](SeedWorld& w) { w.writer("reports-example"); })) << "attached, so it is stopped anyway";
}

TEST(Preflight, TheTargetMayNotKeepTheOldUrlWhateverTheSpecSays) {
  SeedWorld world;
  world.around().copied_urls = {{target_app_name, {"OLD_DB"}}};
  const Findings findings = findings_of(world, true);
  const Finding* finding = find(findings, List::blockers, "copied-url");
  ASSERT_NE(finding, nullptr);
  EXPECT_NE(finding->remedy.find("config:unset OLD_DB"), std::string::npos) << finding->remedy;
}

TEST(Preflight, AnAppThatWouldBeResumedWithACopiedUrlIsRefused) {
  SeedWorld world;
  world.add_app("reports-example", {{"web", 1, "basic"}});
  world.migration().quiesce.apps["reports-example"] = After::resume;
  EXPECT_FALSE(anywhere(findings_of(world, true), "resumed-writer-on-old-leader"));
  world.around().copied_urls = {{"reports-example", {"LEDGER_DB"}}};
  EXPECT_TRUE(anywhere(findings_of(world, true), "resumed-writer-on-old-leader"));
}

TEST(Preflight, APoolOfTheSourceAppWantsItsNameFreeOnTheTarget) {
  SeedWorld world;
  world.attach(source_app_name, "DATABASE_CONNECTION_POOL", source_name, "connection-pooling:default");
  EXPECT_FALSE(anywhere(findings_of(world, true), "attachment-held-by-stranger"));
  world.attach(target_app_name, "DATABASE_CONNECTION_POOL", "old-space-db", "connection-pooling:default");
  EXPECT_TRUE(anywhere(findings_of(world, true), "attachment-held-by-stranger"));
}

TEST(Preflight, MaintenanceWithinTheCutoverBlocksAndOtherwiseWarns) {
  SeedWorld world;
  world.facts().source_database->maintenance = "required by 2026-12-01";
  const WallTime now = world.observed.at;
  world.around().maintenances = {{source_name, "pending", now + 10min}};
  EXPECT_NE(find(findings_of(world, true), List::warnings, "platform-maintenance-planned"), nullptr);
  world.around().maintenances = {{source_name, "pending", now + 2min}};
  EXPECT_NE(find(findings_of(world, true), List::blockers, "platform-maintenance"), nullptr);
  world.migration().cutover.window = Window{now + 1h, now + 2h};
  EXPECT_NE(find(findings_of(world, true), List::warnings, "platform-maintenance-planned"), nullptr);
  world.around().maintenances = {{source_name, "pending", now + 90min}};
  EXPECT_NE(find(findings_of(world, true), List::blockers, "platform-maintenance"), nullptr);
}

TEST(Preflight, WhetherToBeginIsNoQuestionInDowntime) {
  SeedWorld world;
  world.facts().source_database->maintenance = "running";
  world.another("accounts");
  world.at(Phase::standalone);
  EXPECT_FALSE(anywhere(findings_of(world, true), "platform-maintenance"));
  EXPECT_FALSE(anywhere(findings_of(world, true), "same-app-at-once"));
}

TEST(Preflight, AWriterThatAnotherMigrationResumesIsABlocker) {
  SeedWorld world;
  world.writer("billing-space-example");
  Migration& other = world.another("billing");
  other.source.app = "billing-example";
  other.target.app = "billing-space-example";
  EXPECT_TRUE(anywhere(findings_of(world, true), "source-feeds-several"));
  world.migration().quiesce.read_only = {"billing-space-example"};
  EXPECT_FALSE(anywhere(findings_of(world, true), "source-feeds-several"));
}

TEST(Preflight, WhatHasMovedAlreadySharesNothing) {
  SeedWorld world;
  world.another("accounts");
  MigrationFacts& theirs = world.observed.migrations.back();
  theirs.copy = SeedWorld::addon("accounts-private", "heroku-postgresql:private-4", target_app_name);
  EXPECT_TRUE(anywhere(findings_of(world, true), "same-app-at-once"));
  world.attach(target_app_name, "ACCOUNTS", "accounts-private");
  EXPECT_FALSE(anywhere(findings_of(world, true), "same-app-at-once"));
  EXPECT_FALSE(anywhere(findings_of(world, true), "shared-apps"));
}

TEST(Preflight, WhatIsAcknowledgedWarnsAndNothingElseIs) {
  SeedWorld world;
  world.facts().leader->unlogged_tables = {"public.cache"};
  world.facts().leader->prepared_transactions = 1;
  world.migration().acknowledge = {"unlogged-tables", "prepared-transactions"};
  const MigrationPlan plan = world.plan();
  ASSERT_EQ(plan.blockers.size(), 1U);
  EXPECT_EQ(plan.blockers.front().id, "prepared-transactions");
  const auto warned = std::ranges::find(plan.warnings, "unlogged-tables", &Finding::id);
  ASSERT_NE(warned, plan.warnings.end());
  EXPECT_FALSE(warned->blocks);
}

TEST(Preflight, ARemoteStateIsFineInCi) {
  SeedWorld world;
  world.desired.state = HttpState{"https://state.example/orders"};
  EXPECT_FALSE(anywhere(findings_of(world, true, true), "local-state-in-ci"));
  world.desired.state = LocalState{"spec.state.json", false};
  EXPECT_FALSE(anywhere(findings_of(world, true, false), "local-state-in-ci"));
}

TEST(Preflight, OnceTheCopyFollowsWhatItTookToMakeItIsNotAskedAgain) {
  SeedWorld world;
  world.following().facts().source_database->fork_follow = "Unavailable";
  world.facts().plan.reset();
  EXPECT_TRUE(findings_of(world, true).blockers.empty());
}

/// Its copy takes writes that the next one would not have (safety S11).
TEST(Preflight, AMigrationThatHasMovedTheSourceStillCounts) {
  SeedWorld world;
  world.another("accounts").target.app = "another-space-example";
  world.add_app("another-space-example", {});
  MigrationFacts& facts = world.observed.migrations.back();
  facts.source = world.facts().source;
  facts.copy = world.addon("accounts-private", "heroku-postgresql:private-4", "another-space-example");
  world.attach("another-space-example", "ACCOUNTS", "accounts-private");
  const Findings findings = findings_of(world, true);
  EXPECT_TRUE(std::ranges::count(findings.blockers, "source-feeds-several", &Finding::id) > 0);
}

}  // namespace
}  // namespace changeover
