// app.scale_up: the app's formation for its new life, all types in one call (heroku-api.md 2.2).
#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/app_state.h"

namespace changeover::heroku {
namespace {

Task<Result<Check>> check(Session& session, const Action& action, Look look) {
  AppFacts& app = session.app(action.subject);
  if (look == Look::fresh) {
    Result<void> read = co_await read_formation(session, action.subject);
    if (!read) co_return fail(read.error());
  }
  const std::vector<ProcessUpdate> wanted = formation_of(action);
  co_return formation_is(app, wanted) ? Check::satisfied("scaled") : Check::ready();
}

Task<Result<void>> perform(Session& session, const Action& action) {
  std::vector<ProcessUpdate> updates = formation_of(action);
  co_return co_await scale(session, action.subject, std::move(updates));
}

}  // namespace

const ActionHandler app_scale_up{Kind::app_scale_up, check, perform};

}  // namespace changeover::heroku
