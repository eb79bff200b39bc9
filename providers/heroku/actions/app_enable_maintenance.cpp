// app.enable_maintenance: routers answer the maintenance page; dynos are not touched (heroku-api.md 2.1, 5.2).
#include "providers/heroku/actions/handlers.h"

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
  Result<App> app = co_await session.services.platform.set_maintenance(action.subject, true, critical());
  if (!app) co_return fail(app.error());
  session.app(action.subject).app = std::move(*app);
  co_return Result<void>{};
}

}  // namespace

const ActionHandler app_enable_maintenance{Kind::app_enable_maintenance, check, perform};

}  // namespace changeover::heroku
