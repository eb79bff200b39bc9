// app.scale_down: all listed process types to zero in one call; background ones are also waited for, because they are
// stopped before downtime begins (safety, The critical path).
#include <algorithm>

#include "core/text.h"
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

Task<Result<Check>> check(Session& session, const Action& action, Look look) {
  AppFacts& app = session.app(action.subject);
  const std::vector<ProcessUpdate> updates = formation_of(action);
  const bool known_down = formation_is(app, updates);
  if (look == Look::fresh && !known_down) {
    Result<std::vector<Process>> formation = co_await session.services.platform.formation(action.subject, critical());
    if (!formation) co_return fail(formation.error());
    app.formation = std::move(*formation);
  }
  if (!formation_is(app, updates)) co_return Check::ready();
  if (!action.parameters["background"].as_bool()) co_return Check::satisfied("scaled to zero");
  Result<std::vector<Dyno>> dynos = co_await session.services.platform.dynos(action.subject, critical(true));
  if (!dynos) co_return fail(dynos.error());
  std::vector<std::string> left;
  for (const Dyno& dyno : *dynos)
    if (std::ranges::any_of(updates, [&](const ProcessUpdate& update) { return update.type == dyno.type; }))
      left.push_back(dyno.name);
  if (left.empty()) co_return Check::satisfied("its background dynos are gone");
  co_return wait_for(and_list(left) + " still stopping", milliseconds{50}, milliseconds{2'000});
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

const ActionHandler app_scale_down{Kind::app_scale_down, check, perform};

}  // namespace changeover::heroku
