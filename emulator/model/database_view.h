// A database as the Data API shows it: the object of heroku-api.md 3.2 and its info rows of 3.3.
//
// Owner: nobody; pure functions. Thread rule: the model's thread. Figures are those of the last sample; before the
// first one they are null, as while preparing.
#pragma once

#include "emulator/model/control.h"
#include "json/value.h"

namespace changeover::emulator {

[[nodiscard]] json::Value database_view(const Control& control, const AddOn& addon);

/// "12.4 GB", "80.0 MB".
[[nodiscard]] std::string human_bytes(std::int64_t bytes);

}  // namespace changeover::emulator
