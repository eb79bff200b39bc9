// leader.fence: ends the sessions that can write and locks every table against writing (safety, The proof 2 and 3).
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

// A fence is a session's lock: it can not outlive this process, so a new run always sets its own.
Task<Result<Check>> check(Session& session, const Action&, Look) {
  co_return session.fenced ? Check::satisfied("no session can write") : Check::ready();
}

Task<Result<void>> perform(Session& session, const Action& action) {
  if (!session.leader) co_return fail(ErrorCode::internal, "no session to the leader was opened before the fence");
  const OutsideTime::Span outside(session.services.outside);
  Result<EndedClients> ended = co_await session.leader->end_client_backends();
  if (!ended) co_return fail(ended.error().in("ending the sessions on " + action.subject));
  Result<void> fenced = co_await session.leader->fence();
  if (!fenced) co_return fail(fenced.error().in("fencing " + action.subject));
  session.fenced = true;
  co_return Result<void>{};
}

}  // namespace

const ActionHandler leader_fence{Kind::leader_fence, check, perform};

}  // namespace changeover::heroku
