#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

/// By id or version, also as "v7".
Release* release_named(const App& app, std::string_view key) {
  if (key.starts_with('v')) key.remove_prefix(1);
  for (const auto& release : app.releases)
    if (release->id == key || std::to_string(release->version) == key) return release.get();
  return nullptr;
}

bool has_slug(const App& app, const std::string& slug) {
  for (const auto& release : app.releases)
    if (!slug.empty() && release->slug == slug) return true;
  return false;
}

}  // namespace

Response releases(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  std::vector<const Release*> list;
  list.reserve(app->releases.size());
  for (const auto& release : app->releases) list.push_back(release.get());
  return page(
      call, std::move(list), {"version", "id"},
      [](const Release* release, const std::string& field) {
        return field == "id" ? release->id : std::to_string(release->version);
      },
      [&](const Release* release) { return render(*app, *release, call.request.header("host")); });
}

Response release(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  const Release* found = release_of(*app, call);
  return found != nullptr ? answer(render(*app, *found, call.request.header("host"))) : no_release();
}

Response create_release(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  if (auto refusal = unknown_parameters(call.body, {"release", "slug", "description", "oci_image"})) return *refusal;
  const std::string_view host = call.request.header("host");
  if (call.body.has("release")) {
    const Release* target = release_named(*app, call.body["release"].string_or(call.body["release"].dump()));
    if (target == nullptr) return no_release();
    if (target->status != Release::Status::succeeded)
      return invalid_params("Cannot roll back to v" + std::to_string(target->version) + ", which did not succeed.");
    return answer(render(*app, control.releases.roll_back(*app, *target), host), 201);
  }
  const std::string& slug = call.body["slug"].as_string();
  if (slug.empty()) return invalid_params("slug or release is missing.");
  if (!has_slug(*app, slug)) return not_found("slug", "Couldn't find that slug.");
  std::string words = call.body["description"].string_or("Deploy " + slug.substr(0, 8));
  return answer(render(*app, control.releases.deploy(*app, slug, std::move(words)), host), 201);
}

Response release_output(Control& control, const Call& call) {
  for (const App* app : control.estate.apps.all()) {
    for (const auto& release : app->releases) {
      if (release->id != call["release"] || !release->has_phase) continue;
      const auto running = control.dynos.output(*app, *release);
      if (!running && release->status == Release::Status::pending) return {404, {}, {}, {}};  // not started yet
      return {200, {{"content-type", "text/plain; charset=utf-8"}}, running.value_or(release->output), {}};
    }
  }
  return {404, {}, {}, {}};
}

}  // namespace changeover::emulator::handlers
