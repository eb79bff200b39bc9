// Which config vars lead to a database, in every form that a URL is copied in.
#include "providers/heroku/copied_urls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace changeover::heroku {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Secret url("postgres://u4f:open-sesame@ec2-1-2.compute-1.amazonaws.com:5432/d9k2");

std::vector<std::string> found(const std::vector<std::pair<std::string, std::string>>& vars) {
  std::vector<ConfigVar> secret;
  for (const auto& [name, value] : vars) secret.push_back({name, Secret(value)});
  const auto place = place_of(url);
  return place ? vars_that_lead_to(*place, secret) : std::vector<std::string>{"no place"};
}

TEST(CopiedUrls, APlaceIsHostAndDatabase) {
  const auto place = place_of(Secret("postgres://u:p%40ss@host.example:6543/orders?sslmode=require"));
  ASSERT_TRUE(place);
  EXPECT_EQ(place->host, "host.example");
  EXPECT_EQ(place->database, "orders");
  for (const char* other : {"", "postgres://host", "host/orders", "postgres://u:p@/orders", "postgres://u:p@host/"})
    EXPECT_FALSE(place_of(Secret(other))) << other;
}

TEST(CopiedUrls, AreFoundWhateverTheRolePoolOrForm) {
  EXPECT_THAT(found({{"A", url.reveal()},
                     {"B", "postgresql://analyst:x@ec2-1-2.compute-1.amazonaws.com:6432/d9k2?pool=5"},
                     {"C", "jdbc:postgresql://ec2-1-2.compute-1.amazonaws.com/d9k2?user=u4f"},
                     {"D", "host=ec2-1-2.compute-1.amazonaws.com dbname=d9k2 user=u4f"}}),
              ElementsAre("A", "B", "C", "D"));
}

TEST(CopiedUrls, AreFoundWhenHostAndNameStandApart) {
  EXPECT_THAT(found({{"PGDATABASE", "d9k2"}, {"PGHOST", "ec2-1-2.compute-1.amazonaws.com"}}), ElementsAre("PGHOST"));
  EXPECT_THAT(found({{"PGDATABASE", "other"}, {"PGHOST", "ec2-1-2.compute-1.amazonaws.com"}}), IsEmpty());
}

TEST(CopiedUrls, OtherDatabasesOfTheHostAndOtherHostsAreNone) {
  EXPECT_THAT(found({{"A", "postgres://u:p@ec2-1-2.compute-1.amazonaws.com:5432/d9k21"},
                     {"B", "postgres://u:p@ec2-1-2.compute-1.amazonaws.com.example:5432/d9k2"},
                     {"C", "postgres://u:p@my-ec2-1-2.compute-1.amazonaws.com:5432/d9k2"},
                     {"D", "d9k2"},
                     {"E", ""}}),
              IsEmpty());
}

}  // namespace
}  // namespace changeover::heroku
