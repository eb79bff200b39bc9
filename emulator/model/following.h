// Which database a `follow` names, and whether it may be followed (heroku-api.md 2.4, 5.1).
//
// Owner: nobody; a function. Thread rule: the model's thread.
#pragma once

#include <string>

#include "emulator/model/catalogue.h"
#include "emulator/model/control.h"

namespace changeover::emulator {

/// The leader that `follow` names, seen from `app` and for a follower on `plan`; else the provider's sentence why not.
/// `follow` is an attachment or config var of the app, APP::ATTACHMENT, an add-on's name or id, or a postgres:// URL.
[[nodiscard]] tl::expected<AddOn*, std::string> leader_to_follow(const Control& control, const App& app,
                                                                 const Plan& plan, const std::string& follow);

}  // namespace changeover::emulator
