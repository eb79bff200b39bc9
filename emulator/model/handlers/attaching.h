// Whether an add-on may be attached to an app: one rule for the Platform's route and the pooler's.
//
// Owner: nobody; a function. Thread rule: the model's thread.
#pragma once

#include <optional>
#include <string>

#include "emulator/model/call.h"
#include "emulator/model/control.h"

namespace changeover::emulator::handlers {

/// The Platform's refusal; nothing when it may (heroku-api.md 2.6, 3.9). `confirm` as the caller gave it.
[[nodiscard]] std::optional<Response> attach_refusal(const Control& control, const App& app, const AddOn& addon,
                                                     const std::optional<std::string>& ns, const std::string& confirm);

}  // namespace changeover::emulator::handlers
