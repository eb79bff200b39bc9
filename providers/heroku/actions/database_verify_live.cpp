// database.verify_live: attached, on a release that succeeded, and the target's dynos run (safety S20).
#include <algorithm>

#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

constexpr int newest_few = 5;

/// 0 when the release is not among the newest: then all of them are younger.
int attached_at(const Session& session, const std::vector<Release>& releases) {
  const std::string attach = "Attach " + session.desired.target.attachment + " ";
  const auto found =
      std::ranges::find_if(releases, [&](const Release& release) { return release.description.starts_with(attach); });
  return found == releases.end() ? 0 : found->version;
}

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
  Result<std::vector<Dyno>> dynos = co_await session.services.platform.dynos(app, critical(true));
  if (!dynos) co_return fail(dynos.error());
  const int since = attached_at(session, *releases);
  const bool runs = std::ranges::any_of(*dynos, [&](const Dyno& dyno) {
    return dyno.state == "up" && dyno.type != "release" && dyno.release_version >= since;
  });
  const bool crashes = std::ranges::any_of(*dynos, [](const Dyno& dyno) { return dyno.state == "crashed"; });
  if (!runs)
    co_return wait_for(crashes ? "a dyno of " + app + ": they crash on boot, see `heroku logs -a " + app + "`"
                               : "a dyno of " + app + " on the release that attached its database",
                       milliseconds{100}, milliseconds{3'000});
  // What it runs on is asked last: until then somebody could have destroyed it.
  Result<Database> database = co_await session.services.data.database(session.facts.copy->id, critical(true));
  if (!database && database.error().code == ErrorCode::not_found)
    co_return Check::failed({ErrorCode::precondition,
                             action.subject + " was destroyed by somebody while " + app + " started on it",
                             "open a ticket with Heroku at once to bring it back; the old database has everything "
                             "from before " +
                                 action.subject + " was opened",
                             {}});
  if (!database) co_return fail(database.error());
  session.facts.copy_database = std::move(*database);
  if (session.facts.copy_database->following)
    co_return Check::failed({ErrorCode::precondition, action.subject + " still follows", "apply again", {}});
  co_return Check::satisfied(app + " runs on " + action.subject);
}

}  // namespace

const ActionHandler database_verify_live{Kind::database_verify_live, check, nothing_to_perform};

}  // namespace changeover::heroku
