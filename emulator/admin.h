// The emulator's own routes, below /_emulator: what is there, what was asked, faults and stalls on demand.
//
// Owner: the HTTP surface. Thread rule: the surface's lock. They need no token, are not logged, and are neither slowed
// nor faulted. docs/emulator.md lists them.
#pragma once

#include <string_view>

#include "emulator/faults.h"
#include "emulator/model/model.h"
#include "emulator/request_log.h"
#include "emulator/router/router_log.h"

namespace changeover::emulator {

[[nodiscard]] bool is_admin_path(std::string_view path);

/// What the routes speak of.
struct AdminView {
  Model& model;
  Faults& faults;
  const RequestLog& requests;
  const RouterLog& routed;
  int router_port = 0;  ///< 0: there is no router
};

[[nodiscard]] Response admin_answer(const Request& request, const AdminView& view);

}  // namespace changeover::emulator
