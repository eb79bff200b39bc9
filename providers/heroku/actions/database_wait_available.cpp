// database.wait_available: the base copy is made and the Data API calls the follower available (heroku-api.md 3.5).
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

Task<Result<Check>> check(Session& session, const Action& action, Look) {
  const milliseconds soon{250};
  const milliseconds late{20'000};
  const std::string id = session.facts.copy ? session.facts.copy->id : std::string();
  Result<Database> database = co_await session.services.data.database(id, patient_poll());
  if (!database && database.error().code == ErrorCode::not_found) {
    // Within the first minutes that means "not yet" (heroku-api.md 3.4); an add-on that is gone will never come.
    Result<Addon> addon = co_await session.services.platform.addon(id, patient_poll());
    if (!addon) co_return fail(addon.error());
    if (addon->state.starts_with("deprovision"))
      co_return Check::failed({ErrorCode::precondition,
                               "Heroku could not provision " + action.subject + ": it is " + addon->state,
                               "see `heroku addons:info " + action.subject + "`, then apply again",
                               {}});
    co_return wait_for("Heroku makes the database", soon, late);
  }
  if (!database) co_return fail(database.error());
  const bool available = database->available();
  const std::string status = database->status;
  session.facts.copy_database = std::move(*database);
  if (!available)
    co_return wait_for("Heroku copies the source: " + (status.empty() ? std::string("preparing") : status), soon, late);
  if (session.facts.copy->state != "provisioned") {
    Result<Addon> addon = co_await session.services.platform.addon(id, patient_poll());
    if (!addon) co_return fail(addon.error());
    session.facts.copy = *addon;
    if (addon->state.starts_with("deprovision"))
      co_return Check::failed(
          {ErrorCode::precondition, action.subject + " is " + addon->state, "apply again to make another", {}});
    if (addon->state != "provisioned") co_return wait_for("Heroku sets its config var", soon, late);
  }
  co_return Check::satisfied("available");
}

}  // namespace

const ActionHandler database_wait_available{Kind::database_wait_available, check, nothing_to_perform};

}  // namespace changeover::heroku
