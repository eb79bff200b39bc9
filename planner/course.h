// Courses: what a stage asks of a phase, cell by cell, as safety.md's matrix "Stage against phase" says.
//
// Owner: nobody; a constant table. Thread rule: none. Segments are in the order they run.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "planner/desired.h"
#include "planner/phase.h"

namespace changeover {

enum class Segment {
  database_back,  ///< the target's DATABASE as it was before the attempt
  restore,        ///< every app to its baseline
  destroy_copy,   ///< only with --allow-destroy
  prepare,        ///< create the copy, or wait until it keeps up
  cutover,        ///< from wherever it stands to live
  retire,         ///< final backup, detach and destroy the source
};

struct Course {
  Stage stage;
  Phase phase;
  bool refuse = false;  ///< this stage cannot be reached from this phase: exit 4
  bool hold = false;    ///< unless unattended, stop after these segments: exit 7
  std::vector<Segment> segments{};
  std::string_view why{};
};

/// Every stage against every phase; 44 rows.
[[nodiscard]] const std::vector<Course>& course_table();
[[nodiscard]] const Course& course_of(Stage stage, Phase phase);

}  // namespace changeover
