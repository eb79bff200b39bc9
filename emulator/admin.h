// The emulator's own routes, below /_emulator: what is there, what was asked, faults and stalls on demand.
//
// Owner: the HTTP surface. Thread rule: the surface's lock. They need no token, are not logged, and are neither slowed
// nor faulted. docs/emulator.md lists them.
#pragma once

#include <optional>
#include <string_view>

#include "emulator/faults.h"
#include "emulator/model/model.h"
#include "emulator/request_log.h"
#include "emulator/router/router_log.h"

namespace changeover::emulator {

[[nodiscard]] bool is_admin_path(std::string_view path);

/// A stream from the next request on, whatever its number is.
inline constexpr long long newest_only = -1;
/// From which number on GET /_emulator/requests?follow=true shall stream; nothing for any other request.
[[nodiscard]] std::optional<long long> followed_from(const Request& request);

/// What the routes speak of.
struct AdminView {
  Model& model;
  Faults& faults;
  const RequestLog& requests;
  const RouterLog& routed;
  int router_port = 0;  ///< 0: there is no router
};

/// The answer of GET /_emulator/status: no secret in it.
[[nodiscard]] json::Value status_of(const AdminView& view);

[[nodiscard]] Response admin_answer(const Request& request, const AdminView& view);

}  // namespace changeover::emulator
