#include "yaml/mapping_reader.h"

#include <gtest/gtest.h>

#include "yaml/scalar.h"

namespace changeover::yaml {
namespace {

using namespace std::chrono_literals;

/// A parsed text with its diagnostics; readers refer into it.
struct Parsed {
  explicit Parsed(std::string_view text) : diagnostics("x.yaml", text), root(*parse(text, diagnostics)) {}
  [[nodiscard]] MappingReader reader(const Node* behind = nullptr) {
    return {"the file", &root, root.at, diagnostics, behind};
  }
  /// "line:column message | help", each on a line.
  [[nodiscard]] std::string said() const {
    std::string text;
    for (const Diagnostic& found : diagnostics.sorted())
      text += std::to_string(found.at.line) + ":" + std::to_string(found.at.column) + " " + found.message + " | " +
              found.help + "\n";
    return text;
  }
  Diagnostics diagnostics;
  Node root;
};

TEST(MappingReader, ReadsEachType) {
  Parsed file("t: text\nq: '5'\ni: -3\nb: false\nd: 5m\nw: two\nm: {x: 1}\nl: [a, b]\nz: 2026-12-01T02:00:00Z\n");
  MappingReader reader = file.reader();
  EXPECT_EQ(reader.text("t")->value, "text");
  EXPECT_EQ(reader.text("t")->at, (Position{1, 4}));
  EXPECT_EQ(reader.text("q")->value, "5");
  EXPECT_EQ(reader.integer("i", -5, 5)->value, -3);
  EXPECT_FALSE(reader.boolean("b")->value);
  EXPECT_EQ(reader.duration("d", 0s, 1h)->value, 5min);
  EXPECT_EQ(reader.word<int>("w", {{"one", 1}, {"two", 2}})->value, 2);
  MappingReader inner = reader.mapping("m");
  EXPECT_EQ(inner.integer("x", 0, 9)->value, 1);
  inner.finish();
  EXPECT_EQ(reader.texts("l", "a list of words")->value.at(1).value, "b");
  EXPECT_TRUE(reader.time("z"));
  EXPECT_FALSE(reader.text("absent"));
  reader.finish();
  EXPECT_EQ(file.said(), "");
}

TEST(MappingReader, TellsEveryMissingAndUnknownKey) {
  Parsed file("nmae: x\nzebra: y\n");
  MappingReader reader = file.reader();
  reader.require("name", "what it is called");
  reader.require("size");
  reader.finish();
  EXPECT_EQ(file.said(),
            "1:1 the file lacks the key `name` | what it is called\n"
            "1:1 the file lacks the key `size` | \n"
            "1:1 unknown key `nmae` | did you mean `name`? the file takes `name` and `size`\n"
            "2:1 unknown key `zebra` | the file takes `name` and `size`\n");
}

TEST(MappingReader, SaysWhatItWantedAndWhatItFound) {
  Parsed file("t: 5\nb: on\ni: 0x10\nd: 2h\nw: tow\nl: [1]\nm: []\nn: ~\n");
  MappingReader reader = file.reader();
  EXPECT_FALSE(reader.text("t", "a name"));
  EXPECT_FALSE(reader.boolean("b"));
  EXPECT_FALSE(reader.integer("i", 0, 100));
  EXPECT_FALSE(reader.duration("d", 1s, 1h));
  EXPECT_FALSE(reader.word<int>("w", {{"one", 1}, {"two", 2}}));
  EXPECT_TRUE(reader.texts("l", "a list of names")->value.empty());
  EXPECT_FALSE(reader.mapping("m").is_mapping());
  EXPECT_FALSE(reader.text("n", "a name"));
  EXPECT_EQ(file.said(),
            "1:4 `t`: expected a name, found the number `5` | put it in quotes if it is meant as text\n"
            "2:4 `b`: expected `true` or `false`, found the text `on` | write `true`\n"
            "3:4 `i`: expected a whole number from 0 to 100, found the number `0x10` | \n"
            "4:4 `d`: expected a duration from `1s` to `1h`, found the text `2h` | \n"
            "5:4 `w`: expected `one` or `two`, found the text `tow` | did you mean `two`?\n"
            "6:5 `l`: expected a list of names, but one item is the number `1` | put it in quotes if it is meant as "
            "text\n"
            "7:4 `m`: expected a mapping, found a list | write its keys below it, indented, each as `key: value`\n"
            "8:4 `n`: expected a name, found nothing | \n");
}

TEST(MappingReader, TakesAParserOfTheCaller) {
  Parsed file("a: 15ms\nb: soon\n");
  const auto milliseconds = [](std::string_view text) -> std::optional<std::chrono::milliseconds> {
    if (!text.ends_with("ms")) return std::nullopt;
    return std::chrono::milliseconds{text.size()};
  };
  MappingReader reader = file.reader();
  EXPECT_EQ(reader.parsed("a", milliseconds, "a duration")->value, 4ms);
  EXPECT_FALSE(reader.parsed("b", milliseconds, "a duration such as `15ms`"));
  EXPECT_EQ(file.said(), "2:4 `b`: expected a duration such as `15ms`, found the text `soon` | \n");
}

TEST(MappingReader, LooksBehindForWhatItLacks) {
  Parsed behind("a: 1\nb: 2\nunknown: 3\n");
  Parsed file("b: 5\n");
  MappingReader reader = file.reader(&behind.root);
  EXPECT_EQ(reader.integer("a", 0, 9)->value, 1);
  EXPECT_EQ(reader.integer("b", 0, 9)->value, 5);
  reader.finish();
  EXPECT_EQ(file.said(), "");
}

TEST(MappingReader, PassesOverHiddenValuesInSilence) {
  Parsed file("a: secret\nb: secret\nc: secret\nd: [secret]\ne: secret\n");
  for (Node::Entry& entry : file.root.entries) {
    entry.value.hidden = true;
    for (Node& item : entry.value.items) item.hidden = true;
  }
  file.root.entries[3].value.hidden = false;
  MappingReader reader = file.reader();
  EXPECT_FALSE(reader.text("a"));
  EXPECT_FALSE(reader.boolean("b"));
  EXPECT_FALSE(reader.mapping("c").is_mapping());
  EXPECT_TRUE(reader.texts("d", "a list")->value.empty());
  EXPECT_FALSE(reader.word<int>("e", {{"one", 1}}));
  reader.finish();
  EXPECT_EQ(file.said(), "");
}

ScalarType type_of(std::string_view text) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = text;
  return scalar_type(node);
}

TEST(Scalar, FollowsTheCoreRules) {
  for (const char* text : {"0", "-12", "+3", "007", "0o17", "0xfF"})
    EXPECT_EQ(type_of(text), ScalarType::integer) << text;
  for (const char* text : {"1.5", ".5", "5.", "-1e3", "1E+3", ".inf", "-.inf", ".nan"})
    EXPECT_EQ(type_of(text), ScalarType::number) << text;
  for (const char* text : {"true", "false"}) EXPECT_EQ(type_of(text), ScalarType::boolean) << text;
  for (const char* text :
       {"yes", "on", "True", "1h", "-", "+", ".", "e3", "1e", "0x", "0xg", "0o8", "1.2.3", "1_000", ""})
    EXPECT_EQ(type_of(text), ScalarType::text) << text;
}

TEST(Scalar, ShowsTextWithinALine) {
  EXPECT_EQ(shown("a\nb"), "`a b`");
  EXPECT_EQ(shown(std::string(59, 'a') + "\xc3\xbc" + "b"), "`" + std::string(59, 'a') + "…`");
}

}  // namespace
}  // namespace changeover::yaml
