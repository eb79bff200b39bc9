#include "planner/course.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace changeover {
namespace {

/// One cell of safety.md's "Stage against phase".
struct Cell {
  Stage stage;
  Phase phase;
  /// back: DATABASE back; restore; destroy*; create or wait: prepare; cutover; retire. "hold" before what only an
  /// unattended run goes on with; "refuse"; "" for nothing to do.
  std::string says;
};

using enum Phase;
constexpr Stage to_source = Stage::source;
constexpr Stage to_replicating = Stage::replicating;
constexpr Stage to_live = Stage::live;
constexpr Stage to_retired = Stage::retired;

const std::vector<Cell> matrix = {
    {to_source, absent, ""},
    {to_source, provisioning, "destroy"},
    {to_source, catching_up, "destroy"},
    {to_source, replicating, "destroy"},
    {to_source, quiesced, "restore destroy"},
    {to_source, drained, "restore destroy"},
    {to_source, standalone, "restore destroy"},
    {to_source, spent, "destroy"},
    {to_source, promoted, "back restore destroy"},
    {to_source, live, "refuse"},
    {to_source, retired, "refuse"},

    {to_replicating, absent, "prepare"},
    {to_replicating, provisioning, "prepare"},
    {to_replicating, catching_up, "prepare"},
    {to_replicating, replicating, ""},
    {to_replicating, quiesced, "restore"},
    {to_replicating, drained, "restore"},
    {to_replicating, standalone, "restore destroy prepare"},
    {to_replicating, spent, "destroy prepare"},
    {to_replicating, promoted, "back restore destroy prepare"},
    {to_replicating, live, "refuse"},
    {to_replicating, retired, "refuse"},

    // Design 3: from anything before replicating, live prepares and holds unless unattended.
    {to_live, absent, "prepare hold cutover"},
    {to_live, provisioning, "prepare hold cutover"},
    {to_live, catching_up, "prepare hold cutover"},
    {to_live, replicating, "cutover"},
    {to_live, quiesced, "cutover"},
    {to_live, drained, "cutover"},
    {to_live, standalone, "cutover"},
    {to_live, spent, "refuse"},
    {to_live, promoted, "cutover"},
    {to_live, live, ""},
    {to_live, retired, ""},

    {to_retired, absent, "refuse"},
    {to_retired, provisioning, "refuse"},
    {to_retired, catching_up, "refuse"},
    {to_retired, replicating, "refuse"},
    {to_retired, quiesced, "refuse"},
    {to_retired, drained, "refuse"},
    {to_retired, standalone, "refuse"},
    {to_retired, spent, "refuse"},
    {to_retired, promoted, "refuse"},
    {to_retired, live, "retire"},
    {to_retired, retired, ""},
};

std::string words(const Course& course) {
  if (course.refuse) return course.segments.empty() ? "refuse" : "refuse, and yet it acts";
  static const std::map<Segment, std::string> names = {
      {Segment::database_back, "back"}, {Segment::restore, "restore"}, {Segment::destroy_copy, "destroy"},
      {Segment::prepare, "prepare"},    {Segment::cutover, "cutover"}, {Segment::retire, "retire"}};
  std::string text;
  for (const Segment segment : course.segments) {
    if (course.hold && segment == Segment::cutover) text += "hold ";
    text += names.at(segment) + " ";
  }
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

class CourseOf : public ::testing::TestWithParam<Cell> {};

TEST_P(CourseOf, SaysWhatTheMatrixSays) {
  const Cell& cell = GetParam();
  EXPECT_EQ(std::ranges::count_if(
                course_table(), [&](const Course& row) { return row.stage == cell.stage && row.phase == cell.phase; }),
            1);
  const Course& course = course_of(cell.stage, cell.phase);
  ASSERT_EQ(course.stage, cell.stage);
  ASSERT_EQ(course.phase, cell.phase);
  EXPECT_EQ(words(course), cell.says);
  EXPECT_EQ(course.refuse, !course.why.empty()) << "a refusal, and only that, says why";
}

INSTANTIATE_TEST_SUITE_P(Matrix, CourseOf, ::testing::ValuesIn(matrix), [](const auto& test) {
  return std::string(to_string(test.param.stage)) + "_from_" + std::string(to_string(test.param.phase));
});

TEST(CourseTable, HasNoCellBesideTheMatrix) {
  EXPECT_EQ(matrix.size(), 44U);
  EXPECT_EQ(course_table().size(), 44U);
}

}  // namespace
}  // namespace changeover
