#include "emulator/model/releases.h"

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

ProcessType* Releases::release_phase(App& app) {
  ProcessType* process = app.process("release");
  return process != nullptr && !process->command.empty() ? process : nullptr;
}

Release& Releases::make(App& app, std::string description, By by, std::function<void()> on_failure) {
  auto release = std::make_unique<Release>();
  release->id = random_.uuid();
  release->version = static_cast<int>(app.releases.size()) + 1;
  release->description = std::move(description);
  release->created_at = release->updated_at = clock_.wall_now();
  release->user = by == By::provider ? std::string(postgres_service) + "@addons.heroku.com" : caller_;
  if (!app.releases.empty()) release->slug = app.releases.back()->slug;
  release->config = config_of(app);
  Release& made = *release;
  app.releases.push_back(std::move(release));
  app.updated_at = made.created_at;
  if (by == By::history) {
    app.current_release = made.version;
  } else if (by == By::person && release_phase(app) != nullptr) {
    made.status = Release::Status::pending;
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
  phase.on_exit = [this, app_id = app.id](int code) {
    App* again = estate_.apps.find(app_id);
    if (again == nullptr) return;
    auto& queue = waiting_[app_id];
    const Waiting ended = std::move(queue.front());
    queue.pop_front();
    Release& done = *again->releases[static_cast<std::size_t>(ended.version) - 1];
    done.updated_at = clock_.wall_now();
    if (code == 0) {
      succeed(*again, done);
    } else {
      done.status = Release::Status::failed;
      if (ended.on_failure) ended.on_failure();
    }
    run_next_phase(*again);
  };
  dynos_.run(app, release, std::move(phase));
}

void Releases::succeed(App& app, Release& release) {
  release.status = Release::Status::succeeded;
  if (release.version < app.current_release) return;
  app.current_release = release.version;
  dynos_.released(app);
}

}  // namespace changeover::emulator
