#include "tests/simulation/mutations.h"

#include <algorithm>
#include <utility>

#include "json/value.h"

namespace changeover::simulation {
namespace {

Story undisturbed() { return {0, {{}}, {}}; }

/// One run, and what happens at these places.
Story live_with(std::vector<Incident> incidents, std::size_t edit = 0) {
  return {0, {{"live", edit}}, std::move(incidents)};
}

Incident at(std::string place, decltype(Incident::what) what, int run = 0) {
  Incident incident;
  incident.run = run;
  incident.what = std::move(what);
  incident.at = std::move(place);
  return incident;
}

NetworkIncident trouble(std::string_view name) {
  const auto& all = all_troubles();
  const auto found = std::ranges::find(all, name, &Trouble::name);
  return {static_cast<std::size_t>(found - all.begin())};
}

const PeopleIncident runs_writer{"runs a writer on the source app", "POST", "/apps/orders/dynos",
                                 R"({"command":"changeover-writer"})"};
const PeopleIncident stops_target{"scales the target to nothing", "PATCH", "/apps/orders-space/formation",
                                  R"({"updates":[{"type":"web","quantity":0},{"type":"worker","quantity":0}]})"};

void each_attempt(RecordedMigration& record, const std::function<void(Attempt&)>& change) {
  if (record.attempt) change(*record.attempt);
}

/// The copy is created under a name that Heroku makes up.
void without_name(HttpRequest& request) {
  if (request.method != "POST" || !request.url.ends_with("/addons")) return;
  auto body = json::parse(request.body);
  if (!body) return;
  body->erase("name");
  request.body = body->dump();
}

/// Every look counts as a sample of its own.
std::function<void(const HttpRequest&, HttpResponse&)> always_sampled_now() {
  return [looks = 0](const HttpRequest&, HttpResponse& response) mutable {
    auto body = json::parse(response.body);
    if (!body || !body->has("status_updated_at")) return;
    constexpr int seconds = 50;
    body->set("status_updated_at", "2026-11-01T00:00:" + std::to_string(10 + ++looks % seconds) + "Z");
    response.body = body->dump();
  };
}

std::vector<Mutation> of_the_proof() {
  std::vector<Mutation> list;
  Mutant no_fence;
  no_fence.leader.fences = true;
  list.push_back({"NoFence", "The proof 3", "invariant 3", no_fence, undisturbed()});
  Mutant let_go;
  let_go.leader.fence_let_go = true;
  list.push_back({"FenceLetGoBeforeTheUnfollow", "S2", "invariant 3", let_go, undisturbed()});
  Mutant unbroken;
  unbroken.leader.unbroken = true;
  list.push_back({"FailoverOverlooked", "S16", "invariant 3", unbroken, live_with({at("SQL drain", FailOver{})})});
  Mutant unproven;
  unproven.checks = [](const Action& action, Check& check) {
    if (action.kind == Kind::follower_wait_drained && check.verdict == Check::Verdict::waiting &&
        (check.why.starts_with("the copy replays") || check.why.starts_with("Heroku's next sample")))
      check = Check::ready();
  };
  list.push_back({"CertificateWithoutProof", "S1", "invariant 3", unproven,
                  live_with({at("PATCH /apps/orders/formation", Stall{true})})});
  // Heroku looks so seldom that every sample seen in the downtime is from before it.
  Mutant single_sample;
  single_sample.receives = always_sampled_now();
  Story seldom = live_with({at("PATCH /apps/orders/formation", Stall{true})}, edit_to_api);
  seldom.world = world_of_rare_samples;
  list.push_back({"SingleSample", "The proof, api", "invariant 3", single_sample, seldom});
  Mutant no_late_look;
  no_late_look.leader.no_late_write = true;
  list.push_back({"NoLookForLateWrites", "S2", "invariant 1", no_late_look,
                  live_with({at("PUT /unfollow", runs_writer), at("PUT /unfollow", FailOver{})})});
  Mutant open;
  open.leader.closes = true;
  list.push_back(
      {"OldDatabaseStaysWritable", "S9", "invariant 2", open, live_with({at("SQL late_writes", runs_writer)})});
  return list;
}

std::vector<Mutation> of_the_record() {
  std::vector<Mutation> list;
  const auto killed_before_unfollow = [](int run) { return at("PUT /unfollow", trouble("killed before"), run); };
  Mutant no_attempt;
  no_attempt.saves = [](RecordedMigration& record) { record.attempt.reset(); };
  list.push_back(
      {"BaselineNotRecorded", "S4", "invariant 4", no_attempt, {0, {{}}, {killed_before_unfollow(0)}, true}});
  Mutant overwritten;
  overwritten.loads = [](Recorded& recorded) {
    for (RecordedMigration& record : recorded.migrations)
      each_attempt(record, [](Attempt& attempt) { attempt.baseline.clear(); });
  };
  list.push_back({"BaselineOverwritten",
                  "S4",
                  "invariant 4",
                  overwritten,
                  {0, {{}, {}}, {killed_before_unfollow(0), killed_before_unfollow(1)}, true}});
  Mutant returns;
  returns.saves = [](RecordedMigration& record) {
    each_attempt(record, [](Attempt& attempt) { attempt.past_point_of_no_return = false; });
  };
  list.push_back({"PointOfNoReturnNotRecorded",
                  "S6",
                  "invariant 1",
                  returns,
                  // Its dynos would show what the record does not.
                  {0,
                   {{}, {"source"}},
                   {at("PATCH /apps/orders-space/formation", trouble("killed after")), at("GET /", stops_target, 1)},
                   true}});
  Mutant no_latch;
  no_latch.saves = [](RecordedMigration& record) { record.live = false; };
  list.push_back({"LatchMissing", "S3", "invariant 7", no_latch, {0, {{}, {}}, {at("GET /apps", stops_target, 1)}}});
  Mutant indiscreet;
  indiscreet.saves = [](RecordedMigration& record) {
    record.history.push_back({{}, "sent with 01234567-89ab-cdef-0123-456789abcdef", {}, {}});
  };
  list.push_back({"SecretInTheState", "design 9", "invariant 8", indiscreet, undisturbed()});
  Mutant alone;
  alone.locks_hold = false;
  list.push_back({"LockLocksNobodyOut", "S12", "exit 6", alone,
                  live_with({at("PATCH /apps/orders/formation", SecondOperator{"live"})})});
  return list;
}

std::vector<Mutation> of_the_actions() {
  std::vector<Mutation> list;
  const auto signalled = live_with({at("SQL mark", Signalled{})});
  const auto without = [](Kind kind) {
    Mutant mutant;
    mutant.skips = {kind};
    return mutant;
  };
  list.push_back({"FormationNotRestored", "S4", "invariant 4", without(Kind::restore_formation), signalled});
  list.push_back({"PageNotTakenAway", "S4", "invariant 4", without(Kind::restore_maintenance), signalled});
  list.push_back(
      {"ScaledUpWithoutDatabase", "design 5", "invariant 10", without(Kind::attachment_promote), undisturbed()});
  list.push_back(
      {"ScaledUpOnAFollower", "design 5", "invariant 10", without(Kind::database_wait_standalone), undisturbed()});
  Mutant patient;
  patient.spec = [](Desired& desired) {
    for (Migration& migration : desired.migrations) migration.cutover.max_downtime = std::chrono::hours{20};
  };
  list.push_back({"DeadlineNotWatched", "S18", "invariant 9", patient, live_with({at("SQL fence", Stall{true})})});
  Mutant nameless;
  nameless.sends = without_name;
  list.push_back(
      {"CreatedWithoutName", "S15", "invariant 5", nameless, live_with({at("POST /addons", trouble("answer lost"))})});
  list.push_back({"SourceStaysClosed",
                  "S9",
                  "invariant 4",
                  without(Kind::restore_leader),
                  {0, {{}, {}}, {at("SQL release", SqlIncident{}), at("GET /apps", CopyDestroyed{}, 1)}, true}});
  Mutant careless;
  careless.sends = [](HttpRequest& request) {
    const std::size_t addon = request.url.find("/apps/orders-space/addons/");
    if (request.method == "DELETE" && addon != request.url.npos)
      request.url = request.url.substr(0, addon) + "/apps/orders/addons/orders-db";
  };
  list.push_back({"WrongAddonDestroyed", "S28", "invariant 6", careless, {0, {{"replicating"}}, {}, true}});
  return list;
}

}  // namespace

const std::vector<Mutation>& all_mutations() {
  static const std::vector<Mutation> all = [] {
    std::vector<Mutation> list = of_the_proof();
    for (auto&& more : {of_the_record(), of_the_actions()}) list.insert(list.end(), more.begin(), more.end());
    return list;
  }();
  return all;
}

}  // namespace changeover::simulation
