#include "core/text.h"

#include <gtest/gtest.h>

#include "core/random.h"

namespace changeover {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsTheFourUnits) {
  EXPECT_EQ(parse_duration("90s"), 90s);
  EXPECT_EQ(parse_duration("5m"), 300s);
  EXPECT_EQ(parse_duration("72h"), 72h);
  EXPECT_EQ(parse_duration("3d"), 72h);
}

TEST(Duration, RefusesEverythingElse) {
  for (const char* text : {"", "5", "m", "-5m", "5 m", "1.5h", "5M", "400d", "99999999999999999999s", "5m30s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Duration, SpeaksToPeople) {
  EXPECT_EQ(human_duration(380ms), "380 ms");
  EXPECT_EQ(human_duration(4250ms), "4.2 s");
  EXPECT_EQ(human_duration(200s), "3 min 20 s");
  EXPECT_EQ(human_duration(125min), "2 h 5 min");
  EXPECT_EQ(human_duration(73h), "3 days 1 h");
  EXPECT_EQ(spec_duration(300s), "5m");
  EXPECT_EQ(spec_duration(72h), "3d");
}

TEST(Time, ReadsRfc3339AndWritesItBack) {
  EXPECT_EQ(format_time(*parse_time("2026-12-01T02:00:00Z")), "2026-12-01T02:00:00Z");
  EXPECT_EQ(format_time(*parse_time("2026-12-01T04:00:00.25+02:00")), "2026-12-01T02:00:00.250Z");
  for (const char* text : {"", "2026-12-01", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-12-01T02:00:00"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(Sha256, MatchesTheStandardsExample) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Nearest, FindsTheWordThatWasMeant) {
  EXPECT_EQ(nearest("tagret", {"source", "target", "stage"}), "target");
  EXPECT_FALSE(nearest("zebra", {"source", "target", "stage"}));
}

TEST(Lists, ReadLikeASentence) {
  EXPECT_EQ(and_list({"web", "worker", "clock"}), "web, worker and clock");
  EXPECT_EQ(counted(1, "dyno"), "1 dyno");
  EXPECT_EQ(counted(2, "release phase", "release phases"), "2 release phases");
}

TEST(Random, UuidsAreVersionFourAndRepeatWithTheSeed) {
  SeededRandom one(7);
  SeededRandom two(7);
  const std::string id = one.uuid();
  EXPECT_EQ(id, two.uuid());
  EXPECT_NE(id, one.uuid());
  EXPECT_EQ(id.size(), 36U);
  EXPECT_EQ(id[14], '4');
}

}  // namespace
}  // namespace changeover
