#include "providers/heroku/decode.h"

#include <gtest/gtest.h>

#include "core/text.h"

namespace changeover::heroku {
namespace {

json::Value parsed(const std::string& text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : json::Value{};
}

/// The sample of heroku-api.md 3.2, as a follower.
constexpr const char* follower = R"({
  "addon_id":"7d1e","name":"orders-private","heroku_resource_id":"resource123@heroku.com","plan":"private-4",
  "created_at":"2026-11-20T09:11:02.120+00:00","formation":{"id":"f-1","primary":"p-1"},"hot_standby?":true,
  "num_connections":12,"num_tables":31,"num_bytes":7340032000,"current_transaction":48211907,"target_transaction":null,
  "status_updated_at":"2026-11-22T10:00:00.000+00:00","postgres_version":"16.4","database_password":"SECRET",
  "resource_url":"postgres://u4f:SECRET@follower.example:5432/d9k","waiting?":false,"unknown":[1],
  "following":"postgres://u4f:SECRET@leader.example:5432/d9k","forked_from":null,
  "leader":{"addon_id":"2b77","name":"postgresql-old-1"},
  "info":[{"name":"Plan","values":["Private 4"]},{"name":"Status","values":["Available"]},
          {"name":"HA Status","values":["Temporarily Unavailable"]},{"name":"Tables","values":[31]},
          {"name":"Fork/Follow","values":["Unavailable on followers"]},{"name":"Maintenance","values":["not required"]},
          {"name":"Followers","values":["postgres://u:SECRET@f1.example:5432/d"],"resolve_db_name":true},
          {"name":"Behind By","values":["1,204 commits"]},{"name":"Rollback","values":[]}]})";

TEST(DecodeDatabase, ReadsAFollower) {
  const auto database = database_from(parsed(follower));
  ASSERT_TRUE(database) << database.error().what;
  EXPECT_EQ(database->addon_id, "7d1e");
  EXPECT_EQ(database->plan, "private-4");
  EXPECT_EQ(database->status, "Available");
  EXPECT_FALSE(database->waiting);
  EXPECT_TRUE(database->following);
  EXPECT_EQ(database->leader, (Reference{"2b77", "postgresql-old-1"}));
  EXPECT_EQ(database->formation_id, "f-1");
  EXPECT_EQ(database->formation_primary, "p-1");
  EXPECT_EQ(database->behind_by, 1204);
  EXPECT_EQ(database->current_transaction, 48211907);
  EXPECT_EQ(database->sampled_at, parse_time("2026-11-22T10:00:00Z"));
  EXPECT_EQ(database->bytes, 7340032000);
  EXPECT_EQ(database->connections, 12);
  EXPECT_EQ(database->tables, 31);
  EXPECT_EQ(database->version, "16.4");
  EXPECT_EQ(database->fork_follow, "Unavailable on followers");
  EXPECT_EQ(database->ha_status, "Temporarily Unavailable");
  EXPECT_EQ(database->maintenance, "not required");
  EXPECT_EQ(database->follower_urls_masked, std::vector<std::string>{"postgres://***@f1.example:5432/d"});
  EXPECT_EQ(database->url.reveal(), "postgres://u4f:SECRET@follower.example:5432/d9k");
  EXPECT_TRUE(database->available());
}

TEST(DecodeDatabase, ReadsOneThatIsBeingMadeWithItsNulls) {
  const auto database = database_from(parsed(
      R"({"addon_id":"7d1e","name":"x","plan":{"name":"private-4"},"waiting?":true,"following":null,"leader":null,"formation":null,
          "current_transaction":null,"num_bytes":null,"num_connections":null,"num_tables":null,"postgres_version":null,
          "resource_url":null,"info":[{"name":"Status","values":["Preparing"]}]})"));
  ASSERT_TRUE(database) << database.error().what;
  EXPECT_EQ(database->plan, "private-4");
  EXPECT_TRUE(database->waiting);
  EXPECT_FALSE(database->available());
  EXPECT_FALSE(database->following);
  EXPECT_FALSE(database->leader);
  EXPECT_FALSE(database->behind_by) << "not known is never zero";
  EXPECT_FALSE(database->current_transaction);
  EXPECT_FALSE(database->sampled_at);
  EXPECT_TRUE(database->url.empty());
}

TEST(DecodeDatabase, ReadsAnEssentialOneAndTakesAMissingWaitingAsWaiting) {
  const auto database = database_from(parsed(
      R"({"addon_id":"e1","name":"tiny","plan":"essential-1","num_bytes":1,"info":[{"name":"PG Version","values":["16.9"]}]})"));
  ASSERT_TRUE(database);
  EXPECT_EQ(database->version, "16.9");
  EXPECT_TRUE(database->waiting);
}

TEST(DecodeDatabase, ALeaderMayBeAName) {
  EXPECT_EQ(database_from(parsed(R"({"addon_id":"1","leader":"postgresql-old-1"})"))->leader,
            (Reference{"", "postgresql-old-1"}));
  EXPECT_EQ(database_from(parsed(R"({"addon_id":"1","leader":"2b77aaaa-0000-4000-8000-000000000001"})"))->leader,
            (Reference{"2b77aaaa-0000-4000-8000-000000000001", ""}));
}

TEST(DecodeDatabase, RefusesWhatSafetyRestsOn) {
  for (const char* text :
       {R"({"name":"x"})", R"({"addon_id":""})", R"({"addon_id":1})", R"([])", R"("text")",
        R"({"addon_id":"1","following":""})", R"({"addon_id":"1","following":false})",
        R"({"addon_id":"1","following":{"url":"SECRET"}})", R"({"addon_id":"1","waiting?":"SECRET"})"}) {
    const auto database = database_from(parsed(text));
    ASSERT_FALSE(database) << text;
    EXPECT_EQ(database.error().code, ErrorCode::corrupt);
    EXPECT_EQ(database.error().what.find("SECRET"), std::string::npos);
  }
}

TEST(DecodeCommits, ReadsLeadingNumbersOnly) {
  EXPECT_EQ(commits_from("0 commits"), 0);
  EXPECT_EQ(commits_from("1 commit"), 1);
  EXPECT_EQ(commits_from("12,345,678 commits"), 12'345'678);
  EXPECT_EQ(commits_from("57"), 57);
  EXPECT_EQ(commits_from(57), 57);
  for (const json::Value& value : {json::Value{}, json::Value{""}, json::Value{"unknown"}, json::Value{"-3 commits"},
                                   json::Value{"1.5k commits"}, json::Value{"3k commits"}, json::Value{",5"},
                                   json::Value{-1}, json::Value{0.5}, json::Value{"99999999999999999999 commits"}})
    EXPECT_FALSE(commits_from(value)) << value.dump();
}

TEST(DecodePlatform, ReadsAnAppInASpaceAndOneOutside) {
  const auto inside = app_from(parsed(
      R"({"id":"a","name":"orders-space","maintenance":true,"region":{"id":"r","name":"virginia"},"space":{"id":"s","name":"prod","shield":true},
          "team":{"name":"acme"},"generation":{"name":"cedar"}})"));
  ASSERT_TRUE(inside);
  EXPECT_TRUE(inside->maintenance);
  EXPECT_EQ(inside->space, (App::Space{"s", "prod", true}));
  EXPECT_EQ(inside->region, "virginia");
  EXPECT_EQ(inside->generation, "cedar");
  EXPECT_EQ(inside->team, "acme");
  const auto outside =
      app_from(parsed(R"({"id":"a","name":"b","maintenance":false,"space":null,"team":null,"region":{"name":"us"}})"));
  ASSERT_TRUE(outside);
  EXPECT_FALSE(outside->space);
  EXPECT_EQ(outside->team, "");
}

TEST(DecodePlatform, ReadsFormationsDynosAndReleases) {
  const auto process =
      process_from(parsed(R"({"type":"worker","quantity":2,"size":"Private-M","dyno_size":{"name":"private-m"}})"));
  EXPECT_EQ(*process, (Process{"worker", 2, "Private-M"}));
  EXPECT_EQ(process_from(parsed(R"({"type":"web","quantity":0,"dyno_size":{"name":"basic"}})"))->size, "basic");
  const auto dyno = dyno_from(parsed(R"({"id":"d","name":"run.1234","state":"up","release":{"id":"r","version":41}})"));
  ASSERT_TRUE(dyno);
  EXPECT_EQ(dyno->type, "run");
  EXPECT_EQ(dyno->release_version, 41);
  const auto release = release_from(parsed(
      R"({"id":"r","version":43,"description":"Attach DATABASE @ref:orders-private","status":"pending","current":true,"created_at":"2026-11-22T10:00:00Z"
})"));
  ASSERT_TRUE(release);
  EXPECT_EQ(release->version, 43);
  EXPECT_EQ(release->status, "pending");
  EXPECT_TRUE(release->current);
  EXPECT_EQ(release->created_at, parse_time("2026-11-22T10:00:00Z"));
}

TEST(DecodePlatform, ReadsAddonsAttachmentsAndPlans) {
  const auto addon = addon_from(parsed(
      R"({"id":"7d1e","name":"orders-private","state":"provisioning","app":{"id":"a","name":"orders-space"},
          "addon_service":{"id":"s","name":"heroku-postgresql"},"plan":{"id":"p","name":"heroku-postgresql:private-4","price":{"cents":9,"unit":"month"}},
          "billed_price":{"cents":150000,"contract":true,"unit":"month"},"config_vars":[],"created_at":"2026-11-22T10:00:00Z"})"));
  ASSERT_TRUE(addon);
  EXPECT_EQ(addon->service, "heroku-postgresql");
  EXPECT_EQ(addon->plan, "heroku-postgresql:private-4");
  EXPECT_EQ(addon->app, (Reference{"a", "orders-space"}));
  EXPECT_EQ(addon->price, (Price{150000, "month", true, false}));
  const auto plain = addon_from(parsed(R"({"id":"1","name":"n","state":"provisioned","plan":"scheduler:standard"})"));
  EXPECT_EQ(plain->service, "scheduler");
  EXPECT_FALSE(plain->price);
  const auto attachment = attachment_from(parsed(
      R"({"id":"a1","name":"DATABASE","namespace":null,"app":{"id":"a","name":"orders"},"addon":{"id":"7d1e","name":"orders-private"},"config_vars":["DATABASE_URL"]})"));
  ASSERT_TRUE(attachment);
  EXPECT_EQ(attachment->name_space, "");
  EXPECT_EQ(attachment->config_vars, std::vector<std::string>{"DATABASE_URL"});
  const auto plan = plan_from(parsed(
      R"({"id":"p","name":"heroku-postgresql:private-4","state":"ga","installable_inside_private_network":true,"installable_outside_private_network":false,
          "price":{"cents":150000,"unit":"month","contract":false,"metered":true}})"));
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->inside_space);
  EXPECT_FALSE(plan->outside_space);
  EXPECT_EQ(plan->price, (Price{150000, "month", false, true}));
}

template <class T>
void expect_corrupt(Result<T> (*decode)(const json::Value&), const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const Result<T> value = decode(parsed(text));
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code, ErrorCode::corrupt);
  }
}

TEST(DecodePlatform, RefusesObjectsWithoutWhatSafetyRestsOn) {
  expect_corrupt<App>(app_from, {"null", R"({"name":"x","maintenance":true})", R"({"id":"x","name":"x"})",
                                 R"({"id":"x","name":"x","maintenance":"no"})"});
  expect_corrupt<Process>(process_from, {R"({"quantity":1})", R"({"type":"web"})", R"({"type":"web","quantity":-1})",
                                         R"({"type":"web","quantity":4294967296})"});
  expect_corrupt<Dyno>(dyno_from, {R"({"state":"up"})", R"({"name":"web.1"})"});
  expect_corrupt<Release>(release_from, {R"({"id":"r","status":"pending"})", R"({"version":1,"status":"pending"})",
                                         R"({"id":"r","version":1})"});
  expect_corrupt<Addon>(addon_from, {R"({"name":"x","state":"provisioned"})", R"({"id":"x","name":"x"})"});
  expect_corrupt<Attachment>(attachment_from, {R"({"id":"a","name":"DATABASE","addon":{"id":"x"}})",
                                               R"({"id":"a","name":"DATABASE","app":{"name":"x"}})"});
  expect_corrupt<PlanOffer>(plan_from, {R"({"id":"x"})"});
}

TEST(DecodePlatform, AListFailsWithThePlaceOfItsFirstBadItem) {
  const auto list = list_from<PlanOffer>(parsed(R"([{"name":"a"},{"id":"x"}])").items(), plan_from);
  ASSERT_FALSE(list);
  EXPECT_NE(list.error().what.find("item 2"), std::string::npos);
}

}  // namespace
}  // namespace changeover::heroku
