// The corpus of good and bad specs: what the reader says about each, word for word, and whether the schema agrees.

#include <gtest/gtest.h>

#include <charconv>

#include "json/schema.h"
#include "json/value.h"
#include "tests/places.h"
#include "tests/unit/planner/spec_support.h"
#include "yaml/node.h"
#include "yaml/scalar.h"

namespace changeover {
namespace {

using test::complaints;
using test::content;
using test::corpus;

/// As an editor's schema check sees the file.
json::Value to_json(const yaml::Node& node) {
  switch (node.kind) {
    case yaml::Node::Kind::null:
      return nullptr;
    case yaml::Node::Kind::sequence: {
      json::Value list = json::Value::array();
      for (const yaml::Node& item : node.items) list.push(to_json(item));
      return list;
    }
    case yaml::Node::Kind::mapping: {
      json::Value object = json::Value::object();
      for (const yaml::Node::Entry& entry : node.entries) object.set(entry.key, to_json(entry.value));
      return object;
    }
    case yaml::Node::Kind::scalar:
      break;
  }
  switch (yaml::scalar_type(node)) {
    case yaml::ScalarType::boolean:
      return node.text == "true";
    case yaml::ScalarType::integer: {
      std::int64_t number = 0;
      std::from_chars(node.text.data(), node.text.data() + node.text.size(), number);
      return number;
    }
    case yaml::ScalarType::number:
      return 0.5;
    case yaml::ScalarType::text:
      break;
  }
  return node.text;
}

const json::Schema& schema() {
  static const json::Schema compiled =
      json::Schema::compile(content(std::filesystem::path(CHANGEOVER_SOURCE_DIR) / "schemas/spec.schema.json")).value();
  return compiled;
}

/// Whether the schema takes the file; a file that is no YAML is taken by nobody.
bool schema_takes(const std::string& text) {
  Diagnostics diagnostics("x.yaml", text);
  const auto root = yaml::parse(text, diagnostics);
  return root && !schema().violation(to_json(*root));
}

std::string name_of(const testing::TestParamInfo<std::filesystem::path>& info) { return info.param.stem().string(); }

class GoodSpec : public testing::TestWithParam<std::filesystem::path> {};
class BadSpec : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(GoodSpec, IsRead) { EXPECT_EQ(complaints(content(GetParam())), ""); }

TEST_P(GoodSpec, IsTakenByTheSchema) { EXPECT_TRUE(schema_takes(content(GetParam()))); }

TEST_P(BadSpec, IsExplainedWordForWord) {
  std::filesystem::path expected = GetParam();
  expected.replace_extension(".txt");
  ASSERT_TRUE(std::filesystem::exists(expected));
  EXPECT_EQ(complaints(content(GetParam()), GetParam().filename().string()), content(expected));
  EXPECT_NE(content(expected), "");
}

TEST_P(BadSpec, IsJudgedByTheSchemaAsItsFirstLineSays) {
  const std::string text = content(GetParam());
  if (text.starts_with("# schema: refuses\n"))
    EXPECT_FALSE(schema_takes(text));
  else if (text.starts_with("# schema: cannot judge\n"))
    EXPECT_TRUE(schema_takes(text));
  else
    ADD_FAILURE() << "the first line says neither `# schema: refuses` nor `# schema: cannot judge`";
}

// All secrets of the corpus hold this word or are this UUID.
TEST_P(BadSpec, ShowsNoSecret) {
  const std::string said = complaints(content(GetParam()));
  EXPECT_EQ(said.find("hunter2"), std::string::npos);
  EXPECT_EQ(said.find("89ab"), std::string::npos);
}

// Whatever byte the file is cut at: a spec or a reason, never neither nor both.
TEST_P(BadSpec, IsSurvivedWhenCutShort) {
  const std::string text = content(GetParam());
  for (std::size_t length = 0; length < text.size(); ++length) {
    const std::string said = complaints(text.substr(0, length));
    EXPECT_EQ(said.find("and yet the spec was read"), std::string::npos) << length;
    EXPECT_EQ(said.find("nobody says why"), std::string::npos) << length;
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, GoodSpec, testing::ValuesIn(corpus("good_specs")), name_of);
INSTANTIATE_TEST_SUITE_P(Corpus, BadSpec, testing::ValuesIn(corpus("bad_specs")), name_of);

/// Every key that the schema knows below a definition must be one that the reader offers, and the other way round.
TEST(SpecSchema, KnowsTheKeysThatTheReaderKnows) {
  const auto document =
      json::parse(content(std::filesystem::path(CHANGEOVER_SOURCE_DIR) / "schemas/spec.schema.json")).value();
  for (const char* section : {"source", "target", "quiesce", "cutover", "hooks", "retire"}) {
    const std::string text =
        "version: 1\ndefaults: {" + std::string(section) + ": {qqqqqqqq: 1}}\nmigrations: {" + "a: {}}\n";
    const std::string said = complaints(text);
    std::vector<std::string> keys;
    for (const auto& [key, value] : document["definitions"][section]["properties"].members()) keys.push_back(key);
    ASSERT_FALSE(keys.empty());
    std::string offer = "`" + std::string(section) + "` takes ";
    for (std::size_t i = 0; i < keys.size(); ++i)
      offer += (i == 0 ? "`" : i + 1 == keys.size() ? " and `" : ", `") + keys[i] + "`";
    EXPECT_NE(said.find(offer + "\n"), std::string::npos) << offer << "\n" << said;
  }
}

TEST(SpecExamples, AreGood) {
  const auto file = std::filesystem::path(CHANGEOVER_SOURCE_DIR) / "examples/seed/spec.yaml";
  const std::string text = content(file);
  EXPECT_EQ(complaints(text), "");
  EXPECT_TRUE(schema_takes(text));
}

}  // namespace
}  // namespace changeover
