// database.verify_live: attached, on a release that succeeded, and the target's dynos run (safety S20).
#include <algorithm>

#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

constexpr int newest_few = 5;

Task<Result<Check>> check(Session& session, const Action& action, Look) {
  const std::string app = action.parameters["app"].as_string();
  Result<std::vector<Release>> releases = co_await session.services.platform.releases(app, newest_few, critical(true));
  if (!releases) co_return fail(releases.error());
  const auto current = std::ranges::find_if(*releases, &Release::current);
  const Release* release = current != releases->end() ? &*current : releases->empty() ? nullptr : &releases->front();
  if (release != nullptr && release->status == "failed")
    co_return Check::failed({ErrorCode::precondition,
                             app + " runs, but its release v" + std::to_string(release->version) + " failed",
                             "see `heroku releases -a " + app + "`",
                             {}});
  if (release != nullptr && release->status == "pending")
    co_return wait_for("release v" + std::to_string(release->version), milliseconds{200}, milliseconds{3'000});
  const auto& database = session.facts.copy_database;
  if (database && database->following)
    co_return Check::failed({ErrorCode::precondition, action.subject + " still follows", "apply again", {}});
  co_return Check::satisfied(app + " runs on " + action.subject);
}

}  // namespace

const ActionHandler database_verify_live{Kind::database_verify_live, check, nothing_to_perform};

}  // namespace changeover::heroku
