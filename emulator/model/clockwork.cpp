#include "emulator/model/clockwork.h"

#include <algorithm>
#include <utility>

#include "emulator/model/catalogue.h"
#include "emulator/model/dyno_sizes.h"

namespace changeover::emulator {
namespace {

using Deed = std::function<void(App&)>;

/// Does it at `due` and then once an interval, as long as there is the app. What a stalled clock missed is left out.
void repeat(Control& control, const std::string& app_id, std::chrono::milliseconds every, SteadyTime due, Deed deed) {
  control.timers.at(due, [&control, app_id, every, due, deed = std::move(deed)] {
    App* app = control.estate.apps.find(app_id);
    if (app == nullptr) return;
    deed(*app);
    repeat(control, app_id, every, std::max(due + every, control.clock.steady_now()), deed);
  });
}

bool has_scheduler(const App& app) {
  return std::ranges::any_of(app.attachments, [](const auto& entry) {
    return entry.second->addon->service() == scheduler_service &&
           entry.second->addon->state == AddOn::State::provisioned;
  });
}

void run_job(Control& control, App& app, const WorldJob& job) {
  const Release* release = app.release(app.current_release);
  OneOff what{"scheduler", job.command, job.size.empty() ? usual_size(app) : job.size};
  what.time_to_live = job.every;  // no job outlives its interval (Dev Center, "Heroku Scheduler")
  if (release == nullptr || !has_scheduler(app) || one_off_refusal(app, what.size)) return;
  control.dynos.run(app, *release, std::move(what));
}

void scale_up(Control& control, App& app, int min) {
  ProcessType* web = app.process("web");
  if (web == nullptr || web->quantity >= min) return;
  web->quantity = min;
  web->updated_at = control.clock.wall_now();
  control.dynos.fit(app);
}

}  // namespace

void wind_up(Control& control, const App& app, const WorldApp& described) {
  const SteadyTime now = control.clock.steady_now();
  for (const WorldJob& job : described.scheduler)
    repeat(control, app.id, job.every, now + job.every, [&control, job](App& its) { run_job(control, its, job); });
  if (const auto scaler = described.autoscaler)
    repeat(control, app.id, scaler->every, now + scaler->every,
           [&control, min = scaler->min](App& its) { scale_up(control, its, min); });
}

}  // namespace changeover::emulator
