// restore.maintenance: the maintenance flag as it was recorded; when it goes off, a web dyno is up first, but not for
// longer than a restore may take (safety S18, S25).
#include <algorithm>

#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/app_state.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

/// Visitors who meet a dyno that boots are served in seconds; visitors who meet the page are not.
constexpr std::chrono::seconds page_stays_most{10};

Task<Result<Check>> check(Session& session, const Action& action, Look) {
  const std::string done = action.subject + " page";
  if (session.restored_apps.contains(done)) co_return Check::satisfied("as recorded");
  const AppFacts& app = session.app(action.subject);
  const bool off = !action.parameters["maintenance"].as_bool();
  const bool has_web = app.formation && std::ranges::any_of(*app.formation, [](const Process& process) {
                         return process.type == "web" && process.quantity > 0;
                       });
  if (!off || !has_web || !app.app.maintenance) co_return Check::ready();
  const SteadyTime now = session.services.loop.clock().steady_now();
  const SteadyTime since = session.waiting_for_web.try_emplace(action.subject, now).first->second;
  if (now - since > page_stays_most) co_return Check::ready();
  Result<std::vector<Dyno>> dynos = co_await session.services.platform.dynos(action.subject, critical(true));
  if (!dynos) co_return Check::ready();
  const bool up =
      std::ranges::any_of(*dynos, [](const Dyno& dyno) { return dyno.type == "web" && dyno.state == "up"; });
  co_return up ? Check::ready() : wait_for("a web dyno to be up", milliseconds{15}, milliseconds{500});
}

Task<Result<void>> perform(Session& session, const Action& action) {
  const bool on = action.parameters["maintenance"].as_bool();
  Result<void> turned = co_await turn_page(session, action.subject, on);
  if (!turned) co_return turned;
  session.restored_apps.insert(action.subject + " page");
  co_return Result<void>{};
}

}  // namespace

const ActionHandler restore_maintenance{Kind::restore_maintenance, check, perform};

}  // namespace changeover::heroku
