// restore.formation: an app's dynos as they were recorded before the attempt (safety S4).
#include <algorithm>

#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/app_state.h"

namespace changeover::heroku {
namespace {

// Not decided by what is known: a scale-down whose answer was lost may have taken effect. Setting it is safe.
Task<Result<Check>> check(Session& session, const Action& action, Look) {
  co_return session.restored_apps.contains(action.subject) ? Check::satisfied("as recorded") : Check::ready();
}

Task<Result<void>> perform(Session& session, const Action& action) {
  std::vector<ProcessUpdate> updates = formation_of(action);
  std::erase_if(updates, [](const ProcessUpdate& update) { return update.type == "release"; });
  // A type that a deploy removed meanwhile would have the whole call refused (heroku-api.md 8, 18).
  const AppFacts& app = session.app(action.subject);
  if (app.formation && !app.formation->empty())
    std::erase_if(updates, [&](const ProcessUpdate& update) {
      return std::ranges::find(*app.formation, update.type, &Process::type) == app.formation->end();
    });
  if (!updates.empty()) {
    Result<void> scaled = co_await scale(session, action.subject, std::move(updates));
    if (!scaled) co_return scaled;
  }
  session.restored_apps.insert(action.subject);
  co_return Result<void>{};
}

}  // namespace

const ActionHandler restore_formation{Kind::restore_formation, check, perform};

}  // namespace changeover::heroku
