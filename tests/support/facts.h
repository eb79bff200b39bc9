// The seed world as facts: one database to move, one app that writes to it, one app in a Private Space; and the steps
// of a migration as verbs, so that a planner test reads as a sentence.
//
// Owner: the test. Thread rule: none. Each step leaves the facts that Heroku would report after it, and the record that
// a run would have written by then.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "core/text.h"
#include "planner/phase.h"
#include "planner/planner.h"
#include "planner/situation.h"

namespace changeover::testing {

inline constexpr const char* source_app_name = "common-runtime-example";
inline constexpr const char* target_app_name = "private-spaces-example";
inline constexpr const char* source_name = "looking-simply-2449";
inline constexpr const char* private_name = "orders-private";

class SeedWorld {
 public:
  /// Stage live, phase absent: nothing was done yet, and nothing stands in the way.
  SeedWorld() {
    desired.file = "spec.yaml";
    desired.spec_sha256 = sha256_hex("spec");
    desired.state = LocalState{"spec.state.json", true};
    Migration orders;
    orders.name = "orders";
    orders.stage = Stage::live;
    orders.source = {source_app_name, "DATABASE"};
    orders.target.app = target_app_name;
    orders.target.plan = "heroku-postgresql:private-4";
    orders.target.addon_name = private_name;
    desired.migrations = {orders};

    observed.at = parse_time("2026-11-22T10:00:00Z").value();
    add_app(source_app_name, {{"web", 2, "standard-1x"}, {"worker", 1, "standard-1x"}});
    add_app(target_app_name, {{"web", 2, "private-m"}, {"worker", 1, "private-m"}});
    target().app.space = App::Space{"space-id", "example-space", false};
    target().app.region = "virginia";
    MigrationFacts orders_facts;
    orders_facts.name = "orders";
    orders_facts.source = addon(source_name, "heroku-postgresql:standard-0", source_app_name);
    orders_facts.source->price = Price{5000, "month", false, true};
    orders_facts.source_database = database(source_name, "heroku-postgresql:standard-0");
    orders_facts.copy_name = private_name;
    orders_facts.plan =
        PlanOffer{"plan-id", "heroku-postgresql:private-4", "ga", true, false, Price{150000, "month", true, false}};
    LeaderFacts leader;
    leader.system_identifier = "7301234567890123456";
    leader.server_version = "16.4";
    orders_facts.leader = leader;
    observed.migrations = {orders_facts};
    attach(source_app_name, "DATABASE", source_name);
    RecordedMigration record;
    record.name = "orders";
    recorded.migrations = {record};
  }

  Desired desired;
  Observed observed;
  Recorded recorded;

  Migration& migration() { return desired.migrations.front(); }
  MigrationFacts& facts() { return observed.migrations.front(); }
  RecordedMigration& record() { return recorded.migrations.front(); }
  Attempt& attempt() { return *record().attempt; }
  AppFacts& app(const std::string& name) { return observed.apps.at(name); }
  AppFacts& source() { return app(source_app_name); }
  AppFacts& target() { return app(target_app_name); }

  SeedWorld& stage(Stage stage) {
    migration().stage = stage;
    return *this;
  }

  // ---- the world around

  /// What the closer look found.
  Vicinity& around() {
    if (!facts().vicinity) facts().vicinity.emplace();
    return *facts().vicinity;
  }
  /// A second migration between the same two apps, of another database. Facts of the first one move in memory.
  Migration& another(const std::string& name) {
    Migration made = migration();
    made.name = name;
    made.source.database = "ACCOUNTS";
    made.target.attachment = "ACCOUNTS";
    desired.migrations.push_back(made);
    MigrationFacts its_facts;
    its_facts.name = name;
    its_facts.source = addon(name + "-db", "heroku-postgresql:standard-0", source_app_name);
    observed.migrations.push_back(its_facts);
    return desired.migrations.back();
  }

  void add_app(const std::string& name, std::vector<Process> formation) {
    AppFacts facts;
    facts.app.id = name + "-id";
    facts.app.name = name;
    facts.app.region = "us";
    facts.app.generation = "cedar";
    std::vector<Dyno> dynos;
    for (const Process& process : formation)
      for (int i = 1; i <= process.quantity; ++i) {
        const std::string dyno = process.type + "." + std::to_string(i);
        dynos.push_back({name + dyno, dyno, process.type, "up", 7});
      }
    facts.formation = std::move(formation);
    facts.dynos = std::move(dynos);
    observed.apps[name] = std::move(facts);
  }
  static Addon addon(const std::string& name, const std::string& plan, const std::string& app) {
    Addon made;
    made.id = name + "-id";
    made.name = name;
    made.service = plan.substr(0, plan.find(':'));
    made.plan = plan;
    made.state = "provisioned";
    made.app = {app + "-id", app};
    return made;
  }
  static Database database(const std::string& name, const std::string& plan) {
    Database made;
    made.addon_id = name + "-id";
    made.name = name;
    made.plan = plan;
    made.status = "Available";
    made.formation_id = name + "-formation";
    made.formation_primary = name + "-primary";
    made.bytes = 10'000'000'000;
    made.fork_follow = "Available";
    return made;
  }
  /// In the lists of the app and, for the source and the copy, of the database.
  void attach(const std::string& app, const std::string& name, const std::string& addon,
              const std::string& name_space = {}) {
    Attachment made;
    made.id = app + "::" + name + "-id";
    made.name = name;
    made.name_space = name_space;
    made.app = {app + "-id", app};
    made.addon = {addon + "-id", addon};
    std::vector<Attachment>& on_app = observed.attachments_by_app[app];
    std::erase_if(on_app, [&](const Attachment& old) { return old.name == name; });
    on_app.push_back(made);
    for (std::vector<Attachment>* list : {&facts().source_attachments, &facts().copy_attachments})
      std::erase_if(*list, [&](const Attachment& old) { return old.app.name == app && old.name == name; });
    if (addon == source_name) facts().source_attachments.push_back(made);
    if (addon == private_name) facts().copy_attachments.push_back(made);
  }
  /// A second app with the source's URL.
  SeedWorld& writer(const std::string& name) {
    add_app(name, {{"web", 1, "basic"}});
    attach(name, "DATABASE", source_name);
    return *this;
  }
  void install(const std::string& service, const std::string& app) {
    observed.addons_by_app[app].push_back(addon(service + "-1", service + ":standard", app));
  }
  void add_release_phase() { target().formation->push_back({"release", 0, "private-m"}); }

  // ---- how far it is

  SeedWorld& copy_ordered() {
    facts().copy = addon(private_name, "heroku-postgresql:private-4", target_app_name);
    facts().copy->state = "provisioning";
    record().copy = {facts().copy->id, private_name};
    record().source = {facts().source->id, source_name};
    return *this;
  }
  SeedWorld& following(int behind_by = 0) {
    copy_ordered();
    facts().copy->state = "provisioned";
    facts().copy_database = database(private_name, "heroku-postgresql:private-4");
    facts().copy_database->following = true;
    facts().copy_database->leader = Reference{facts().source->id, source_name};
    facts().copy_database->behind_by = behind_by;
    return *this;
  }
  /// A run recorded every app and began the downtime.
  SeedWorld& attempt_open() {
    Attempt made;
    made.id = "attempt-id";
    made.started_at = observed.at;
    for (const auto& [name, facts] : observed.apps)
      made.baseline.push_back({{facts.app.id, name}, facts.app.maintenance, *facts.formation, 7});
    made.downtime_began = observed.at;
    made.max_downtime = std::chrono::seconds{300};
    record().attempt = made;
    return *this;
  }
  void park(const std::string& name) {
    AppFacts& facts = app(name);
    facts.app.maintenance = true;
    const bool keeps_web = name == target_app_name;
    for (Process& process : *facts.formation)
      if (!(keeps_web && process.type == "web")) process.quantity = 0;
    std::erase_if(*facts.dynos, [&](const Dyno& dyno) { return !(keeps_web && dyno.type == "web"); });
  }
  SeedWorld& quiesced() {
    following().attempt_open();
    for (const auto& [name, facts] : observed.apps) park(name);
    return *this;
  }
  SeedWorld& drained() {
    quiesced();
    Certificate certificate;
    certificate.copy_id = facts().copy->id;
    certificate.leader_id = facts().source->id;
    certificate.leader_primary = facts().source_database->formation_primary;
    certificate.at = observed.at;
    attempt().certificate = certificate;
    return *this;
  }
  SeedWorld& standalone() {
    drained();
    attempt().unfollow_sent = true;
    facts().copy_database->following = false;
    facts().copy_database->leader.reset();
    facts().copy_database->behind_by.reset();
    return *this;
  }
  /// Where the target had no dynos: with some, the attachment is the point of no return.
  SeedWorld& promoted() {
    standalone();
    target().dynos->clear();
    attach(target_app_name, "DATABASE", private_name);
    target().releases = {{"release-12", 12, "succeeded", "Attach DATABASE (@ref:orders-private)", true, observed.at}};
    return *this;
  }
  /// The target runs, and the run that saw to it has not ended.
  SeedWorld& resumed() {
    promoted();
    attempt().past_point_of_no_return = true;
    const Attempt before = attempt();
    AppFacts& facts = target();
    facts.app.maintenance = false;
    facts.formation = before.baseline_of(target_app_name)->formation;
    facts.dynos = {{"dyno-1", "web.1", "web", "up", 12}, {"dyno-2", "web.2", "web", "up", 12}};
    return *this;
  }
  SeedWorld& live() {
    resumed();
    attempt().state = Attempt::State::finished;
    record().live = true;
    record().live_since = observed.at;
    if (migration().stage == Stage::retired) to_be_retired();
    return *this;
  }
  /// What is asked of an old database: nothing stands in the way of retiring it.
  SeedWorld& to_be_retired() {
    RetirementFacts asked;
    asked.attached_at = observed.at;
    asked.writes = {WritesSince::Verdict::none, "no row and no sequence changed"};
    facts().retirement = asked;
    facts().copy_database->ha_status = "Available";
    observed.at += migration().retire.after;
    return *this;
  }
  void old_writes(WritesSince::Verdict verdict) { facts().retirement->writes = {verdict, "1 changed row"}; }
  SeedWorld& retired() {
    live();
    facts().source.reset();
    facts().source_database.reset();
    facts().source_attachments.clear();
    observed.attachments_by_app[source_app_name].clear();
    return *this;
  }
  /// Walks to a phase in the way a migration comes there.
  SeedWorld& at(Phase phase) {
    switch (phase) {
      case Phase::absent:
        return *this;
      case Phase::provisioning:
        return copy_ordered();
      case Phase::catching_up:
        return following(migration().cutover.start_lag + 1);
      case Phase::replicating:
        return following();
      case Phase::quiesced:
        return quiesced();
      case Phase::drained:
        return drained();
      case Phase::spent:
        standalone();
        attempt().certificate.reset();
        return *this;
      case Phase::standalone:
        return standalone();
      case Phase::promoted:
        return promoted();
      case Phase::live:
        return live();
      case Phase::retired:
        return retired();
    }
    return *this;
  }
  /// Everything that a run wrote down is gone.
  SeedWorld& state_lost() {
    recorded.migrations.clear();
    return *this;
  }

  // ---- what comes of it

  [[nodiscard]] Situation situation() const {
    return assess(desired.migrations.front(), observed, observed.migrations.front(), recorded.find("orders"));
  }
  [[nodiscard]] Phase phase() const { return phase_of(situation()).phase; }
  [[nodiscard]] MigrationPlan plan(const PlanOptions& options = {}) const {
    return plan_migration(desired, desired.migrations.front(), observed, observed.migrations.front(),
                          recorded.find("orders"), options);
  }
  [[nodiscard]] Plan whole_plan(const PlanOptions& options = {}) const {
    return plan_migrations(desired, observed, recorded, options);
  }
};

}  // namespace changeover::testing
