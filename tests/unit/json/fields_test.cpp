#include "json/fields.h"

#include <gtest/gtest.h>

#include "core/text.h"

namespace changeover::json {
namespace {

TEST(Fields, ReadsWhatIsThere) {
  const Value value = *parse(R"({"text":"a","number":3,"flag":true,"at":"2026-11-22T10:00:00Z","list":["x","y"],
                                 "inner":{"n":1},"rows":[{"n":1},{"n":2}]})");
  std::string problem;
  const Fields fields(value, "", problem);
  EXPECT_EQ(fields.text("text"), "a");
  EXPECT_EQ(fields.number("number"), 3);
  EXPECT_TRUE(fields.boolean("flag"));
  EXPECT_EQ(format_time(fields.time("at")), "2026-11-22T10:00:00Z");
  EXPECT_EQ(fields.texts("list"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(fields.inside("inner").number("n"), 1);
  EXPECT_EQ(fields.list("rows", [](const Fields& row) { return row.number("n"); }), (std::vector<int>{1, 2}));
  EXPECT_EQ(fields.text_or_empty("missing"), "");
  EXPECT_FALSE(fields.optional_time("missing"));
  EXPECT_EQ(problem, "");
}

TEST(Fields, NamesTheFirstProblemByItsPath) {
  const Value value = *parse(R"({"rows":[{"n":1},{"n":"two"},{"n":"three"}]})");
  std::string problem;
  const Fields fields(value, "", problem);
  static_cast<void>(fields.list("rows", [](const Fields& row) { return row.number("n"); }));
  EXPECT_EQ(problem, "`rows[1].n` is missing or no whole number");
}

TEST(Fields, RefusesWrongTypes) {
  const Value value = *parse(R"({"text":1,"number":4294967296,"flag":"yes","at":"noon","list":"x","inner":[]})");
  const auto problem_of = [&](auto read) {
    std::string problem;
    const Fields fields(value, "", problem);
    static_cast<void>(read(fields));
    return problem;
  };
  EXPECT_EQ(problem_of([](const Fields& f) { return f.text("text"); }), "`text` is missing or no text");
  EXPECT_EQ(problem_of([](const Fields& f) { return f.number("number"); }), "`number` is out of range");
  EXPECT_EQ(problem_of([](const Fields& f) { return f.boolean("flag"); }),
            "`flag` is missing or neither true nor false");
  EXPECT_EQ(problem_of([](const Fields& f) { return f.time("at"); }), "`at` is no RFC 3339 time");
  EXPECT_EQ(problem_of([](const Fields& f) { return f.texts("list"); }), "`list` is missing or no list");
  EXPECT_EQ(problem_of([](const Fields& f) { return f.inside("inner").text("x"); }), "`inner` is no object");
  std::string problem;
  const Value list = Value::array();
  const Fields none(list, "", problem);
  EXPECT_EQ(problem, "the document is no object");
}

}  // namespace
}  // namespace changeover::json
