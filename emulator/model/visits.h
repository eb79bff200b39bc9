// Where a visitor's request goes: what Heroku's router knows of apps and their web dynos (heroku-api.md 5.2).
//
// Owner: nobody; a function. Thread rule: the model's thread. Nothing is sent here; emulator/router does that.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace changeover::emulator {

struct Control;

struct Destination {
  enum class Kind {
    dyno,         ///< one of `dynos`, tried in this order
    maintenance,  ///< the maintenance page
    booting,      ///< no web dyno is up yet, and one starts: ask again
    crashed,      ///< all web dynos have crashed
    no_web,       ///< the Common Runtime, and there is no web dyno
    no_proxy,     ///< a space without a web dyno: nobody is there to show a page
    no_app,       ///< no app has that host
  };
  struct Dyno {
    std::string name;
    int port = 0;
  };
  Kind kind = Kind::no_app;
  std::string app;
  std::vector<Dyno> dynos;
};

/// `host`: of the Host header, with or without port: APP.localhost, APP.herokuapp.com or a domain of the app. Counts as
/// a visit: it wakes eco dynos, and the next one is another dyno's turn.
[[nodiscard]] Destination destination_of(Control& control, std::string_view host);

}  // namespace changeover::emulator
