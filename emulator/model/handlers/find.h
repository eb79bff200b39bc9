// Looking up what a path names, or the 404 that Heroku gives.
//
// Owner: nobody; functions. Thread rule: the model's thread.
#pragma once

#include <string_view>
#include <vector>

#include "emulator/model/call.h"
#include "emulator/model/control.h"
#include "emulator/model/paging.h"

namespace changeover::emulator::handlers {

[[nodiscard]] inline Response no_app() { return not_found("app", "Couldn't find that app."); }
[[nodiscard]] inline Response no_addon() { return not_found("add_on", "Couldn't find that add-on."); }
[[nodiscard]] inline Response no_attachment() {
  return not_found("add_on attachment", "Couldn't find that add-on attachment.");
}

[[nodiscard]] inline Response no_team() { return not_found("team", "Couldn't find that team."); }
[[nodiscard]] inline Response no_release() { return not_found("release", "Couldn't find that release."); }

/// The app of the path's :app, or nullptr.
[[nodiscard]] inline App* app_of(Control& control, const Call& call) { return control.estate.apps.find(call["app"]); }

/// The release of the path's :release, by id or version, or nullptr.
[[nodiscard]] inline Release* release_of(const App& app, const Call& call) {
  for (const auto& release : app.releases)
    if (release->id == call["release"] || std::to_string(release->version) == call["release"]) return release.get();
  return nullptr;
}

/// An add-on by name or id.
[[nodiscard]] inline AddOn* addon_of(Control& control, const Call& call) {
  return control.estate.addons.find(call["addon"]);
}

[[nodiscard]] inline const App& app_behind(const App& app) { return app; }
[[nodiscard]] inline const App& app_behind(const AddOn& addon) { return *addon.app; }
[[nodiscard]] inline const App& app_behind(const Attachment& attachment) { return *attachment.app; }

/// Those that the caller may see.
template <class T>
[[nodiscard]] std::vector<T*> seen(const Call& call, std::vector<T*> list) {
  std::erase_if(list, [&](const T* object) { return !call.account->sees(app_behind(*object)); });
  return list;
}

/// A list by name or id.
template <class T, class Render>
[[nodiscard]] Response named_page(const Call& call, std::vector<T*> list, Render render_one,
                                  const std::vector<std::string>& fields = {"name", "id"}) {
  return page(
      call, std::move(list), fields,
      [](const T* object, const std::string& field) { return field == "id" ? object->id : object->name; },
      [&](const T* object) { return render_one(*object); });
}

}  // namespace changeover::emulator::handlers
