// follower.unfollow: the one call that can not be taken back. Sent only behind a certificate that still holds, and
// never again before `following` was read (safety S1, S2, S19).
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

Task<Result<Check>> check(Session& session, const Action& action, Look look) {
  if (session.unfollow_accepted) co_return Check::satisfied("Heroku has accepted it");
  if (look == Look::fresh) {
    Result<Database> copy = co_await session.services.data.database(session.facts.copy->id, critical(true));
    if (!copy) co_return fail(copy.error());
    session.facts.copy_database = std::move(*copy);
  }
  if (!session.facts.copy_database) co_return wait_for("its state", milliseconds{1}, milliseconds{100});
  if (!session.facts.copy_database->following) co_return Check::satisfied("it follows nobody");
  if (!session.unfollow_unknown_since) co_return Check::ready();
  const SteadyTime now = session.services.loop.clock().steady_now();
  if (session.facts.copy_database->waiting) session.unfollow_unknown_since = now;
  if (now - *session.unfollow_unknown_since < unfollow_lost_for_sure)
    co_return wait_for("whether Heroku got the unfollow of " + action.subject, milliseconds{100}, milliseconds{500});
  session.unfollow_unknown_since.reset();
  co_return Check::ready("the call was lost before it took effect");
}

/// Nothing moved between the certificate and now: the last look before the last step back is gone.
Task<Result<void>> still_drained(Session& session) {
  const auto& attempt = session.journal.record().attempt;
  if (!attempt || !attempt->certificate)
    co_return fail(ErrorCode::precondition, "there is no drain certificate", "apply again");
  if (session.desired.cutover.proof != Proof::sql) co_return Result<void>{};
  const std::optional<Marker> marker = session.proven_marker();
  if (!session.leader || !marker)
    co_return fail(ErrorCode::precondition, "the fence on the source is gone", "apply again");
  const OutsideTime::Span outside(session.services.outside);
  const Marker proven = *marker;
  Result<Drain> drain = co_await session.leader->drain(proven);
  if (!drain)
    co_return fail(ErrorCode::precondition,
                   "the source could not be asked once more before the unfollow: " + drain.error().what, "apply again");
  if (!drain->fence_holds || !drain->unmoved)
    co_return fail(ErrorCode::precondition, "the source moved after it was drained: " + drain->why, "apply again");
  co_return Result<void>{};
}

Task<Result<void>> perform(Session& session, const Action& action) {
  Result<void> drained = co_await still_drained(session);
  if (!drained) co_return drained;
  Result<void> sent = co_await session.services.data.unfollow(session.facts.copy->id, critical());
  if (sent) {
    session.unfollow_accepted = true;
  } else if (sent.error().code == ErrorCode::outcome_unknown) {
    session.unfollow_unknown_since = session.services.loop.clock().steady_now();
  }
  if (!sent) co_return fail(sent.error().in("unfollowing " + action.subject));
  co_return sent;
}

}  // namespace

const ActionHandler follower_unfollow{Kind::follower_unfollow, check, perform};

}  // namespace changeover::heroku
