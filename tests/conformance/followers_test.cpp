// pg:wait, pg:unfollow and pg:promote: CLI dist/commands/pg/wait.js, unfollow.js and promote.js.
#include <fstream>

#include "tests/conformance/local_heroku.h"
#include "tests/support/program.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* target = " --app private-spaces-example";
constexpr const char* releasing = " --app releasing-example";

class FollowersOfTheCli : public LocalHeroku {
 protected:
  FollowersOfTheCli() : LocalHeroku("tests/conformance/followers.yaml") {}

  [[nodiscard]] std::string holder_of(const std::string& app, const std::string& name) {
    const json::Value attachments = emulator().get("/apps/" + app + "/addon-attachments");
    for (const json::Value& attachment : attachments.items())
      if (attachment["name"].as_string() == name) return attachment["addon"]["name"].as_string();
    return {};
  }
  [[nodiscard]] json::Value database(const std::string& addon) {
    return emulator().get("/client/v11/databases/" + emulator().get("/addons/" + addon)["id"].as_string());
  }
};

TEST_F(FollowersOfTheCli, AreUnfollowedOnceAndForGood) {
  EXPECT_THAT(lines_of(heroku(std::string("pg:info FOLLOWER") + target).out),
              AllOf(Contains("Fork/Follow: Unavailable on followers"), Contains(StartsWith("Following: 127.0.0.1:")),
                    Contains("Behind By: 0 commits")));
  EXPECT_EQ(heroku(std::string("pg:wait FOLLOWER") + target).err, "");
  const std::vector<std::string> insert{
      "pg:psql", "FOLLOWER", "--app", "private-spaces-example", "-c", "INSERT INTO customers VALUES (1)"};
  EXPECT_THAT(heroku(insert, 1).err, HasSubstr("cannot execute INSERT in a read-only transaction"));

  // Said by the CLI after it has read `following` (ux.error: rc 2).
  EXPECT_EQ(prose(heroku("pg:unfollow DATABASE --app common-runtime-example --confirm common-runtime-example", 2).err),
            "Error: looking-simply-2449 is not a follower");
  const std::string unfollow = std::string("pg:unfollow FOLLOWER") + target;
  EXPECT_THAT(prose(heroku(unfollow).err), HasSubstr("orders-private will become writeable and no longer follow"));
  EXPECT_THAT(heroku(unfollow + " --confirm another", 1).err, HasSubstr("Aborted."));
  EXPECT_TRUE(database("orders-private")["following"].is_string()) << "nobody confirmed it";

  EXPECT_EQ(heroku(unfollow + " --confirm private-spaces-example").err, "orders-private unfollowing... done\n");
  heroku(std::string("pg:wait FOLLOWER --wait-interval 1") + target);
  EXPECT_TRUE(database("orders-private")["following"].is_null());
  heroku(insert);
  EXPECT_THAT(heroku(unfollow + " --confirm private-spaces-example", 2).err, HasSubstr("is not a follower"));
}

TEST_F(FollowersOfTheCli, ArePromotedWhileTheyFollow) {
  const Said promoted = heroku(std::string("pg:promote FOLLOWER") + target);
  EXPECT_THAT(prose(promoted.err),
              AllOf(StartsWith("Ensuring an alternate alias for existing DATABASE_URL... Promoting orders-private to "
                               "DATABASE_URL on private-spaces-example... done"),
                    HasSubstr("it is currently a follower database in read-only mode")));
  EXPECT_EQ(holder_of("private-spaces-example", "DATABASE"), "orders-private");
  EXPECT_EQ(prose(heroku(std::string("pg:promote FOLLOWER") + target, 2).err),
            "Ensuring an alternate alias for existing DATABASE_URL... ! Error: orders-private is already promoted on "
            "private-spaces-example");
}

TEST_F(FollowersOfTheCli, BecomeTheDatabaseOfAnAppThatHasNone) {
  // heroku-api.md 2.4: the article's command without --as, in an app that was deployed without a database. It is
  // read-only DATABASE_URL at once, and there is nothing left to promote.
  heroku("addons:create heroku-postgresql:standard-0 --app releasing-example -- --follow looking-simply-2449");
  EXPECT_NE(holder_of("releasing-example", "DATABASE"), "");
  EXPECT_THAT(heroku(std::string("pg:promote DATABASE") + releasing, 2).err, HasSubstr("is already promoted"));
}

TEST_F(FollowersOfTheCli, AreNotPromotedWhileTheDatabaseIsPreparing) {
  emulator().add_fault(json::Object{{"method", "GET"},
                                    {"path", "/client/v11/databases/*/wait_status"},
                                    {"times", 0},
                                    {"body", R"({"message":"preparing","waiting?":true})"},
                                    {"content_type", "application/json"}});
  EXPECT_THAT(prose(heroku("pg:promote LATE --app common-runtime-example", 2).err),
              HasSubstr("Error: Database cannot be promoted while in state: preparing"));
  EXPECT_EQ(holder_of("common-runtime-example", "DATABASE"), "looking-simply-2449");
  // It has made the alias before it asked (heroku-api.md 4.2), and finds it the next time. --force does not ask.
  EXPECT_THAT(heroku("pg:promote LATE --force --app common-runtime-example").err,
              AllOf(HasSubstr("existing DATABASE_URL... HEROKU_POSTGRESQL_"),
                    HasSubstr("Promoting late-db to DATABASE_URL on common-runtime-example... done")));
  EXPECT_EQ(holder_of("common-runtime-example", "DATABASE"), "late-db");
  EXPECT_EQ(emulator().get("/apps/common-runtime-example/addon-attachments").items().size(), 3U);
}

TEST_F(FollowersOfTheCli, TakeOverAliasPoolerAndReleasePhase) {
  // The first DATABASE of an app has an Attach release and no Detach: with a release phase the CLI looks for both and
  // ends with 2 although the promotion is done (heroku-api.md 2.8).
  EXPECT_THAT(prose(heroku(std::string("pg:promote FIRST") + releasing, 2).err),
              HasSubstr("Error: Unable to check release phase. Check your Attach DATABASE release for failures."));
  EXPECT_EQ(holder_of("releasing-example", "DATABASE"), "first-db");
  heroku(std::string("addons:detach FIRST") + releasing);
  heroku(std::string("pg:connection-pooling:attach") + releasing);

  const Said promoted = heroku(std::string("pg:promote SECOND") + releasing);
  EXPECT_THAT(
      lines_of(promoted.err),
      ElementsAre(StartsWith("Ensuring an alternate alias for existing DATABASE_URL... HEROKU_POSTGRESQL_"),
                  "Promoting second-db to DATABASE_URL on releasing-example... done",
                  "Reattaching pooler to new leader... done", "Checking release phase... pg:promote succeeded."));
  EXPECT_EQ(holder_of("releasing-example", "DATABASE"), "second-db");
  EXPECT_EQ(holder_of("releasing-example", "DATABASE_CONNECTION_POOL"), "second-db");
  EXPECT_THAT(lines_of(heroku(std::string("addons") + releasing).out),
              Contains(StartsWith("└─ as HEROKU_POSTGRESQL_")));
}

TEST_F(FollowersOfTheCli, AreHeldBackByAReleasePhaseThatFails) {
  heroku(std::string("pg:promote FIRST") + releasing, 2);
  const std::string before = config_var("releasing-example", "DATABASE_URL");
  std::ofstream(data("broken")) << "";
  const Said promoted = heroku(std::string("pg:promote SECOND") + releasing);
  // The CLI tells it and ends with 0 all the same (promote.js: action.stop and return).
  EXPECT_THAT(prose(promoted.err),
              AllOf(HasSubstr("pg:promote failed because Attach DATABASE (@ref:second-db) release was "
                              "unsuccessful."),
                    HasSubstr("with first-db attached as DATABASE_URL.")));
  EXPECT_THAT(lines_of(heroku(std::string("releases") + releasing).out),
              Contains(StartsWith("v7 Attach DATABASE (@ref:second-db) release command failed")));
}

}  // namespace
}  // namespace changeover::testing
