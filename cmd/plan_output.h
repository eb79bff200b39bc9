// A plan in the format that was asked for, and a saved one back: what plan, show and apply share.
//
// Owner: nobody. Thread rule: none.
#pragma once

#include <string>

#include "cmd/command_line.h"
#include "cmd/view/text_style.h"
#include "core/environment.h"
#include "core/result.h"
#include "executor/state/files.h"
#include "planner/plan.h"
#include "planner/plan_file.h"

namespace changeover {

[[nodiscard]] std::string plan_in(Format format, const Plan& plan, const TextStyle& style);

/// `not_found` when there is no such file, `corrupt` when it is no plan.
[[nodiscard]] Result<SavedPlan> read_saved_plan(const std::string& path, Files& files);

/// Whether CI is set to anything but "" and "false".
[[nodiscard]] bool is_ci(const Environment& environment);

}  // namespace changeover
