#include "json/value.h"

#include <gtest/gtest.h>

#include <limits>

namespace changeover::json {
namespace {

TEST(Value, KeepsWholeNumbersOfSixtyFourBits) {
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{4294967295}, std::int64_t{4294967297},
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    const Result<Value> read = parse(std::to_string(number));
    ASSERT_TRUE(read) << number;
    EXPECT_TRUE(read->is_integer()) << number;
    EXPECT_EQ(read->as_integer(), number);
    EXPECT_EQ(read->dump(), std::to_string(number));
  }
  EXPECT_FALSE(parse("9223372036854775808")->is_integer());
}

TEST(Value, ReadsFractionsAndExponents) {
  for (const auto& [text, value] : {std::pair<const char*, double>{"0e87", 0},
                                    {"-0.0E5", 0},
                                    {"1.5", 1.5},
                                    {"2e3", 2000},
                                    {"18446744073709551616", 18446744073709551616.0},
                                    {"1e-400", 0}}) {
    const Result<Value> read = parse(text);
    ASSERT_TRUE(read) << text << ": " << read.error().what;
    EXPECT_DOUBLE_EQ(read->as_number(-1), value) << text;
  }
  const Result<Value> small = parse("0." + std::string(400, '0') + "1");
  ASSERT_TRUE(small) << small.error().what;
  EXPECT_DOUBLE_EQ(small->as_number(-1), 0);
  for (const char* text : {"[1e999]", "[9e308]"}) {
    const Result<Value> big = parse(text);
    ASSERT_FALSE(big) << text;
    EXPECT_NE(big.error().what.find("too big"), std::string::npos) << big.error().what;
  }
}

TEST(Value, KeepsTheOrderOfMembersAndTheBytes) {
  const std::string text = R"({"b":1,"a":[true,null,"x\n",0.5],"c":{}})";
  EXPECT_EQ(parse(text)->dump(), text);
}

TEST(Value, RefusesWhatIsNestedTooDeep) {
  EXPECT_TRUE(parse(std::string(max_depth, '[') + std::string(max_depth, ']')));
  const Result<Value> deep = parse(std::string(max_depth + 1, '[') + std::string(max_depth + 1, ']'));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace changeover::json
