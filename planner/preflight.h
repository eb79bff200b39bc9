// Preflight: what cannot work, endangers data or could not be checked, found before anything is changed (design 6).
//
// Owner: nobody; one table of checks, by theme in planner/preflight/. Thread rule: none. Every id is stable and
// documented in docs/checks.md.
#pragma once

#include <string_view>
#include <vector>

#include "planner/neighbours.h"
#include "planner/plan.h"
#include "planner/situation.h"

namespace changeover {

struct PreflightContext {
  const Desired& desired;
  const Situation& situation;
  const Neighbours& neighbours;
  Phase phase;
  bool in_ci = false;
  bool cutover_due = false;  ///< this plan holds a cutover
};

struct Findings {
  std::vector<Finding> blockers;
  std::vector<Finding> warnings;
  std::vector<Finding> manual;
  std::vector<Finding> unknowns;
};

struct PreflightCheck {
  std::string_view id;
  std::string_view asks;  ///< for the docs: the question, in one line
  void (*run)(const PreflightContext&, Findings&);
};

[[nodiscard]] const std::vector<PreflightCheck>& preflight_checks();
[[nodiscard]] Findings preflight(const PreflightContext& context);

}  // namespace changeover
