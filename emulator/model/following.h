// Which database a `follow` or `fork` names, and whether it may be followed or forked (heroku-api.md 2.4, 5.1).
//
// Owner: nobody; functions. Thread rule: the model's thread.
#pragma once

#include <string>

#include "emulator/model/catalogue.h"
#include "emulator/model/control.h"

namespace changeover::emulator {

/// For a new database on `plan`, made on `app` by `caller`. An error is the provider's sentence why not.
struct Wish {
  const App& app;
  const Plan& plan;
  const Account* caller = nullptr;
  /// An attachment or config var of the app, APP::ATTACHMENT, an add-on's name or id, or a postgres:// URL.
  std::string named;
};

[[nodiscard]] tl::expected<AddOn*, std::string> leader_to_follow(const Control& control, const Wish& wish);
[[nodiscard]] tl::expected<AddOn*, std::string> database_to_fork(const Control& control, const Wish& wish);

}  // namespace changeover::emulator
