// app.stop_one_off_dynos: one-off and Scheduler dynos are stopped, and the last dyno of any kind is waited for: a dyno
// that still runs can still write (safety S21, heroku-api.md 5.2).
#include <algorithm>

#include "core/text.h"
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

/// Started by hand or by Scheduler: no formation brings it back. A release phase is let finish.
bool is_one_off(const AppFacts& app, const Dyno& dyno) {
  if (dyno.type == "release") return false;
  return !app.formation ||
         std::ranges::none_of(*app.formation, [&](const Process& process) { return process.type == dyno.type; });
}

Task<Result<Check>> check(Session& session, const Action& action, Look) {
  AppFacts& app = session.app(action.subject);
  Result<std::vector<Dyno>> dynos = co_await session.services.platform.dynos(action.subject, critical(true));
  if (!dynos) co_return fail(dynos.error());
  app.dynos = std::move(*dynos);
  const std::optional<QuiescedApp> quiesced = session.quiesced(action.subject);
  std::vector<std::string> left;
  bool to_stop = false;
  for (const Dyno& dyno : *app.dynos) {
    if (quiesced && dyno.type != "release" && !quiesced->stops(dyno.type)) continue;
    left.push_back(dyno.name);
    to_stop = to_stop || (is_one_off(app, dyno) && !session.stopped_dynos.contains(dyno.id));
  }
  if (left.empty()) co_return Check::satisfied("no dyno is left");
  if (to_stop) co_return Check::ready();
  co_return wait_for(and_list(left) + " still stopping", milliseconds{15}, milliseconds{1'000});
}

Task<Result<void>> perform(Session& session, const Action& action) {
  const AppFacts& app = session.app(action.subject);
  const std::vector<Dyno> dynos = app.dynos.value_or(std::vector<Dyno>{});
  for (const Dyno& dyno : dynos) {
    if (!is_one_off(app, dyno) || session.stopped_dynos.contains(dyno.id)) continue;
    Result<void> stopped = co_await session.services.platform.stop_dyno(action.subject, dyno.name, critical());
    if (!stopped && stopped.error().code != ErrorCode::not_found) co_return stopped;
    session.stopped_dynos.insert(dyno.id);
  }
  co_return Result<void>{};
}

}  // namespace

const ActionHandler app_stop_one_off_dynos{Kind::app_stop_one_off_dynos, check, perform};

}  // namespace changeover::heroku
