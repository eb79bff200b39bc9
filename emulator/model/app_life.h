// How apps begin and end by a call: names, where they live, what goes with them.
//
// Owner: nobody; functions. Thread rule: the model's thread.
#pragma once

#include <string>
#include <string_view>

#include "emulator/model/control.h"

namespace changeover::emulator {

/// A lower-case letter, then letters, digits and dashes, no dash at the end; 3 to 30 in all (the published schema).
[[nodiscard]] bool is_app_name(std::string_view name);

/// "graceful-harbour-12345"; free in this estate.
[[nodiscard]] std::string free_app_name(Random& random, const Estate& estate);

struct NewApp {
  std::string name;
  std::string region = "us";  ///< outside spaces
  const Space* space = nullptr;
  const Team* team = nullptr;  ///< the space's when there is one
  std::string owner;           ///< e-mail, where no team is
  std::string stack;           ///< empty: the usual one
  bool locked = false;
  bool internal_routing = false;
};

/// An empty app: nothing is deployed, so it has no process types and no dynos (heroku-api.md 2.2). The name is free.
App& make_app(Control& control, NewApp wanted);

/// The usual stack of the place where it lives.
[[nodiscard]] std::string usual_stack(const App& app);

/// The app with its add-ons, also where other apps have them attached; its dynos are told to stop and looked after no
/// more. Others' add-ons are detached. `app` is gone afterwards.
void destroy_app(Control& control, App& app);

}  // namespace changeover::emulator
