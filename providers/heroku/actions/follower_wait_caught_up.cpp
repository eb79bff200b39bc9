// follower.wait_caught_up: within start_lag on two samples that Heroku took at different times (design 4).
#include "core/text.h"
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

constexpr int samples_wanted = 2;

Task<Result<Check>> check(Session& session, const Action& action, Look) {
  const std::string id = session.facts.copy ? session.facts.copy->id : std::string();
  Result<Database> database = co_await session.services.data.database(id, patient_poll());
  if (!database) co_return fail(database.error());
  session.facts.copy_database = *database;
  if (!database->following)
    co_return Check::failed({ErrorCode::precondition,
                             action.subject + " follows nobody: somebody unfollowed it",
                             "set stage replicating and apply with --allow-destroy for a new copy",
                             {}});
  if (!database->behind_by) co_return wait_for("the lag is not known yet", milliseconds{250}, milliseconds{20'000});
  const std::int64_t most = action.parameters["start_lag"].as_integer();
  if (*database->behind_by > most) {
    session.follower_trail.clear();
    // A source that is written without a pause may never be seen closer: the figure to change is named.
    co_return wait_for(counted(*database->behind_by, "commit") + " behind, and start_lag is " + std::to_string(most),
                       milliseconds{250}, milliseconds{20'000});
  }
  // Without a sample time every look counts as one; the pause between them is then all there is.
  if (!database->sampled_at || database->sampled_at != session.follower_trail.last) ++session.follower_trail.agreeing;
  session.follower_trail.last = database->sampled_at;
  if (session.follower_trail.agreeing < samples_wanted)
    co_return wait_for(counted(*database->behind_by, "commit") + " behind, seen once", milliseconds{250},
                       milliseconds{5'000});
  co_return Check::satisfied(counted(*database->behind_by, "commit") + " behind");
}

}  // namespace

const ActionHandler follower_wait_caught_up{Kind::follower_wait_caught_up, check, nothing_to_perform};

}  // namespace changeover::heroku
