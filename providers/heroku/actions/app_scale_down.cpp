// app.scale_down: all listed process types to zero in one call; background ones are also waited for, because they are
// stopped before downtime begins (safety, The critical path).
#include <algorithm>

#include "core/text.h"
#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/app_state.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

Task<Result<Check>> check(Session& session, const Action& action, Look look) {
  AppFacts& app = session.app(action.subject);
  const std::vector<ProcessUpdate> updates = formation_of(action);
  const bool known_down = formation_is(app, updates);
  if (look == Look::fresh && !known_down) {
    Result<void> read = co_await read_formation(session, action.subject);
    if (!read) co_return fail(read.error());
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
  co_return co_await scale(session, action.subject, std::move(updates));
}

}  // namespace

const ActionHandler app_scale_down{Kind::app_scale_down, check, perform};

}  // namespace changeover::heroku
