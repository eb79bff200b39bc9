// Whether a call may be made: version, credentials, money, rate limit, permission, second factor (heroku-api.md 1.6 to
// 1.8, 2.11).
//
// Owner: nobody; functions. Thread rule: the model's thread. The model asks in the order of this file, before a handler
// sees the call.
#pragma once

#include <optional>

#include "emulator/model/call.h"
#include "emulator/model/control.h"
#include "emulator/model/routes.h"

namespace changeover::emulator {

/// The Platform API wants its version named: 400 without one, 406 for another type. The Data API does not ask.
[[nodiscard]] std::optional<Response> refused_version(const Request& request);

[[nodiscard]] Response refused_credentials(Accounts::Refusal refusal);

/// Suspended accounts get nothing but their own description; delinquent ones change nothing.
[[nodiscard]] std::optional<Response> refused_account(const Account& account, const Request& request);

[[nodiscard]] Response rate_limited(const Control& control);

/// Whether the account may do this to every app that the call's path and body are about.
[[nodiscard]] std::optional<Response> refused_apps(const Control& control, const Route& route, const Call& call);

}  // namespace changeover::emulator
