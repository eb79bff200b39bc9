#include "emulator/model/time_zone.h"

#include <gtest/gtest.h>

#include "core/text.h"

namespace changeover::testing {
namespace {

using emulator::TimeZone;
using std::chrono::hours;
using std::chrono::minutes;

WallTime at(const char* text) { return *parse_time(text); }

std::string next(const char* zone, const char* after, int hour) {
  const auto found = TimeZone::find(zone);
  return found ? format_time(found->next(at(after), hour)) : "no such zone";
}

TEST(TimeZones, KnowSummerAndWinter) {
  const auto paris = TimeZone::find("Europe/Paris");
  ASSERT_TRUE(paris);
  EXPECT_EQ(paris->offset(at("2026-01-15T12:00:00Z")), hours(1));
  EXPECT_EQ(paris->offset(at("2026-07-15T12:00:00Z")), hours(2));
  EXPECT_EQ(TimeZone::find("Asia/Kolkata")->offset(at("2026-01-15T12:00:00Z")), minutes(330));
  EXPECT_EQ(TimeZone::find("America/New_York")->offset(at("2026-01-15T12:00:00Z")), -hours(5));
  EXPECT_EQ(TimeZone::find("UTC")->offset(at("2026-01-15T12:00:00Z")), hours(0));
}

TEST(TimeZones, FindTheNextHour) {
  EXPECT_EQ(next("UTC", "2026-01-15T03:00:00Z", 3), "2026-01-16T03:00:00Z");
  EXPECT_EQ(next("UTC", "2026-01-15T02:59:59Z", 3), "2026-01-15T03:00:00Z");
  EXPECT_EQ(next("Asia/Kolkata", "2026-01-15T00:00:00Z", 0), "2026-01-15T18:30:00Z");
  EXPECT_EQ(next("Europe/Paris", "2026-03-28T12:00:00Z", 2), "2026-03-30T00:00:00Z") << "the 29th has no 2:00";
  EXPECT_EQ(next("Europe/Paris", "2026-10-25T00:30:00Z", 2), "2026-10-25T01:00:00Z") << "it has two of them";
}

TEST(TimeZones, RefuseWhatIsNone) {
  for (const char* name : {"", "Nowhere", "/etc/passwd", "../zoneinfo/UTC", "Europe", "zone.tab"})
    EXPECT_FALSE(TimeZone::find(name)) << name;
  EXPECT_FALSE(TimeZone::parse("TZif"));
  EXPECT_FALSE(TimeZone::parse("TZif2" + std::string(200, '\xff')));
}

}  // namespace
}  // namespace changeover::testing
