#include <gtest/gtest.h>

#include <sstream>

#include "cmd/view/action_words.h"
#include "cmd/view/diagnostic_text.h"
#include "cmd/view/money.h"
#include "cmd/view/text_style.h"
#include "planner/cost.h"

namespace changeover {
namespace {

TEST(Money, IsReadAsMoney) {
  EXPECT_EQ(money(150'000), "$1,500.00");
  EXPECT_EQ(money(5), "$0.05");
  EXPECT_EQ(money(123'456'789'00), "$123,456,789.00");
  EXPECT_EQ(money(-5'000), "-$50.00");
  EXPECT_EQ(money_change(145'000), "+$1,450.00");
  EXPECT_EQ(money_change(0), "no change");
}

TEST(Money, SaysWhatAPriceIs) {
  EXPECT_EQ(price_text({150'000, "month", false, false}), "$1,500.00 a month");
  EXPECT_EQ(price_text({0, "month", true, false}), "price by contract");
  EXPECT_EQ(price_text({500, "month", false, true}), "metered, at most $5.00 a month");
  EXPECT_FALSE(can_be_summed({0, "month", true, false}));
  EXPECT_FALSE(can_be_summed({100, "hour", false, false}));
}

TEST(Printable, KeepsTheTerminalOutOfStrangersHands) {
  EXPECT_EQ(printable("a\x1b[31mb\x07"), "a?[31mb?");
  EXPECT_EQ(printable("two\nlines\tapart"), "two lines apart");
  EXPECT_EQ(printable("caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x90\x98"), "caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x90\x98");
  EXPECT_EQ(printable("\xff\xc3"), "??");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "?31m")
      << "the C1 control that begins a sequence";
  EXPECT_EQ(printable("a\xe2\x80\xae"
                      "b"),
            "a?b")
      << "the character that turns the direction of writing";
  EXPECT_EQ(printable("\xc0\xaf\xed\xa0\x80"), "?????") << "overlong, surrogate";
}

TEST(Wrapped, BreaksAtSpacesAndCountsCharacters) {
  EXPECT_EQ(wrapped("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("a-very-long-word b", 4), (std::vector<std::string>{"a-very-long-word", "b"}));
  EXPECT_EQ(wrapped("\xe2\x86\x92\xe2\x86\x92 ab", 5), (std::vector<std::string>{"\xe2\x86\x92\xe2\x86\x92 ab"}));
}

TEST(Spell, HasAsciiForEverySignOfOurs) {
  EXPECT_EQ(spell({false, false, 80}, "\xe2\x86\x92 \xe2\x9c\x93 \xe2\x80\xa6"), "-> + ...");
  EXPECT_EQ(spell({}, "\xe2\x86\x92"), "\xe2\x86\x92");
}

TEST(ActionWords, EveryKindIsASentenceWithoutAPlan) {
  for (int i = 0; i <= static_cast<int>(Kind::restore_maintenance); ++i) {
    const Kind kind = static_cast<Kind>(i);
    const std::string text = action_words(to_string(kind), "orders-app").text();
    EXPECT_NE(text.find("orders-app"), std::string::npos) << to_string(kind);
    EXPECT_EQ(text.find(to_string(kind)), std::string::npos) << "no sentence for " << to_string(kind);
  }
}

TEST(ActionWords, AnUnknownKindIsNamedAsItIs) {
  EXPECT_EQ(action_words("pooler.paint", "orders-app").text(), "pooler.paint orders-app");
}

TEST(ErrorText, SaysWhatHappenedAndWhatToDo) {
  EXPECT_EQ(error_as_text({ErrorCode::unauthorized, "Heroku refused the token", "run `heroku login`", {}}, {}),
            "error: Heroku refused the token\n  what to do: run `heroku login`\n");
  EXPECT_EQ(error_as_json({ErrorCode::unauthorized, "refused", "", "unauthorized"}).dump(),
            R"({"error":{"code":"unauthorized","what":"refused","api_id":"unauthorized"}})");
}

TEST(DiagnosticText, ShowsPlaceLineAndCaret) {
  Diagnostics diagnostics("a.yaml", "version: 1\nmigratons: {}\n");
  diagnostics.error({2, 1}, "unknown key `migratons`", "did you mean `migrations`?");
  EXPECT_EQ(
      diagnostics_as_text(diagnostics.sorted(), {}),
      "a.yaml:2:1: error: unknown key `migratons`\n    migratons: {}\n    ^\n  did you mean `migrations`?\n1 error\n");
}

}  // namespace
}  // namespace changeover
