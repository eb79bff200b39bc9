// app.enable_maintenance: routers answer the maintenance page; dynos are not touched (heroku-api.md 2.1, 5.2).
#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/app_state.h"

namespace changeover::heroku {
namespace {

Task<Result<Check>> check(Session& session, const Action& action, Look look) {
  AppFacts& app = session.app(action.subject);
  if (look == Look::fresh) {
    Result<App> read = co_await session.services.platform.app(action.subject, critical());
    if (!read) co_return fail(read.error());
    app.app = std::move(*read);
  }
  co_return app.app.maintenance ? Check::satisfied("the page is on") : Check::ready();
}

Task<Result<void>> perform(Session& session, const Action& action) {
  co_return co_await turn_page(session, action.subject, true);
}

}  // namespace

const ActionHandler app_enable_maintenance{Kind::app_enable_maintenance, check, perform};

}  // namespace changeover::heroku
