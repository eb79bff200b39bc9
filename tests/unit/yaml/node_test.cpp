#include "yaml/node.h"

#include <gtest/gtest.h>

namespace changeover::yaml {
namespace {

/// Everything that is wrong, one "line:column message" a line.
std::string complaints(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& found : diagnostics.sorted())
    text += std::to_string(found.at.line) + ":" + std::to_string(found.at.column) + " " + found.message + "\n";
  return text;
}

std::string complaints(std::string_view text, const Bounds& bounds = {}) {
  Diagnostics diagnostics("x.yaml", text);
  (void)parse(text, diagnostics, bounds);
  return complaints(diagnostics);
}

TEST(Node, KnowsKindsTextAndPlaces) {
  constexpr std::string_view text = "a: 1\nb:\n  - x\n  - 'y'\nc: {d: ~}\n";
  Diagnostics diagnostics("x.yaml", text);
  const auto root = parse(text, diagnostics);
  ASSERT_TRUE(root);
  EXPECT_TRUE(diagnostics.empty());
  ASSERT_EQ(root->entries.size(), 3U);
  EXPECT_EQ(root->find("a")->text, "1");
  EXPECT_EQ(root->find("a")->at, (Position{1, 4}));
  const Node& list = *root->find("b");
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_FALSE(list.items[0].quoted);
  EXPECT_TRUE(list.items[1].quoted);
  EXPECT_EQ(list.items[1].at, (Position{4, 5}));
  EXPECT_EQ(root->entries[2].key_at, (Position{5, 1}));
  EXPECT_EQ(root->find("c")->find("d")->kind, Node::Kind::null);
  EXPECT_EQ(root->find("c")->find("d")->at, (Position{5, 8}));
  EXPECT_EQ(root->find("e"), nullptr);
}

TEST(Node, AnEmptyValueStandsAtItsKey) {
  constexpr std::string_view text = "a:\n\n\nb: 1\n";
  Diagnostics diagnostics("x.yaml", text);
  const auto root = parse(text, diagnostics);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("a")->kind, Node::Kind::null);
  EXPECT_EQ(root->find("a")->at, (Position{1, 1}));
}

TEST(Node, AnEmptyFileIsNothing) {
  Diagnostics diagnostics("x.yaml", "# only a comment\n");
  const auto root = parse("# only a comment\n", diagnostics);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->kind, Node::Kind::null);
  EXPECT_TRUE(diagnostics.empty());
}

TEST(Node, FollowsAliases) {
  constexpr std::string_view text = "a: &x {k: v}\nb: *x\nc: [*x, *x]\n";
  Diagnostics diagnostics("x.yaml", text);
  const auto root = parse(text, diagnostics);
  ASSERT_TRUE(root);
  EXPECT_TRUE(diagnostics.empty()) << complaints(diagnostics);
  EXPECT_EQ(root->find("b")->find("k")->text, "v");
  EXPECT_EQ(root->find("c")->items.at(1).find("k")->text, "v");
}

TEST(Node, RefusesABombBeforeItExpands) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below;
    for (int k = 0; k < 9; ++k) bomb += ", " + below;
    bomb += "]\n";
  }
  EXPECT_EQ(complaints(bomb), "5:5 the file holds more than 200000 values, counting what aliases stand for\n");
}

TEST(Node, KeepsItsBounds) {
  EXPECT_EQ(complaints("a: [1, 2, 3]\n", {.nodes = 4}),
            "1:8 the file holds more than 4 values, counting what aliases stand for\n");
  EXPECT_EQ(complaints("a: &x 1\nb: [*x, *x]\n", {.aliases = 1}), "2:9 the file holds more than 1 aliases\n");
  EXPECT_EQ(complaints("a: {b: {c: 1}}\n", {.depth = 2}), "1:8 the file is nested deeper than 2 levels\n");
  EXPECT_EQ(complaints("a: &x {b: 1}\nc: {d: *x}\n", {.depth = 2}), "2:8 the file is nested deeper than 2 levels\n");
  EXPECT_EQ(complaints("a: b\n", {.bytes = 4}), "0:0 the file is larger than 4 bytes\n");
  EXPECT_EQ(complaints(std::string(100'000, '[')), "1:1033 the file is nested deeper than 32 levels\n");
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_EQ(complaints(deep), "33:33 the file is nested deeper than 32 levels\n");
}

TEST(Node, RefusesDuplicateKeysAndKeepsTheFirst) {
  constexpr std::string_view text = "a: 1\nb: 2\na: 3\n";
  Diagnostics diagnostics("x.yaml", text);
  const auto root = parse(text, diagnostics);
  ASSERT_TRUE(root);
  ASSERT_EQ(diagnostics.sorted().size(), 1U);
  EXPECT_EQ(
      to_text(diagnostics.sorted()[0]),
      "x.yaml:3:1: error: duplicate key `a`\n    a: 3\n    ^\n  it is given already in line 1; keep one of them\n");
  EXPECT_EQ(root->entries.size(), 2U);
  EXPECT_EQ(root->find("a")->text, "1");
}

TEST(Node, RefusesWhatASpecNeedsNot) {
  EXPECT_EQ(complaints("a: &x {b: 1}\nc:\n  <<: *x\n"), "3:3 merge keys (`<<`) are not read here\n");
  EXPECT_EQ(complaints("? [a, b]\n: 1\nc: 2\n"), "1:3 a list cannot be a key\n");
  EXPECT_EQ(complaints("{~: 1}\n"), "1:2 a key is missing here\n");
  EXPECT_EQ(complaints("a: &x 1\n*x : 2\n"), "2:1 an alias cannot be a key\n");
  EXPECT_EQ(complaints("a: !thing 1\n"), "1:4 tags are not read here\n");
  EXPECT_EQ(complaints("a: !!str 1\n"), "");
  EXPECT_EQ(complaints("a: 1\n---\nb: 2\n"), "2:1 a second document begins here\n");
  EXPECT_EQ(complaints("a: &x [*x]\n"), "1:8 this alias stands inside its own anchor\n");
}

TEST(Node, SaysWhereTheSyntaxBreaks) {
  EXPECT_EQ(complaints("a: 1\n\tb: 2\n"), "2:1 this is not YAML: illegal tab when looking for indentation\n");
  EXPECT_EQ(complaints("a: [1, 2\nb: 3\n"), "2:2 this is not YAML: end of sequence flow not found\n");
  EXPECT_EQ(complaints("a: *nobody\n"), "1:4 this is not YAML: the referenced anchor is not defined\n");
  EXPECT_EQ(complaints("a: 1\n  b: 2\n"), "2:4 this is not YAML: illegal map value\n");
}

TEST(Node, RefusesAQuoteThatIsNeverClosed) {
  EXPECT_EQ(complaints("gr\xc3\xbc\xc3\x9f: 1\r\na: 'open\nb: 1\n"), "2:4 this quote is never closed\n");
  EXPECT_EQ(complaints("a: \"open \\\"\nb: 1\n"), "1:4 this quote is never closed\n");
  EXPECT_EQ(complaints("a: &x 'it''s\n"), "1:4 this quote is never closed\n");
  EXPECT_EQ(complaints("a: 'it''s'\nb: &x 'y'\nc: |\n  'block\n\"d\\\\\": ''\n"), "");
}

TEST(Node, RefusesBytesThatAreNoText) {
  EXPECT_EQ(complaints("a: 1\nb: \x04\nc: 2\n"), "2:4 the file holds a control character here\n");
  EXPECT_EQ(complaints(std::string_view("a: \0b\n", 6)), "1:4 the file holds a control character here\n");
  EXPECT_EQ(complaints("a: \xff\n"), "1:4 the file is not UTF-8 here\n");
  EXPECT_EQ(complaints("a: gr\xc3\xbc\xc3\x9f\n"), "");
  EXPECT_EQ(complaints("a: 1\r\nb: 2\r\n"), "");
}

TEST(Node, NeverThrowsOnTruncatedFiles) {
  constexpr std::string_view text = "a: &x {b: [1, 'two', \"three\\n\"]}\nc: *x\nd: |\n  text\n? e\n: - f\n";
  for (std::size_t length = 0; length <= text.size(); ++length) {
    Diagnostics diagnostics("x.yaml", text);
    const auto root = parse(text.substr(0, length), diagnostics);
    EXPECT_TRUE(root || !diagnostics.empty()) << length;
  }
}

}  // namespace
}  // namespace changeover::yaml
