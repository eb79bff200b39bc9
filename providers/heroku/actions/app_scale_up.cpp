// app.scale_up: the app's formation for its new life, all types in one call (heroku-api.md 2.2).
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

Task<Result<Check>> check(Session& session, const Action& action, Look look) {
  AppFacts& app = session.app(action.subject);
  if (look == Look::fresh) {
    Result<std::vector<Process>> formation = co_await session.services.platform.formation(action.subject, critical());
    if (!formation) co_return fail(formation.error());
    app.formation = std::move(*formation);
  }
  const std::vector<ProcessUpdate> wanted = formation_of(action);
  co_return formation_is(app, wanted) ? Check::satisfied("scaled") : Check::ready();
}

Task<Result<void>> perform(Session& session, const Action& action) {
  std::vector<ProcessUpdate> updates = formation_of(action);
  Result<std::vector<Process>> formation =
      co_await session.services.platform.set_formation(action.subject, updates, critical());
  if (!formation) co_return fail(formation.error());
  merge_formation(session.app(action.subject), *formation);
  co_return Result<void>{};
}

}  // namespace

const ActionHandler app_scale_up{Kind::app_scale_up, check, perform};

}  // namespace changeover::heroku
