// leader.verify_no_late_write: the old leader has taken no write since the certificate; a mismatch gives the attempt
// up, whatever else is true (safety S2, The proof 7).
#include "core/text.h"
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

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
  if (leader->current_transaction != session.journal.record().attempt->certificate->transaction)
    co_return Check::failed({ErrorCode::precondition,
                             "the source took a write after it was drained; the copy does not have it",
                             "find out who wrote, then apply again with --allow-destroy for a new copy",
                             {}});
  session.verified = true;
  co_return Check::satisfied("no late write in Heroku's sample");
}

Task<Result<Check>> check(Session& session, const Action&, Look) {
  if (session.verified) co_return Check::satisfied("no late write");
  if (session.desired.cutover.proof == Proof::api) co_return co_await check_by_api(session);
  co_return Check::ready();
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
