// release.wait: the release phase of the Attach release has succeeded; until then dynos stay on the release before it
// (heroku-api.md 2.8, safety S20).
#include <algorithm>

#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

constexpr int newest_few = 5;

Task<Result<Check>> check(Session& session, const Action& action, Look) {
  Result<std::vector<Release>> releases =
      co_await session.services.platform.releases(action.subject, newest_few, critical(true));
  if (!releases) co_return fail(releases.error());
  if (releases->empty())
    co_return wait_for("the release that attaches the database", milliseconds{200}, milliseconds{3'000});
  const std::string attach = "Attach " + session.desired.target.attachment + " ";
  const auto attached =
      std::ranges::find_if(*releases, [&](const Release& release) { return release.description.starts_with(attach); });
  // One that is not among the newest is older than all of them. A release after it that succeeded mends one that
  // failed.
  const int from = attached != releases->end() ? attached->version : 0;
  session.promoted_at = from;
  const Release& newest = releases->front();
  if (newest.version < from)
    co_return wait_for("the release that attaches the database", milliseconds{200}, milliseconds{3'000});
  if (newest.status == "succeeded") co_return Check::satisfied("v" + std::to_string(newest.version) + " succeeded");
  if (newest.status == "pending")
    co_return wait_for("the release phase of v" + std::to_string(newest.version), milliseconds{200},
                       milliseconds{3'000});
  co_return Check::failed(
      {ErrorCode::precondition,
       "the release phase of " + action.subject + " v" + std::to_string(newest.version) + " " + newest.status,
       "see `heroku releases:output -a " + action.subject + "`; mend it and release again, then apply again",
       {}});
}

}  // namespace

const ActionHandler release_wait{Kind::release_wait, check, nothing_to_perform};

}  // namespace changeover::heroku
