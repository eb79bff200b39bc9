#include "providers/heroku/proof.h"

#include <algorithm>

#include "core/text.h"
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds sql_soon{10};
constexpr milliseconds sample_soon{20};
constexpr milliseconds sample_late{2'000};
constexpr milliseconds sampling_look{250};

/// The first may have been taken before the last writer was gone, two show that nothing moves, and one more is wanted
/// behind the unfollow.
constexpr int samples_of_a_proof = 4;

Check give_up(std::string what, std::string advice) {
  return Check::failed({ErrorCode::precondition, std::move(what), std::move(advice), {}});
}

Check not_following(const Session& session) {
  return give_up(session.facts.copy_name +
                     " does not follow the source any more: somebody unfollowed it, or the leader was replaced",
                 "set stage replicating and apply with --allow-destroy for a new copy");
}

/// Our follower itself, by what Heroku samples of it: this binds the proof to it, because rows of an HA standby look
/// the same (safety, The proof 6).
Task<Result<Check>> follower_reached(Session& session, Marker marker) {
  Result<Database> copy = co_await session.services.data.database(session.facts.copy->id, critical(true));
  if (!copy) co_return fail(copy.error());
  session.facts.copy_database = *copy;
  const bool ours = copy->following && copy->leader && copy->leader->id == session.facts.source->id;
  if (!ours) co_return not_following(session);
  if (copy->current_transaction && *copy->current_transaction >= marker.xid) co_return Check::satisfied();
  // A sample that differs from the first one seen behind the marker was taken behind it: no clocks are compared.
  if (!session.sample_at_marker) {
    session.sample_at_marker = copy->sampled_at.value_or(WallTime{});
  } else if (copy->sampled_at && *copy->sampled_at != *session.sample_at_marker && copy->behind_by == 0) {
    co_return Check::satisfied();
  }
  co_return wait_for("Heroku's next sample of " + session.facts.copy_name, sample_soon, sample_late);
}

/// Collects distinct samples of one database that say the same; two are wanted.
bool two_agree(SampleTrail& trail, const Database& database) {
  if (!database.sampled_at || !database.current_transaction) return false;
  if (trail.last == database.sampled_at) return trail.agreeing > 2;
  // The first sample seen may be older than the last writer's end, so it only starts the trail.
  trail.agreeing = trail.value == database.current_transaction ? trail.agreeing + 1 : 1;
  trail.value = database.current_transaction;
  trail.last = database.sampled_at;
  return trail.agreeing > 2;
}

Task<Result<void>> formation_is_zero(Session& session, QuiescedApp app) {
  Result<std::vector<Process>> formation = co_await session.services.platform.formation(app.app.name, critical());
  if (!formation) co_return fail(formation.error());
  for (const Process& process : *formation)
    if (app.stops(process.type) && process.quantity > 0)
      co_return fail(ErrorCode::precondition,
                     app.app.name + " was scaled up again: " + process.type + " is " + std::to_string(process.quantity),
                     "find out who does that (an autoscaler, a colleague), then apply again");
  co_return Result<void>{};
}

Task<Result<void>> no_dyno_is_left(Session& session, QuiescedApp app) {
  Result<std::vector<Dyno>> dynos = co_await session.services.platform.dynos(app.app.name, critical());
  if (!dynos) co_return fail(dynos.error());
  for (const Dyno& dyno : *dynos)
    if (dyno.type == "release" || app.stops(dyno.type))
      co_return fail(ErrorCode::precondition, dyno.name + " of " + app.app.name + " was started during the cutover",
                     "find out who does that (a job, a deploy, a colleague), then apply again");
  co_return Result<void>{};
}

Task<Result<void>> nobody_deployed(Session& session, QuiescedApp app) {
  const std::string name = app.app.name;
  Result<std::vector<Release>> releases = co_await session.services.platform.releases(name, 1, critical());
  if (!releases) co_return fail(releases.error());
  const int newest = releases->empty() ? 0 : releases->front().version;
  const auto& attempt = session.journal.record().attempt;
  const Baseline* baseline = attempt ? attempt->baseline_of(name) : nullptr;
  if (baseline != nullptr && baseline->release_version != newest)
    co_return fail(ErrorCode::precondition,
                   name + " was released during the cutover: v" + std::to_string(newest) + ", recorded was v" +
                       std::to_string(baseline->release_version),
                   "wait until nobody deploys, then apply again");
  co_return Result<void>{};
}

/// Another server behind the leader: what our copy has is not what that one has (safety S16).
std::optional<Check> leader_replaced(const Session& session, const Database& leader) {
  const auto& known = session.facts.source_database;
  if (!known || known->formation_primary.empty() || leader.formation_primary == known->formation_primary)
    return std::nullopt;
  return give_up("the leader was replaced under us: " + session.facts.source->name + " runs on another server now",
                 "apply again when Heroku has settled");
}

/// Behind the reset, with every writer parked, a session that is left is a writer that no list shows.
Task<Result<Check>> nobody_is_connected(Session& session) {
  Result<std::map<std::string, int>> users =
      co_await session.services.data.user_connections(session.facts.source->id, critical(true));
  if (!users) co_return fail(users.error());
  for (const auto& [user, count] : *users)
    if (count > 0)
      co_return wait_for(counted(count, "connection") + " of " + user + " to end", sample_soon, sample_late);
  co_return Check::satisfied();
}

}  // namespace

Task<Result<Check>> prove_by_sql(Session& session) {
  if (!session.leader || !session.fenced) co_return give_up("the fence is gone", "apply again");
  std::optional<OutsideTime::Span> outside;
  outside.emplace(session.services.outside);
  if (!session.marker) {
    Result<Quiet> quiet = co_await session.leader->quiet();
    if (!quiet) co_return fail(quiet.error());
    if (!quiet->quiet) co_return wait_for("the source still has writers: " + quiet->why, sql_soon, milliseconds{500});
    Result<Marker> marker = co_await session.leader->mark();
    if (!marker && marker.error().code == ErrorCode::precondition)
      co_return wait_for("the source still has writers: " + marker.error().what, sql_soon, milliseconds{500});
    if (!marker) co_return fail(marker.error());
    session.marker = std::move(*marker);
    session.sample_at_marker.reset();
  }
  const Marker marker = *session.marker;
  Result<Drain> drain = co_await session.leader->drain(marker);
  if (!drain) co_return fail(drain.error());
  outside.reset();
  if (!drain->fence_holds) co_return give_up("the fence on the source was lost: " + drain->why, "apply again");
  if (!drain->unmoved) {
    session.marker.reset();
    co_return wait_for("the source moved: " + drain->why, sql_soon, milliseconds{500});
  }
  // Fewer rows than followers: a replica that does not stream says nothing, and the follower's own leg decides.
  if (drain->streaming() > 0 && !drain->all_reached())
    co_return wait_for("the copy replays what it has", sql_soon, milliseconds{200});
  co_return co_await follower_reached(session, marker);
}

Task<Result<Check>> prove_by_api(Session& session) {
  std::vector<Task<Result<Database>>> questions;
  questions.push_back(session.services.data.database(session.facts.source->id, critical(true)));
  questions.push_back(session.services.data.database(session.facts.copy->id, critical(true)));
  std::vector<Result<Database>> answers = co_await all_of(std::move(questions));
  for (const Result<Database>& answer : answers)
    if (!answer) co_return fail(answer.error());
  const Database& leader = *answers[0];
  const Database& follower = *answers[1];
  if (std::optional<Check> replaced = leader_replaced(session, leader)) co_return std::move(*replaced);
  session.facts.source_database = leader;
  session.facts.copy_database = follower;
  const bool ours = follower.following && follower.leader && follower.leader->id == session.facts.source->id;
  if (!ours) co_return not_following(session);
  if (!leader.sampled_at || !follower.sampled_at)
    co_return give_up("Heroku does not say when it sampled these databases, so samples prove nothing",
                      "use proof: sql");
  const bool leader_still = two_agree(session.leader_trail, leader);
  const bool follower_still = two_agree(session.follower_trail, follower);
  if (!leader_still) co_return wait_for("two samples of the source that agree", sample_soon, sample_late);
  if (!follower_still) co_return wait_for("two samples of the copy that agree", sample_soon, sample_late);
  if (follower.behind_by != 0 || *follower.current_transaction < *leader.current_transaction)
    co_return wait_for("the copy replays what it has", sample_soon, sample_late);
  co_return co_await nobody_is_connected(session);
}

Task<Result<void>> measure_sampling(Session& session) {
  std::chrono::nanoseconds interval{0};
  const std::vector<Addon> databases{*session.facts.source, *session.facts.copy};
  for (const Addon& addon : databases) {
    std::optional<WallTime> first;
    const SteadyTime until = session.services.loop.clock().steady_now() + session.desired.cutover.max_downtime;
    while (true) {
      Result<Database> database = co_await session.services.data.database(addon.id, patient_poll());
      if (!database) co_return fail(database.error());
      if (!database->sampled_at)
        co_return fail(ErrorCode::precondition,
                       "Heroku does not say when it sampled " + addon.name + ", so samples prove nothing",
                       "use proof: sql");
      if (first && *database->sampled_at != *first) {
        interval = std::max<std::chrono::nanoseconds>(interval, *database->sampled_at - *first);
        break;
      }
      first = database->sampled_at;
      if (session.services.loop.clock().steady_now() >= until)
        co_return fail(
            ErrorCode::precondition,
            "Heroku took no new sample of " + addon.name + " within max_downtime, so nothing could be proven",
            "use proof: sql, or raise max_downtime");
      co_await session.services.loop.sleep_for(sampling_look);
    }
  }
  const auto needed = std::chrono::ceil<std::chrono::seconds>(samples_of_a_proof * interval);
  if (needed > session.desired.cutover.max_downtime / 2)
    co_return fail(ErrorCode::precondition,
                   "Heroku samples these databases every " +
                       human_duration(std::chrono::ceil<std::chrono::milliseconds>(interval)) + ", and a proof takes " +
                       std::to_string(samples_of_a_proof) + " samples: more than half of max_downtime",
                   "use proof: sql, or raise max_downtime");
  co_return Result<void>{};
}

Task<Result<void>> writers_still_parked(Session& session) {
  const Situation situation = assess(session.desired, session.observed, session.facts, &session.journal.record());
  std::vector<Task<Result<void>>> questions;
  for (const QuiescedApp& app : situation.quiesced)
    if (app.writer) {
      questions.push_back(formation_is_zero(session, app));
      questions.push_back(no_dyno_is_left(session, app));
      questions.push_back(nobody_deployed(session, app));
    }
  std::vector<Result<void>> answers = co_await all_of(std::move(questions));
  for (const Result<void>& answer : answers)
    if (!answer) co_return answer;
  co_return Result<void>{};
}

}  // namespace changeover::heroku
