// Names of add-ons: what is allowed, and what Heroku makes up when none is given.
//
// Owner: nobody; functions. Thread rule: the model's thread.
#pragma once

#include <string>
#include <string_view>

#include "core/random.h"
#include "emulator/model/estate.h"

namespace changeover::emulator {

/// A letter, then letters, digits, - and _; at most 256 (heroku-api.md 2.4).
[[nodiscard]] bool is_addon_name(std::string_view name);

/// "postgresql-amber-1234"; free in this estate.
[[nodiscard]] std::string free_addon_name(Random& random, const Estate& estate, std::string_view plan);

}  // namespace changeover::emulator
