// Looking up what a path names, or the 404 that Heroku gives.
//
// Owner: nobody; functions. Thread rule: the model's thread.
#pragma once

#include <string_view>

#include "emulator/model/call.h"
#include "emulator/model/control.h"

namespace changeover::emulator::handlers {

[[nodiscard]] inline Response no_app() { return not_found("app", "Couldn't find that app."); }
[[nodiscard]] inline Response no_addon() { return not_found("add_on", "Couldn't find that add-on."); }
[[nodiscard]] inline Response no_attachment() {
  return not_found("add_on attachment", "Couldn't find that add-on attachment.");
}

/// The app of the path's :app, or nullptr.
[[nodiscard]] inline App* app_of(Control& control, const Call& call) { return control.estate.apps.find(call["app"]); }

/// An add-on by name or id.
[[nodiscard]] inline AddOn* addon_of(Control& control, const Call& call) {
  return control.estate.addons.find(call["addon"]);
}

}  // namespace changeover::emulator::handlers
