// leader.verify_no_late_write: the old leader has taken no write since the certificate; a mismatch gives the attempt
// up, whatever else is true (safety S2, The proof 7).
#include <algorithm>

#include "core/text.h"
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

constexpr int newest_few = 5;

/// As the spec says now, or said when the certificate was made: a sampled one has no marker to compare with.
bool by_api(const Session& session) {
  const auto& attempt = session.journal.record().attempt;
  const bool sampled = attempt && attempt->certificate && attempt->certificate->proof == Proof::api;
  return sampled || session.desired.cutover.proof == Proof::api;
}

/// Under proof: api one sample taken behind the unfollow has to show the certified transaction.
Task<Result<Check>> check_by_api(Session& session) {
  Result<Database> leader = co_await session.services.data.database(session.facts.source->id, critical(true));
  if (!leader) co_return fail(leader.error());
  if (session.leader_trail.agreeing >= 0) {
    session.leader_trail.agreeing = -1;  // from here on the trail waits for one more sample
    session.leader_trail.last = leader->sampled_at;
  }
  if (leader->sampled_at == session.leader_trail.last)
    co_return wait_for("Heroku's next sample of the source", milliseconds{20}, milliseconds{2'000});
  const Certificate& certificate = *session.journal.record().attempt->certificate;
  if (leader->formation_primary != certificate.leader_primary)
    co_return Check::failed(
        {ErrorCode::precondition,
         "the source runs on another server than when it was drained, so nothing tells what it took "
         "meanwhile (safety S16)",
         "apply again with --allow-destroy for a new copy",
         {}});
  if (leader->current_transaction != certificate.transaction)
    co_return Check::failed({ErrorCode::precondition,
                             "the source took a write after it was drained; the copy does not have it",
                             "find out who wrote, then apply again with --allow-destroy for a new copy",
                             {}});
  session.verified = true;
  co_return Check::satisfied("no late write in Heroku's sample");
}

/// Safety S21: behind the unfollow a deploy by somebody else stops the run and is said, once: what is noted as seen
/// lets the next apply go on. Releases of the copy's own making are ours.
Task<Result<void>> deployed_since(Session& session, QuiescedApp app) {
  const std::string name = app.app.name;
  Result<std::vector<Release>> releases = co_await session.services.platform.releases(name, newest_few, critical(true));
  if (!releases) co_return fail(releases.error());
  const auto& noted = session.journal.record().attempt->certificate->writer_releases;
  const auto then = noted.find(name);
  if (then == noted.end()) co_return Result<void>{};
  const std::string own = "@ref:" + session.facts.copy->name;
  for (const Release& release : *releases) {
    // A name that the copy takes over is detached first, which makes a release of its own.
    const bool ours = release.description.find(own) != std::string::npos ||
                      (app.is_target && release.description.starts_with("Detach "));
    if (release.version <= then->second || ours) continue;
    const int version = release.version;
    std::function<void(RecordedMigration&)> seen = [&name, version](RecordedMigration& record) {
      record.attempt->certificate->writer_releases[name] = version;
    };
    Result<void> saved = co_await session.journal.write(seen);
    if (!saved) co_return saved;
    co_return fail(ErrorCode::conflict,
                   name + " was released by somebody else behind the unfollow: v" + std::to_string(version) + ", " +
                       release.description,
                   "see that this release may run on the new database");
  }
  co_return Result<void>{};
}

/// Without a fence a dyno that came behind the proof may have written since the sample (safety S1).
Task<Result<void>> started_since(Session& session, QuiescedApp app) {
  Result<std::vector<Dyno>> dynos = co_await session.services.platform.dynos(app.app.name, critical(true));
  if (!dynos) co_return fail(dynos.error());
  const auto writes = [&](const Dyno& dyno) { return app.stops(dyno.type) || dyno.type == "release"; };
  const auto found = std::ranges::find_if(*dynos, writes);
  if (found == dynos->end()) co_return Result<void>{};
  co_return fail(ErrorCode::precondition,
                 found->name + " of " + app.app.name +
                     " runs, and may have written to the old database after it was drained; the copy would not have it",
                 "find out who started it, then apply again with --allow-destroy for a new copy");
}

Task<Result<void>> nobody_came_since(Session& session) {
  const auto& attempt = session.journal.record().attempt;
  if (!attempt || !attempt->certificate) co_return Result<void>{};
  const Situation situation = assess(session.desired, session.observed, session.facts, &session.journal.record());
  std::vector<Task<Result<void>>> questions;
  for (const QuiescedApp& app : situation.quiesced) {
    questions.push_back(deployed_since(session, app));
    if (app.writer && by_api(session)) questions.push_back(started_since(session, app));
  }
  std::vector<Result<void>> answers = co_await all_of(std::move(questions));
  for (const Result<void>& answer : answers)
    if (!answer) co_return answer;
  co_return Result<void>{};
}

Task<Result<Check>> judge(Session& session) {
  if (session.verified) co_return Check::satisfied("no late write");
  if (by_api(session)) co_return co_await check_by_api(session);
  co_return Check::ready();
}

Task<Result<Check>> check(Session& session, const Action&, Look) {
  Result<Check> judged = co_await judge(session);
  if (!judged || judged->verdict != Check::Verdict::satisfied) co_return judged;
  Result<void> nobody = co_await nobody_came_since(session);
  const bool somebody = !nobody && (nobody.error().code == ErrorCode::conflict ||  // may go on, once it is known
                                    nobody.error().code == ErrorCode::precondition);
  if (somebody) co_return Check::failed(nobody.error());
  if (!nobody) co_return fail(nobody.error());
  co_return judged;
}

Task<Result<void>> perform(Session& session, const Action& action) {
  const std::optional<Marker> marker = session.proven_marker();
  if (!session.leader || !marker)
    co_return fail(ErrorCode::unavailable, action.subject + " can not be asked whether it took a late write",
                   "apply again");
  const OutsideTime::Span outside(session.services.outside);
  const Marker proven = *marker;
  Result<LateWrites> late = co_await session.leader->late_writes(proven);
  if (!late)
    co_return fail(ErrorCode::unavailable, "asking " + action.subject + " for late writes: " + late.error().what,
                   late.error().advice);
  if (late->verdict == LateWrites::Verdict::unexplained)
    co_return fail(ErrorCode::precondition,
                   action.subject + " took a write after it was drained, and the copy may lack it: " + late->why,
                   "find out who wrote, then apply again with --allow-destroy for a new copy");
  session.verified = true;
  co_return Result<void>{};
}

}  // namespace

const ActionHandler leader_verify_no_late_write{Kind::leader_verify_no_late_write, check, perform};

}  // namespace changeover::heroku
