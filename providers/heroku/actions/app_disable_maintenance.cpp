// app.disable_maintenance: the page goes once a web dyno is up; an app without web has no page to keep (safety S25).
#include <algorithm>

#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/app_state.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

bool has_web(const AppFacts& app) {
  return app.formation && std::ranges::any_of(*app.formation, [](const Process& process) {
           return process.type == "web" && process.quantity > 0;
         });
}

/// Web dynos that stayed up behind the page run on the old config until they restart: only those on the release that
/// attached the database count (safety S25). An app that was scaled from zero has no others.
Task<Result<int>> oldest_release(Session& session, const Action& action) {
  if (action.subject != session.desired.target.app) co_return 0;
  if (session.promoted_at) co_return *session.promoted_at;
  const auto& attempt = session.journal.record().attempt;
  const Baseline* before = attempt ? attempt->baseline_of(action.subject) : nullptr;
  const bool kept = before == nullptr || std::ranges::any_of(before->formation, [](const Process& process) {
                      return process.type == "web" && process.quantity > 0;
                    });
  if (!kept) co_return 0;
  Result<std::vector<Release>> releases =
      co_await session.services.platform.releases(action.subject, 5, critical(true));
  if (!releases) co_return fail(releases.error());
  session.promoted_at = 0;
  for (const Release& release : *releases)
    if (release.description.starts_with("Attach " + session.desired.target.attachment + " "))
      session.promoted_at = std::max(*session.promoted_at, release.version);
  co_return *session.promoted_at;
}

// Nobody but us turns the page off, so the app is read again only after a call whose answer was lost: each look at the
// dynos would cost two requests otherwise, in downtime.
Task<Result<Check>> check(Session& session, const Action& action, Look) {
  AppFacts& app = session.app(action.subject);
  if (session.pages_in_doubt.contains(action.subject)) {
    Result<App> read = co_await session.services.platform.app(action.subject, critical());
    if (!read) co_return fail(read.error());
    app.app = std::move(*read);
    session.pages_in_doubt.erase(action.subject);
  }
  if (!app.app.maintenance) co_return Check::satisfied("visitors come through");
  if (!has_web(app)) co_return Check::ready();
  Result<std::vector<Dyno>> dynos = co_await session.services.platform.dynos(action.subject, critical(true));
  if (!dynos) co_return fail(dynos.error());
  app.dynos = std::move(*dynos);
  Result<int> oldest = co_await oldest_release(session, action);
  if (!oldest) co_return fail(oldest.error());
  bool crashed = false;
  for (const Dyno& dyno : *app.dynos) {
    if (dyno.type != "web") continue;
    if (dyno.state == "up" && dyno.release_version >= *oldest) co_return Check::ready();
    crashed = crashed || dyno.state == "crashed";
  }
  if (crashed)
    co_return wait_for("a web dyno of " + action.subject + ": it crashes on boot; see `heroku logs -a " +
                           action.subject + "`, the page stays",
                       milliseconds{200}, milliseconds{2'000});
  co_return wait_for("a web dyno to be up", milliseconds{15}, milliseconds{1'000});
}

Task<Result<void>> perform(Session& session, const Action& action) {
  session.pages_in_doubt.insert(action.subject);
  Result<void> turned = co_await turn_page(session, action.subject, false);
  if (turned) session.pages_in_doubt.erase(action.subject);
  co_return turned;
}

}  // namespace

const ActionHandler app_disable_maintenance{Kind::app_disable_maintenance, check, perform};

}  // namespace changeover::heroku
