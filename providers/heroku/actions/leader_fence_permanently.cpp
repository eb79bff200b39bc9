// leader.fence_permanently: the old database becomes read-only for new sessions, its clients are ended, and only then
// the cutover's own fence goes (safety S9). After detachment only: such settings replicate.
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

// Setting it again changes nothing, so a new run simply does.
Task<Result<Check>> check(Session& session, const Action&, Look) {
  co_return session.fenced_for_good ? Check::satisfied("read-only by default") : Check::ready();
}

Task<Result<void>> perform(Session& session, const Action& action) {
  if (!session.leader)
    co_return fail(ErrorCode::unavailable, action.subject + " can not be reached to make it read-only", "apply again");
  const OutsideTime::Span outside(session.services.outside);
  Result<PermanentFence> fence = co_await session.leader->fence_permanently();
  if (!fence) co_return fail(fence.error().in("making " + action.subject + " read-only"));
  Result<void> released = co_await session.leader->release();
  if (!released && released.error().code != ErrorCode::precondition) co_return fail(released.error());
  session.fenced_for_good = true;
  co_return Result<void>{};
}

}  // namespace

const ActionHandler leader_fence_permanently{Kind::leader_fence_permanently, check, perform};

}  // namespace changeover::heroku
