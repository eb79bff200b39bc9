// Which dyno sizes an app may have, and how many dynos of them (Dev Center, "Dyno Scaling and Process Limits", December
// 2024).
//
// Owner: nobody; functions. Thread rule: the model's thread. What a world begins with counts as a limit that Heroku has
// raised for the app.
#pragma once

#include <optional>
#include <string>

#include "emulator/model/call.h"
#include "emulator/model/objects.h"

namespace changeover::emulator {

/// Of a dyno that names no size.
[[nodiscard]] std::string usual_size(const App& app);

/// Why the app cannot have that size; nothing when it can.
[[nodiscard]] std::optional<Response> size_refusal(const App& app, const std::string& size);

/// Why the process type cannot have so many of that size.
[[nodiscard]] std::optional<Response> quantity_refusal(const App& app, const ProcessType& process, int quantity,
                                                       const std::string& size);

/// Why the app cannot have so many in all process types together.
[[nodiscard]] std::optional<Response> total_refusal(const App& app, int total);

/// Why one more one-off of that size cannot run now.
[[nodiscard]] std::optional<Response> one_off_refusal(const App& app, const std::string& size);

}  // namespace changeover::emulator
