// The calls of a changeover that change something, by route: where a kill or a lost answer can hurt.
//
// Owner: nobody; a constant table, held complete by ChangingCalls.AreAllListed. Thread rule: none.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "json/value.h"

namespace changeover::testing {

struct ChangingCall {
  std::string name;  ///< for the name of a test
  std::string method;
  std::string path;  ///< as a fault rule has it: * stands for one segment
  int nth = 1;       ///< of those that match
  bool before_unfollow = true;

  [[nodiscard]] json::Value fault() const {
    return json::Object{{"method", method}, {"path", path}, {"nth", nth}, {"times", 1}};
  }
  friend std::ostream& operator<<(std::ostream& out, const ChangingCall& call) { return out << call.name; }
};

/// Of an apply from nothing to live in the sandbox's world with a one-off dyno.
[[nodiscard]] inline std::vector<ChangingCall> changing_calls() {
  return {
      {"CreateFollower", "POST", "/apps/*/addons", 1},
      {"StopWorkers", "PATCH", "/apps/*/formation", 1},
      {"OneMaintenancePage", "PATCH", "/apps/*", 1},
      {"OtherMaintenancePage", "PATCH", "/apps/*", 2},
      {"StopWeb", "PATCH", "/apps/*/formation", 2},
      {"StopOneOff", "POST", "/apps/*/dynos/*/actions/stop", 1},
      {"Unfollow", "PUT", "/client/v11/databases/*/unfollow", 1, false},
      {"Attach", "POST", "/addon-attachments", 1, false},
      {"StartTarget", "PATCH", "/apps/*/formation", 3, false},
      {"EndMaintenance", "PATCH", "/apps/*", 3, false},
  };
}

}  // namespace changeover::testing
