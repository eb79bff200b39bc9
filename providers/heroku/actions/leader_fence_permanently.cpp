// leader.fence_permanently: the old database becomes read-only for new sessions, its clients are ended, and only then
// the cutover's own fence goes (safety S9). After detachment only: such settings replicate. Before the new database
// takes its first write: a writer who comes back to the old one would split the data.
#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/leader_access.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

/// Writers can not reach a server that we do not reach for this long, and the copy has all it took before.
constexpr std::chrono::seconds given_up_after{30};

Check not_reached(Session& session, const std::string& source, const Error& error) {
  const SteadyTime now = session.services.loop.clock().steady_now();
  if (!session.unreached_since) session.unreached_since = now;
  if (now - *session.unreached_since >= given_up_after)
    return Check::satisfied("NOT read-only: " + source + " does not answer (" + error.what +
                            "); make it so, or see that nothing writes to it");
  return wait_for(source + " to answer, so that it can be made read-only", milliseconds{20}, milliseconds{1'000});
}

Check late_write(const std::string& source) {
  return Check::failed({ErrorCode::precondition,
                        source + " took a write after it was drained, and the copy lacks it",
                        "find out who wrote, then apply again with --allow-destroy for a new copy",
                        {}});
}

// Setting it again changes nothing, so a new run simply does.
Task<Result<Check>> check(Session& session, const Action& action, Look) {
  if (session.fenced_for_good) co_return Check::satisfied("read-only by default");
  const std::string source = action.subject;
  if (!session.leader) {
    Result<void> opened = co_await open_leader(session);
    if (!opened && opened.error().code == ErrorCode::unavailable) {
      session.leader.reset();
      co_return not_reached(session, source, opened.error());
    }
    if (!opened) co_return fail(opened.error());
  }
  if (session.verified && session.fenced) co_return Check::ready();
  // The fence of the proof is gone, with an earlier run or a broken connection: who wrote since?
  Result<bool> closed = co_await still_closed(session);
  if (!closed && closed.error().code == ErrorCode::unavailable) {
    session.leader.reset();
    co_return not_reached(session, source, closed.error());
  }
  if (!closed) co_return fail(closed.error());
  co_return *closed ? Check::ready() : late_write(source);
}

Task<Result<void>> perform(Session& session, const Action& action) {
  const OutsideTime::Span outside(session.services.outside);
  Result<PermanentFence> fence = co_await session.leader->fence_permanently();
  const bool lost =
      !fence && (fence.error().code == ErrorCode::unavailable || fence.error().code == ErrorCode::outcome_unknown);
  if (lost) {  // the next check opens another session and looks who wrote meanwhile
    session.leader.reset();
    session.fenced = session.verified = false;
    co_return Result<void>{};
  }
  if (!fence) co_return fail(fence.error().in("making " + action.subject + " read-only"));
  Result<void> released = co_await session.leader->release();
  if (!released && released.error().code != ErrorCode::precondition && released.error().code != ErrorCode::unavailable)
    co_return fail(released.error());
  session.fenced_for_good = true;
  co_return Result<void>{};
}

}  // namespace

const ActionHandler leader_fence_permanently{Kind::leader_fence_permanently, check, perform};

}  // namespace changeover::heroku
