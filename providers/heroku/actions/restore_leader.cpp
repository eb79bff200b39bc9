// restore.leader: the old database, which was made read-only for a copy that is given up, takes writes again.
#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/leader_access.h"

namespace changeover::heroku {
namespace {

// Under proof: api nothing is closed, and SQL need not lead there; but the spec may have been edited since.
Task<Result<Check>> check(Session& session, const Action&, Look) {
  if (!session.leader) {
    Result<void> opened = co_await open_leader(session);
    if (!opened) session.leader.reset();
    if (!opened && session.desired.cutover.proof == Proof::api)
      co_return Check::satisfied("under proof: api it was not closed");
    if (!opened) co_return fail(opened.error());
  }
  const OutsideTime::Span outside(session.services.outside);
  Result<PreflightFacts> found = co_await session.leader->inspect();
  if (!found) {
    session.leader.reset();  // the next look opens another session
    co_return fail(found.error());
  }
  co_return found->read_only ? Check::ready() : Check::satisfied("it takes writes");
}

Task<Result<void>> perform(Session& session, const Action& action) {
  const OutsideTime::Span outside(session.services.outside);
  Result<void> lifted = co_await session.leader->lift_permanent_fence();
  if (!lifted) co_return fail(lifted.error().in("letting " + action.subject + " take writes again"));
  co_return Result<void>{};
}

}  // namespace

const ActionHandler restore_leader{Kind::restore_leader, check, perform};

}  // namespace changeover::heroku
