#include "planner/course.h"

namespace changeover {
namespace {

constexpr std::string_view live_is_final =
    "writes have reached the new database; going back would lose them. Move the stage forward again";
constexpr std::string_view not_live_yet = "only a live migration can be retired: set stage live first";
constexpr std::string_view spent_is_final =
    "the copy follows nobody and nothing proves it complete, so it must never be promoted. Set stage replicating and "
    "apply with --allow-destroy: that makes a new copy";

std::vector<Course> make_table() {
  using enum Phase;
  using enum Segment;
  constexpr Stage source = Stage::source;
  constexpr Stage replicate = Stage::replicating;
  constexpr Stage live_stage = Stage::live;
  constexpr Stage retire_stage = Stage::retired;
  std::vector<Course> table = {
      {source, absent},
      {source, provisioning, false, false, {destroy_copy}},
      {source, catching_up, false, false, {destroy_copy}},
      {source, replicating, false, false, {destroy_copy}},
      {source, quiesced, false, false, {restore, destroy_copy}},
      {source, drained, false, false, {restore, destroy_copy}},
      {source, standalone, false, false, {restore, destroy_copy}},
      {source, spent, false, false, {destroy_copy}},
      {source, promoted, false, false, {database_back, restore, destroy_copy}},
      {source, live, true, false, {}, live_is_final},
      {source, retired, true, false, {}, live_is_final},

      {replicate, absent, false, false, {prepare}},
      {replicate, provisioning, false, false, {prepare}},
      {replicate, catching_up, false, false, {prepare}},
      {replicate, replicating},
      {replicate, quiesced, false, false, {restore}},
      {replicate, drained, false, false, {restore}},
      {replicate, standalone, false, false, {restore, destroy_copy, prepare}},
      {replicate, spent, false, false, {destroy_copy, prepare}},
      {replicate, promoted, false, false, {database_back, restore, destroy_copy, prepare}},
      {replicate, live, true, false, {}, live_is_final},
      {replicate, retired, true, false, {}, live_is_final},

      {live_stage, absent, false, true, {prepare, cutover}},
      {live_stage, provisioning, false, true, {prepare, cutover}},
      {live_stage, catching_up, false, true, {prepare, cutover}},
      {live_stage, replicating, false, false, {cutover}},
      {live_stage, quiesced, false, false, {cutover}},
      {live_stage, drained, false, false, {cutover}},
      {live_stage, standalone, false, false, {cutover}},
      {live_stage, spent, true, false, {}, spent_is_final},
      {live_stage, promoted, false, false, {cutover}},
      {live_stage, live},
      {live_stage, retired},

      {retire_stage, live, false, false, {retire}},
      {retire_stage, retired},
  };
  for (const Phase phase :
       {absent, provisioning, catching_up, replicating, quiesced, drained, standalone, spent, promoted})
    table.push_back({retire_stage, phase, true, false, {}, not_live_yet});
  return table;
}

}  // namespace

const std::vector<Course>& course_table() {
  static const std::vector<Course> table = make_table();
  return table;
}

const Course& course_of(Stage stage, Phase phase) {
  for (const Course& course : course_table())
    if (course.stage == stage && course.phase == phase) return course;
  return course_table().front();  // unreachable: a test walks every cell
}

}  // namespace changeover
