// What counts as a secret in the text of a spec, and what does not. Every value here is made up.

#include "planner/spec_secrets.h"

#include <gtest/gtest.h>

namespace changeover {
namespace {

/// The text with the secrets blanked.
std::string blanked(std::string_view text) { return blank(text, find_secrets(text)); }

TEST(SpecSecrets, FindsUrlsWithCredentials) {
  EXPECT_EQ(blanked("a: postgres://u:p@h/d"), "a: xxxxxxxxxxxxxxxxxx");
  EXPECT_EQ(blanked("a: 'postgresql+ssl://u:p/q@h/d' # x"), "a: 'xxxxxxxxxxxxxxxxxxxxxxxxxx' # x");
  EXPECT_EQ(blanked("{a: https://token@h/x}"), "{a: xxxxxxxxxxxxxxxxx}");
  EXPECT_EQ(blanked("a: postgres://h/d?password=p&x=1"), "a: xxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

TEST(SpecSecrets, FindsTokens) {
  EXPECT_EQ(blanked("a: HRKU-abcdefgh_1"), "a: xxxxxxxxxxxxxxx");
  EXPECT_EQ(blanked("# glpat-abcdefgh"), "# xxxxxxxxxxxxxx");
  EXPECT_EQ(blanked("a: 01234567-89AB-cdef-0123-456789abcdef\n"), "a: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n");
  EXPECT_EQ(blanked("[--key=01234567-89ab-cdef-0123-456789abcdef]"), "[--key=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx]");
}

TEST(SpecSecrets, FindsValuesByTheirName) {
  EXPECT_EQ(blanked("password: pw"), "password: xx");
  EXPECT_EQ(blanked("  \"api-key\": 'abc'"), "  \"api-key\": 'xxx'");
  EXPECT_EQ(blanked("{HEROKU_API_KEY: abc, x: 1}"), "{HEROKU_API_KEY: xxx, x: 1}");
  EXPECT_EQ(blanked("[--token=abc]"), "[--token=xxx]");
}

TEST(SpecSecrets, LetsTheRestBe) {
  for (const std::string_view text :
       {"url: https://gitlab.example/api/v4/projects/7/terraform/state/orders", "url: https://h/a@b",
        "url: postgres://h:5432/d", "url: https://h/01234567-89ab-cdef-0123-456789abcdef",
        "# incident 01234567-89ab-cdef-0123-456789abcdef", "# token: ask the team", "token:", "token: {stage: live}",
        "formation: {token: 2, secret: 10}", "database: DATABASE_URL", "a: HRKU-", "x: [--password=$PASSWORD]",
        "password: <ask>", "token-api: {after: park}", "depends_on: [secret, token]"})
    EXPECT_EQ(find_secrets(text).size(), 0U) << text;
}

TEST(SpecSecrets, KnowsLinesAndColumns) {
  constexpr std::string_view text = "a: 1\r\nb: HRKU-abcdefgh\r\n\nc: [HRKU-abcdefgh, HRKU-ijklmnop]\n";
  const auto found = find_secrets(text);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].at, (Position{2, 4}));
  EXPECT_EQ(found[1].at, (Position{4, 5}));
  EXPECT_EQ(found[2].at, (Position{4, 20}));
  EXPECT_EQ(found[2].length, 13U);
  EXPECT_EQ(blank(text, found), "a: 1\r\nb: xxxxxxxxxxxxx\r\n\nc: [xxxxxxxxxxxxx, xxxxxxxxxxxxx]\n");
}

TEST(SpecSecrets, CountsWhatOverlapsOnce) {
  const auto found = find_secrets("token: postgres://u:HRKU-abcdefgh@h/d");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at, (Position{1, 8}));
  EXPECT_EQ(found[0].length, 30U);
}

}  // namespace
}  // namespace changeover
