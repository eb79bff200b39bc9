#include "providers/heroku/app_state.h"

#include <utility>

namespace changeover::heroku {

Task<Result<void>> read_formation(Session& session, std::string app) {
  Result<std::vector<Process>> formation = co_await session.services.platform.formation(app, critical());
  if (!formation) co_return fail(formation.error());
  session.app(app).formation = std::move(*formation);
  co_return Result<void>{};
}

Task<Result<void>> scale(Session& session, std::string app, std::vector<ProcessUpdate> updates) {
  Result<std::vector<Process>> formation =
      co_await session.services.platform.set_formation(app, std::move(updates), critical());
  if (!formation) co_return fail(formation.error());
  merge_formation(session.app(app), *formation);
  co_return Result<void>{};
}

Task<Result<void>> turn_page(Session& session, std::string app, bool on) {
  Result<App> answer = co_await session.services.platform.set_maintenance(app, on, critical());
  if (!answer) co_return fail(answer.error());
  session.app(app).app = std::move(*answer);
  co_return Result<void>{};
}

}  // namespace changeover::heroku
