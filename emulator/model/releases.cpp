#include "emulator/model/releases.h"

#include <algorithm>
#include <utility>

#include "emulator/model/attachment_url.h"
#include "emulator/model/catalogue.h"

namespace changeover::emulator {

Config config_of(const App& app) {
  Config config = app.config;
  for (const auto& [name, attachment] : app.attachments)
    if (auto url = url_of(*attachment)) config[name + "_URL"] = std::move(*url);
  return config;
}

namespace {

std::vector<std::string> plans_of(const App& app) {
  std::vector<std::string> plans;
  for (const auto& [name, attachment] : app.attachments)
    if (std::ranges::find(plans, attachment->addon->plan) == plans.end()) plans.push_back(attachment->addon->plan);
  return plans;
}

}  // namespace

ProcessType* Releases::release_phase(App& app) {
  ProcessType* process = app.process("release");
  return process != nullptr && !process->command.empty() ? process : nullptr;
}

Release& Releases::make(App& app, std::string description, By by, std::function<void()> on_failure) {
  const std::string slug = app.releases.empty() ? std::string{} : app.releases.back()->slug;
  return make_of(app, std::move(description), by, std::move(on_failure), slug);
}

Release& Releases::deploy(App& app, const std::string& slug, std::string description) {
  return make_of(app, std::move(description), By::person, {}, slug);
}

Release& Releases::roll_back(App& app, const Release& target) {
  app.config = target.own_config;
  return make_of(app, "Rollback to v" + std::to_string(target.version), By::person, {}, target.slug);
}

Release& Releases::make_of(App& app, std::string description, By by, std::function<void()> on_failure,
                           std::string slug) {
  auto release = std::make_unique<Release>();
  release->id = random_.uuid();
  release->version = static_cast<int>(app.releases.size()) + 1;
  release->description = std::move(description);
  release->created_at = release->updated_at = clock_.wall_now();
  release->user = by == By::provider ? std::string(postgres_service) + "@addons.heroku.com" : caller_;
  release->slug = std::move(slug);
  release->own_config = app.config;
  release->config = config_of(app);
  release->plans = plans_of(app);
  Release& made = *release;
  app.releases.push_back(std::move(release));
  app.updated_at = made.created_at;
  if (by == By::history) {
    app.current_release = made.version;
  } else if (by == By::person && release_phase(app) != nullptr) {
    made.status = Release::Status::pending;
    made.has_phase = true;
    auto& waiting = waiting_[app.id];
    waiting.push_back({made.version, std::move(on_failure)});
    if (waiting.size() == 1) run_next_phase(app);
  } else {
    succeed(app, made);
  }
  return made;
}

void Releases::announce(const AddOn& addon, const std::string& what,
                        const std::function<bool(const Attachment&)>& concerns) {
  std::map<App*, std::vector<std::string>> names;
  std::vector<App*> order;  // by attachment, so that ids do not depend on addresses
  for (const Attachment* attachment : addon.attachments) {
    if (!concerns(*attachment)) continue;
    if (!names.contains(attachment->app)) order.push_back(attachment->app);
    names[attachment->app].push_back(attachment->name + "_URL");
  }
  for (App* app : order) {
    std::string list;
    for (const std::string& name : names[app]) list += (list.empty() ? "" : ", ") + name;
    make(*app, "@ref:" + addon.name + " " + what + " " + list + ".", By::provider);
  }
}

void Releases::run_next_phase(App& app) {
  const auto& waiting = waiting_[app.id];
  if (waiting.empty()) return;
  Release& release = *app.releases[static_cast<std::size_t>(waiting.front().version) - 1];
  OneOff phase{"release", release_phase(app)->command, {}};
  phase.on_exit = [this, app_id = app.id](const DynoEnd& end) {
    if (App* again = estate_.apps.find(app_id)) phase_ended(*again, end);
  };
  dynos_.run(app, release, std::move(phase));
  timers_.at(clock_.steady_now() + timing_.release_phase, [this, app_id = app.id, version = release.version] {
    if (App* again = estate_.apps.find(app_id)) expire(*again, *again->releases[static_cast<std::size_t>(version) - 1]);
  });
}

void Releases::phase_ended(App& app, const DynoEnd& end) {
  auto& queue = waiting_[app.id];
  const Waiting ended = std::move(queue.front());
  queue.pop_front();
  Release& release = *app.releases[static_cast<std::size_t>(ended.version) - 1];
  release.output = end.output;
  if (release.status == Release::Status::pending) {
    release.updated_at = clock_.wall_now();
    if (end.code == 0)
      succeed(app, release);
    else
      release.status = Release::Status::failed;
  }
  if (release.status != Release::Status::succeeded && ended.on_failure) ended.on_failure();
  run_next_phase(app);
}

void Releases::expire(App& app, Release& release) {
  if (release.status != Release::Status::pending) return;
  release.status = Release::Status::expired;
  release.updated_at = clock_.wall_now();
  dynos_.end_one_offs(app, release);  // its end lets the next phase run
}

void Releases::succeed(App& app, Release& release) {
  release.status = Release::Status::succeeded;
  if (release.version < app.current_release) return;
  app.current_release = release.version;
  dynos_.released(app);
}

}  // namespace changeover::emulator
