// Every switch of what nobody outside Heroku knows about its databases: how it is by default and how it is turned.
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

const std::string old_db = "/client/v11/databases/old-db";
const std::string follower = "/client/v11/databases/orders-private";

std::string with(const std::string& switches) { return std::string(small_world) + "switches: {" + switches + "}\n"; }

Answer follow(Harness& heroku, const std::string& leader, const std::string& name = "F") {
  return heroku.call("POST", "/apps/orders-space/addons",
                     R"({"plan":"heroku-postgresql:private-4","name":"copy-)" + name + R"(","attachment":{"name":")" +
                         name + R"("},"config":{"follow":")" + leader + R"("}})");
}

TEST(DataSwitches, TheBodyOfTheDataApis404) {
  struct Form {
    const char* word;
    const char* type;
    const char* body;
  };
  for (const Form& form : {Form{"empty", "", ""}, Form{"html", "text/html", "<h1>Not Found</h1>"},
                           Form{"json", "application/json", R"({"id":"not_found"})"},
                           Form{"json_message", "application/json", R"({"id":"not_found","message":"Not found."})"},
                           Form{"html_as_json", "application/json", "<h1>Not Found</h1>"}}) {
    Harness heroku(with("unknown_body: " + std::string(form.word)));
    heroku.create_follower();
    const Answer unknown = heroku.get(follower + "/wait_status");
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(unknown.text, form.body) << form.word;
    EXPECT_THAT(unknown.header("content-type"), ::testing::StartsWith(form.type)) << form.word;
  }
}

TEST(DataSwitches, TheStatusOfACreate) {
  Harness heroku(with("create_status: 202"));
  EXPECT_EQ(follow(heroku, "old-db").status, 202);
}

TEST(DataSwitches, WhenAFollowerIsProvisioned) {
  for (const bool late : {false, true}) {
    Harness heroku(with(late ? "provisioned_when_caught_up: true" : ""));
    const std::string leader = heroku.id_of("old-db");
    heroku.databases.start_time = seconds(30);
    const std::string id = heroku.create_follower();
    heroku.databases.stall_replay(id, true);
    heroku.databases.commit(leader, 500);
    heroku.advance(seconds(90));
    EXPECT_EQ(heroku.get("/addons/" + id).body["state"].as_string(), late ? "provisioning" : "provisioned");
    heroku.databases.stall_replay(id, false);
    heroku.advance(seconds(6));
    EXPECT_EQ(heroku.get("/addons/" + id).body["state"].as_string(), "provisioned");
    EXPECT_TRUE(heroku.get("/apps/orders-space/config-vars").body.has("FOLLOWER_URL"));
  }
}

TEST(DataSwitches, WhatWaitStatusWaitsFor) {
  for (const bool lag : {true, false}) {
    Harness heroku(with(lag ? "" : "wait_until_caught_up: false"));
    const std::string leader = heroku.id_of("old-db");
    heroku.databases.start_time = seconds(30);
    const std::string id = heroku.create_follower();
    heroku.databases.stall_replay(id, true);
    heroku.databases.commit(leader, 500);
    heroku.advance(seconds(70));
    EXPECT_EQ(heroku.get(follower + "/wait_status").body["waiting?"].as_bool(), lag);
  }
}

TEST(DataSwitches, WhetherASampleIsDated) {
  Harness told;
  told.advance(seconds(1));
  EXPECT_TRUE(told.get(old_db).body.has("status_updated_at"));
  Harness untold(with("tell_sample_time: false"));
  untold.advance(seconds(1));
  EXPECT_FALSE(untold.get(old_db).body.has("status_updated_at"));
}

TEST(DataSwitches, UnfollowOfALeader) {
  Harness heroku(with("unfollow_refuses_leaders: false"));
  EXPECT_EQ(heroku.call("PUT", old_db + "/unfollow").status, 200);
  heroku.advance(seconds(10));
  EXPECT_EQ(heroku.info("old-db", "Status"), "Available");
}

TEST(DataSwitches, ForkedFromAfterUnfollow) {
  for (const bool fork : {true, false}) {
    Harness heroku(with(fork ? "" : "fork_on_unfollow: false"));
    heroku.create_follower();
    heroku.advance(seconds(70));
    heroku.call("PUT", follower + "/unfollow");
    heroku.advance(seconds(10));
    EXPECT_TRUE(heroku.get(follower).body["following"].is_null());
    EXPECT_EQ(heroku.get(follower).body["forked_from"].is_null(), !fork);
    EXPECT_EQ(heroku.info("orders-private", "Forked From") == "(none)", !fork);
    EXPECT_EQ(heroku.info("old-db", "Forks") == "(none)", !fork);
  }
}

TEST(DataSwitches, ALeaderThatIsFollowedMayStay) {
  Harness heroku(with("destroy_followed_leader: false"));
  heroku.create_follower();
  heroku.advance(seconds(70));
  EXPECT_EQ(heroku.call("DELETE", "/apps/orders/addons/old-db").status, 422);
  heroku.call("PUT", follower + "/unfollow");
  heroku.advance(seconds(10));
  EXPECT_EQ(heroku.call("DELETE", "/apps/orders/addons/old-db").status, 202);
}

TEST(DataSwitches, TheDataApiMayHaveALimit) {
  Harness unlimited;
  for (int i = 0; i < 300; ++i) ASSERT_EQ(unlimited.get(old_db).status, 200);
  Harness heroku(with("data_requests_a_minute: 2"));
  EXPECT_EQ(heroku.get(old_db).status, 200);
  EXPECT_EQ(heroku.get(old_db).status, 200);
  const Answer limited = heroku.get(old_db);
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.body["id"].as_string(), "rate_limit");
  EXPECT_EQ(heroku.get("/apps").status, 200) << "the Platform API has its own";
  heroku.advance(seconds(30));
  EXPECT_EQ(heroku.get(old_db).status, 200);
}

TEST(DataSwitches, TheStatusOfAProvidersRefusal) {
  Harness usual;
  EXPECT_EQ(follow(usual, "nobody").status, 422);
  Harness heroku(with("refusal_status: 400"));
  EXPECT_EQ(follow(heroku, "nobody").status, 400);
  EXPECT_EQ(follow(heroku, "nobody").body["id"].as_string(), "addon_error");
}

TEST(DataSwitches, FollowingById) {
  Harness usual;
  EXPECT_EQ(follow(usual, usual.id_of("old-db")).status, 201);
  Harness heroku(with("follow_by_id: false"));
  EXPECT_EQ(follow(heroku, heroku.id_of("old-db")).status, 422);
  EXPECT_EQ(follow(heroku, "old-db").status, 201);
}

TEST(DataSwitches, FollowingOutOfAShieldSpace) {
  std::string yaml(small_world);
  yaml.replace(yaml.find("apps:\n"), 6, "  safe: {team: acme, shield: true}\napps:\n  vault: {space: safe}\n");
  yaml += "  hidden: {app: vault, plan: shield-0, as: DATABASE}\n";
  Harness usual(yaml);
  const Answer refused = follow(usual, "hidden");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body["message"].as_string(), HasSubstr("Shield"));
  const std::string inside =
      R"({"plan":"heroku-postgresql:shield-2","attachment":{"name":"F"},"config":{"follow":"hidden"}})";
  EXPECT_EQ(usual.call("POST", "/apps/vault/addons", inside).status, 201) << "its own space";
  const std::string from_common =
      R"({"plan":"heroku-postgresql:shield-2","attachment":{"name":"G"},"config":{"follow":"old-db"}})";
  EXPECT_EQ(usual.call("POST", "/apps/vault/addons", from_common).status, 201) << "into Shield";
  Harness heroku(yaml + "switches: {shield_follows_across_spaces: true}\n");
  EXPECT_EQ(follow(heroku, "hidden").status, 201);
}

TEST(DataSwitches, NamesOfWhatIsGone) {
  for (const bool reuse : {true, false}) {
    Harness heroku(with(reuse ? "" : "reuse_addon_names: false"));
    heroku.call("DELETE", "/apps/orders/addons/old-db");
    heroku.advance(seconds(10));
    const std::string again = R"({"plan":"heroku-postgresql:standard-0","name":"old-db"})";
    EXPECT_EQ(heroku.call("POST", "/apps/orders/addons", again).status, reuse ? 201 : 422);
  }
}

TEST(DataSwitches, HowManyFollowersALeaderMayHave) {
  Harness heroku(with("max_followers: 1"));
  EXPECT_EQ(follow(heroku, "old-db", "A").status, 201);
  const Answer refused = follow(heroku, "old-db", "B");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body["message"].as_string(), HasSubstr("as many followers"));
}

}  // namespace
}  // namespace changeover::testing
