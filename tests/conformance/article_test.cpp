// The official article, "Migrating Heroku Postgres Databases to Private Spaces" (Dev Center, August 2024): its commands
// from start to end by the real CLI, while the app writes. `--confirm` stands where it would ask. What docs/seed.md
// says of it holds here: it speaks of the source app and names the app in the space, so both are stopped.
#include <algorithm>
#include <filesystem>

#include "tests/conformance/local_heroku.h"
#include "tests/support/ledger_verdict.h"
#include "tests/support/program.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

constexpr auto limit = 60s;

class Article : public LocalHeroku {
 protected:
  Article() : LocalHeroku("tests/conformance/article.yaml") {}

  void SetUp() override {
    LocalHeroku::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_TRUE(await([&] { return written() > 100; }, limit)) << "the source app does not write";
  }

  [[nodiscard]] std::ptrdiff_t written() const { return std::ranges::count(file_text(data("ledger.txt")), '\n'); }

  /// Step 1: a follower in the space, of the add-on that pg:info names.
  void create_follower() {
    EXPECT_THAT(lines_of(heroku("pg:info --app common-runtime-example").out), Contains("Add-on: looking-simply-2449"));
    const Said created = heroku(
        "addons:create heroku-postgresql:private-4 --app private-spaces-example -- --follow looking-simply-2449");
    EXPECT_THAT(created.err, StartsWith("Creating heroku-postgresql:private-4 on private-spaces-example... "));
    EXPECT_THAT(created.out, HasSubstr("is being created in the background"));
    heroku("pg:wait --app private-spaces-example");
    follower_ = follower_of(heroku("pg:info --app private-spaces-example").out);
    // With a DATABASE there the new one is attached under a colour.
    ASSERT_THAT(follower_, StartsWith("HEROKU_POSTGRESQL_"));
  }

  /// Step 2: nobody writes any more.
  void stop_writers() {
    for (const std::string app : {"common-runtime-example", "private-spaces-example"}) {
      EXPECT_EQ(heroku("maintenance:on --app " + app).err, "Enabling maintenance mode for " + app + "... done\n");
      EXPECT_THAT(heroku("ps:scale worker=0 --app " + app).err,
                  HasSubstr("Scaling dynos... done, now running worker at 0:"));
    }
    // The CLI answers before the dynos are gone; a person takes longer to read than they to go.
    EXPECT_TRUE(await([&] { return emulator().get("/apps/common-runtime-example/dynos").items().size() == 1; }, limit));
  }

  void await_caught_up() {
    for (int look = 0; look < 20; ++look)
      if (std::ranges::count(lines_of(heroku("pg:info " + follower_ + " --app private-spaces-example").out),
                             "Behind By: 0 commits") == 1)
        return;
    ADD_FAILURE() << "the follower does not catch up";
  }

  /// Steps 3 and 4: the follower becomes a database of its own, and the app's.
  void unfollow_and_promote() {
    EXPECT_THAT(
        heroku("pg:unfollow " + follower_ + " --app private-spaces-example --confirm private-spaces-example").err,
        HasSubstr(" unfollowing... done\n"));
    ASSERT_TRUE(await([&] { return !waits(); }, limit)) << "it does not become writable";
    const Said promoted = heroku("pg:promote " + follower_ + " --app private-spaces-example");
    EXPECT_THAT(promoted.err, HasSubstr("Ensuring an alternate alias for existing DATABASE_URL... HEROKU_POSTGRESQL_"));
    EXPECT_THAT(promoted.err, HasSubstr(" to DATABASE_URL on private-spaces-example... done\n"));
    EXPECT_EQ(config_var("private-spaces-example", "DATABASE_URL"), config_var("private-spaces-example", follower_));
  }

  void resume() {
    EXPECT_THAT(heroku("ps:scale worker=2 --app private-spaces-example").err,
                HasSubstr("done, now running worker at 2:Private-M"));
    EXPECT_EQ(heroku("maintenance:off --app private-spaces-example").err,
              "Disabling maintenance mode for private-spaces-example... done\n");
  }

  /// Every acknowledged write against that app's database.
  [[nodiscard]] LedgerVerdict judged(const std::string& app = "private-spaces-example") {
    return judge_ledger(data("ledger.txt"), [&] { return config_var(app, "DATABASE_URL"); });
  }
  [[nodiscard]] const std::string& follower() const { return follower_; }

 private:
  /// The config var of the section with the row "Following".
  static std::string follower_of(const std::string& info) {
    std::string section;
    for (const std::string& line : lines_of(info)) {
      if (line.starts_with("=== ")) section = line.substr(4);
      if (line.starts_with("Following: ")) return section;
    }
    return {};
  }

  [[nodiscard]] bool waits() {
    const json::Value attachment = emulator().get("/apps/private-spaces-example/addon-attachments/" +
                                                  follower_.substr(0, follower_.size() - std::string("_URL").size()));
    const std::string path = "/client/v11/databases/" + attachment["addon"]["id"].as_string();
    return emulator().get(path)["following"].is_string() || emulator().get(path + "/wait_status")["waiting?"].as_bool();
  }

  std::string follower_;
};

TEST_F(Article, FromStartToEndLosesNoAcknowledgedWrite) {
  create_follower();
  stop_writers();
  await_caught_up();
  unfollow_and_promote();
  resume();

  LedgerVerdict verdict;
  EXPECT_TRUE(await(
      [&] {
        verdict = judged();
        return verdict.written_on_new || verdict.lost != 0;
      },
      limit))
      << "the app in the space does not write";
  EXPECT_GT(verdict.acknowledged, 100);
  EXPECT_EQ(verdict.lost, 0);
  EXPECT_GT(verdict.downtime_ms.value_or(-1), 0) << "two databases took writes at once";

  EXPECT_THAT(heroku("addons:destroy looking-simply-2449 --app common-runtime-example "
                     "--confirm common-runtime-example")
                  .err,
              HasSubstr("Destroying looking-simply-2449 on common-runtime-example... "));
  heroku("addons:wait --app common-runtime-example --wait-interval 1");
  EXPECT_THAT(lines_of(heroku("pg:info --app common-runtime-example").out),
              ElementsAre("common-runtime-example has no heroku-postgresql databases."));
  EXPECT_EQ(judged().lost, 0);
}

TEST_F(Article, WithoutMaintenanceAndScalingLosesWritesAndTheLedgerCountsThem) {
  create_follower();
  // While somebody writes, zero is luck; the CLI would take any number.
  EXPECT_THAT(lines_of(heroku("pg:info " + follower() + " --app private-spaces-example").out),
              Contains(MatchesRegex("Behind By: [0-9]+ commits?")));
  unfollow_and_promote();
  const std::ptrdiff_t promoted = written();
  ASSERT_TRUE(await([&] { return written() > promoted + 100; }, limit)) << "the source app does not write any more";
  heroku("ps:scale worker=0 --app common-runtime-example");
  ASSERT_TRUE(await([&] { return emulator().get("/apps/common-runtime-example/dynos").items().size() == 1; }, limit));

  const LedgerVerdict verdict = judged();
  const LedgerVerdict old = judged("common-runtime-example");
  EXPECT_EQ(verdict.acknowledged, written());
  EXPECT_EQ(old.lost, 0);
  EXPECT_GT(verdict.lost, 100);
  // The CLI counts the rows, so that the ledger is not its own witness.
  const auto rows = [&](const std::string& app) {
    const Said count = heroku({"pg:psql", "DATABASE", "--app", app, "-c", "SELECT 'rows', count(*) FROM ledger"});
    for (const std::string& line : lines_of(count.out))
      if (line.starts_with("rows | ")) return std::stoll(line.substr(7));
    ADD_FAILURE() << "no count: " << count;
    return -1LL;
  };
  EXPECT_EQ(rows("common-runtime-example"), old.acknowledged + old.unacknowledged);
  EXPECT_EQ(rows("private-spaces-example"), verdict.acknowledged - verdict.lost + verdict.unacknowledged);
}

}  // namespace
}  // namespace changeover::testing
