// pg:info, pg:psql, pg:credentials, pg:connection-pooling:attach, pg:killall, pg:settings, pg:backups and
// pg:backups:capture on a leader: CLI dist/commands/pg/*.js, dist/lib/pg/*.js and heroku-cli-util's database resolver.
#include <algorithm>

#include "tests/conformance/local_heroku.h"
#include "tests/support/program.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

constexpr const char* app = " --app common-runtime-example";

class PostgresOfTheCli : public LocalHeroku {
 protected:
  Said psql(const std::string& sql, int code = 0) {
    return heroku({"pg:psql", "--app", "common-runtime-example", "--command", sql}, code);
  }
};

TEST_F(PostgresOfTheCli, IsDescribedAndQueried) {
  ASSERT_TRUE(await(
      [&] {
        const json::Value addon = emulator().get("/addons/looking-simply-2449");
        return emulator().get("/client/v11/databases/" + addon["id"].as_string())["num_tables"].as_integer() == 1;
      },
      20s));
  EXPECT_THAT(
      lines_of(heroku(std::string("pg:info") + app).out),
      ElementsAre("=== DATABASE_URL", "Plan: Standard 0", "Status: Available", StartsWith("Data Size: "), "Tables: 1",
                  StartsWith("PG Version: 15."), StartsWith("Connections: "), "Connection Pooling: Available",
                  "Credentials: 1", "Fork/Follow: Available", StartsWith("Rollback: earliest from 20"),
                  StartsWith("Created: 20"), "Region: us", "Data Encryption: In Use", "Continuous Protection: On",
                  "Maintenance: not required", StartsWith("Maintenance window: "), "Add-on: looking-simply-2449"));
  // Attachment with and without _URL, add-on name, another app's: all the same database.
  for (const char* name : {"DATABASE", "looking-simply-2449", "common-runtime-example::DATABASE_URL"})
    EXPECT_THAT(lines_of(heroku(std::string("pg:info ") + name + app).out), Contains("Add-on: looking-simply-2449"));
  // Said by the resolver of the CLI: rc 1.
  EXPECT_EQ(prose(heroku(std::string("pg:info NOTHING") + app, 1).err),
            "Error: Unknown database: NOTHING. Valid options are: DATABASE");
  EXPECT_EQ(heroku("pg:info --app personal-example").out, "personal-example has no heroku-postgresql databases.\n");

  const Said count = psql("SELECT count(*) FROM customers");
  EXPECT_EQ(count.err, "--> Connecting to looking-simply-2449\n");
  EXPECT_THAT(lines_of(count.out), ElementsAre("count", "-------", "1000", "(1 row)"));
  // Over TLS, as the CLI asks of any host that is not called localhost.
  EXPECT_THAT(lines_of(psql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").out), Contains("t"));
  // psql ends with 1, and so does the CLI (heroku-cli-util, pg/psql.js).
  EXPECT_THAT(prose(psql("SELECT nonsense", 1).err),
              AllOf(HasSubstr("column \"nonsense\" does not exist"), HasSubstr("Error: psql exited with code 1")));
}

TEST_F(PostgresOfTheCli, HasCredentialsAndPools) {
  EXPECT_THAT(lines_of(heroku(std::string("pg:credentials") + app).out),
              IsSupersetOf({"Credential State", "default active", "└─ as DATABASE"}));
  heroku(std::string("pg:credentials:create --name reader") + app);
  heroku("addons:attach looking-simply-2449 --credential reader --app personal-example --as READER");
  EXPECT_THAT(lines_of(heroku(std::string("pg:credentials") + app).out),
              IsSupersetOf({"reader active", "└─ as READER on personal-example app"}));
  const std::vector<std::string> who{"pg:psql", "READER", "--app", "personal-example", "-c", "SELECT current_user"};
  EXPECT_THAT(lines_of(heroku(who).out), Contains("reader"));
  const std::vector<std::string> forbidden{"pg:psql", "READER", "--app", "personal-example", "-c", "TABLE customers"};
  EXPECT_THAT(heroku(forbidden, 1).err, HasSubstr("permission denied for table customers"));

  EXPECT_EQ(heroku(std::string("pg:connection-pooling:attach") + app).err,
            "Enabling Connection Pooling on looking-simply-2449 to common-runtime-example... done\n"
            "Setting DATABASE_CONNECTION_POOL config vars and restarting common-runtime-example... done, v4\n");
  const std::vector<std::string> pooled{"pg:psql", "DATABASE_CONNECTION_POOL",      "--app", "common-runtime-example",
                                        "-c",      "SELECT count(*) FROM customers"};
  EXPECT_THAT(lines_of(heroku(pooled).out), Contains("1000"));
}

TEST_F(PostgresOfTheCli, HasSettings) {
  EXPECT_THAT(lines_of(heroku(std::string("pg:settings") + app).out),
              IsSupersetOf({"=== looking-simply-2449", "log-lock-waits: true", "log-statement: ddl"}));
  EXPECT_THAT(lines_of(heroku(std::string("pg:settings:log-lock-waits DATABASE off") + app).out),
              Contains("log-lock-waits has been set to false for looking-simply-2449."));
  // It prints the words that belong to the value, and crashes where there are none (lib/pg/setter.js).
  EXPECT_THAT(lines_of(heroku(std::string("pg:settings:log-statement DATABASE mod") + app).out),
              ElementsAre("log-statement has been set to mod for looking-simply-2449.", StartsWith("Statements ")));
  heroku(std::string("pg:settings:log-min-duration-statement DATABASE 500") + app);
  EXPECT_THAT(lines_of(heroku(std::string("pg:settings") + app).out),
              IsSupersetOf({"log-lock-waits: false", "log-statement: mod", "log-min-duration-statement: 500"}));
}

TEST_F(PostgresOfTheCli, LosesItsSessionsToKillall) {
  heroku({"pg:psql", "--app", "common-runtime-example", "--command",
          "CREATE TABLE held(n int); INSERT INTO held VALUES (1)"});
  // A session that only somebody else can end.
  Program::Start start;
  start.command = {"/usr/bin/psql", config_var("common-runtime-example", "DATABASE_URL"), "-c", "SELECT pg_sleep(600)"};
  start.folder = data("");
  start.out = data("psql.out");
  start.err = data("psql.err");
  Program session(start);
  const std::string sleeping = "SELECT 'sessions', count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'";
  ASSERT_TRUE(await([&] { return std::ranges::count(lines_of(psql(sleeping).out), "sessions | 1") == 1; }, 20s))
      << file_text(start.err);

  EXPECT_EQ(heroku(std::string("pg:killall") + app).err, "Terminating connections for all credentials... done\n");
  EXPECT_EQ(session.exit_code(20s), std::optional(2)) << "psql says 2 when its connection is gone";
  EXPECT_THAT(file_text(start.err), HasSubstr("terminating connection due to administrator command"));
}

TEST_F(PostgresOfTheCli, IsBackedUp) {
  EXPECT_THAT(lines_of(heroku(std::string("pg:backups") + app).out),
              Contains("No backups. Capture one with heroku pg:backups:capture"));
  const Said captured = heroku(std::string("pg:backups:capture") + app);
  EXPECT_THAT(captured.err, AllOf(HasSubstr("Continuous protection is already enabled for this database."),
                                  HasSubstr("Starting backup of looking-simply-2449... done\n")));
  EXPECT_THAT(captured.err + captured.out, HasSubstr(" to b001... done"));
  EXPECT_THAT(lines_of(heroku(std::string("pg:backups") + app).out), Contains(StartsWith("b001 20")));
  EXPECT_THAT(lines_of(heroku(std::string("pg:backups:info b001") + app).out),
              IsSupersetOf({"=== Backup b001", "Status: Completed", "Type: Manual"}));
}

}  // namespace
}  // namespace changeover::testing
