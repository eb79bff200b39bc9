// The commands around an apply, as a person meets them: status, report, doctor, and a rehearsal.
#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>

#include "core/text.h"
#include "tests/e2e/expectations.h"
#include "tests/support/schema_file.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

json::Value document(const Finished& finished, const std::string& schema) {
  const auto value = json::parse(finished.out);
  if (!value) {
    ADD_FAILURE() << finished.out << finished.err;
    return {};
  }
  EXPECT_EQ(violation_of(schema, *value), "") << finished.out;
  return *value;
}

json::Value only(const json::Value& document) {
  const auto& migrations = document["migrations"].items();
  return migrations.empty() ? json::Value() : migrations.front();
}

std::vector<int> rows_of(const json::Value& diagnosis, std::string_view list) {
  std::vector<int> rows;
  for (const json::Value& one : diagnosis[list].items()) rows.push_back(static_cast<int>(one["row"].as_integer()));
  return rows;
}

TEST(Commands, TellWhereAMigrationStandsBeforeAndAfter) {
  Sandbox sandbox;
  const long long since = sandbox.emulator().next_request();
  json::Value before = only(document(sandbox.run({"status", "spec.yaml", "--json"}), "status.schema.json"));
  EXPECT_EQ(before["phase"].as_string(), "absent");
  EXPECT_EQ(before["next"]["command"].as_string(), "changeover apply spec.yaml");
  const Finished doctor = sandbox.run({"doctor", "spec.yaml"});
  expect_done(doctor);
  EXPECT_THAT(doctor.out, HasSubstr("looking-simply-2449 is reached by SQL over TLS"));
  EXPECT_THAT(doctor.out, HasSubstr("the token is from HEROKU_API_KEY"));
  const Finished masked = sandbox.run({"doctor", "spec.yaml", "--anonymous", "--json"});
  expect_done(masked);
  EXPECT_THAT(rows_of(document(masked, "doctor.schema.json"), "answered"), IsSupersetOf({1, 6, 19, 32}));
  for (const char* name : {source_app, target_app, source_addon}) EXPECT_THAT(masked.out, Not(HasSubstr(name)));
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty());

  expect_done(sandbox.apply());
  json::Value after = only(document(sandbox.run({"status", "spec.yaml", "--json"}), "status.schema.json"));
  EXPECT_EQ(after["phase"].as_string(), "live");
  EXPECT_FALSE(after.has("lock"));
  EXPECT_EQ(after["old_database"]["writes"].as_string(), "none") << after.dump();
  const json::Value examined = document(sandbox.run({"doctor", "spec.yaml", "--json"}), "doctor.schema.json");
  std::vector<int> rows = rows_of(examined, "answered");
  EXPECT_THAT(rows, IsSupersetOf({10, 29})) << "the copy stands alone now";
  std::ranges::copy(rows_of(examined, "unanswered"), std::back_inserter(rows));
  EXPECT_THAT(rows, SizeIs(35)) << "each row of the dossier is answered, or it is said why not";
  const json::Value report = document(sandbox.run({"report", "spec.yaml", "--json"}), "report.schema.json");
  EXPECT_EQ(report["totals"]["downtimes"].as_integer(), 1);
  const json::Value run = only(report)["runs"].items().at(0);
  EXPECT_EQ(run["outcome"].as_string(), "live");
  EXPECT_GT(run["requests"].as_integer(), 10);
  EXPECT_LE(run["downtime_own_ms"].as_integer(), run["downtime_ms"].as_integer());
  EXPECT_GT(run["downtime_expected"]["to_seconds"].as_integer(), 0);
  EXPECT_GT(run["preparation_ms"].as_integer(), 0);
  EXPECT_GT(run["source_bytes"].as_integer(), 0);
}

/// Each fact that an explanation rests on, by its name.
std::map<std::string, json::Value> facts_of(const Finished& explained) {
  expect_done(explained);
  std::map<std::string, json::Value> facts;
  const auto document = json::parse(explained.out);
  if (!document) {
    ADD_FAILURE() << explained.out;
    return facts;
  }
  EXPECT_EQ(violation_of("explanation.schema.json", *document), "");
  for (const json::Value& explanation : (*document)["explanations"].items())
    for (const json::Value& fact : explanation["facts"].items()) facts[fact["what"].as_string()] = fact;
  return facts;
}

TEST(Explain, NamesTheCallThatToldEachFactAndWhen) {
  Sandbox sandbox;
  const auto began = SystemClock().wall_now() - 1s;
  auto facts = facts_of(sandbox.run({"plan", "spec.yaml", "--explain", "follower.create", "--json"}));
  const auto from = [&](const std::string& what) { return facts[what]["from"].as_string(); };
  EXPECT_EQ(from("the copy"), "GET /addons");
  EXPECT_EQ(from("the plan heroku-postgresql:private-4"), "GET /addon-services/heroku-postgresql/plans");
  EXPECT_EQ(from("the formation of common-runtime-example"), "GET /apps/common-runtime-example/formation");
  EXPECT_THAT(from("the database looking-simply-2449"), StartsWith("GET /client/v11/databases/"));
  EXPECT_EQ(from("the record"), "the state");
  for (const auto& [what, fact] : facts) {
    const auto at = parse_time(fact["read_at"].as_string());
    EXPECT_EQ(fact["from"].is_string(), at.has_value()) << what;
    EXPECT_TRUE(!at || *at >= began) << what;
  }
  facts = facts_of(sandbox.run({"plan", "spec.yaml", "--explain", "leader.fence", "--json"}));
  EXPECT_THAT(from("SQL on looking-simply-2449"), StartsWith("SQL"));
}

/// Whatever stands in the plan is explained, and no fact of it is told as read without its call.
TEST(Explain, EverythingThatAPlanHolds) {
  Sandbox sandbox;
  const Finished planned = sandbox.run({"plan", "spec.yaml", "--json"});
  expect_done(planned);
  const json::Value plan = only(*json::parse(planned.out));
  std::set<std::string> asked;
  for (const char* list : {"actions", "blockers", "warnings", "manual", "unknowns"})
    for (const json::Value& one : plan[list].items())
      asked.insert(one[std::string_view(list) == "actions" ? "kind" : "id"].as_string());
  EXPECT_GT(asked.size(), 15U);
  for (const std::string& id : asked)
    for (const auto& [what, fact] : facts_of(sandbox.run({"plan", "spec.yaml", "--explain", id, "--json"}))) {
      const std::string& value = fact["value"].as_string();
      EXPECT_TRUE(value.starts_with("not ") || fact["from"].is_string()) << id << ": " << what << ": " << value;
    }
}

TEST(Doctor, SaysWhatIsWrongAndWhatToDo) {
  Sandbox sandbox;
  sandbox.set_environment("HEROKU_API_KEY", "00000000-0000-0000-0000-000000000000");
  const Finished refused = sandbox.run({"doctor"});
  expect_done(refused, 1);
  EXPECT_THAT(refused.out, HasSubstr("the token of HEROKU_API_KEY is refused"));
  sandbox.set_environment("HEROKU_HOST", "http://localhost:1");
  const Finished unreached = sandbox.run({"doctor"});
  expect_done(unreached, 1);
  EXPECT_THAT(unreached.out, HasSubstr("Platform API: http://localhost:1 is not reached"));
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    const std::string stat = file_text(entry.path().string() + "/stat");
    const std::size_t name_ends = stat.rfind(") ");
    if (name_ends == std::string::npos) continue;
    if (std::atoi(stat.c_str() + name_ends + 4) == parent) found.push_back(pid);
  }
  return found;
}

bool runs(pid_t pid) {
  const std::string stat = file_text("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_ends = stat.rfind(") ");
  return name_ends != std::string::npos && stat[name_ends + 2] != 'Z';
}

TEST(Simulate, RehearsesTheWholeMigrationAndTouchesNothing) {
  Sandbox sandbox;
  sandbox.set_environment("TMPDIR", sandbox.path("home"));
  const long long since = sandbox.emulator().next_request();
  const Finished rehearsed = sandbox.run({"simulate", "spec.yaml"});
  expect_done(rehearsed);
  EXPECT_THAT(rehearsed.out, HasSubstr("downtime  "));
  EXPECT_THAT(rehearsed.out, HasSubstr(", lost 0"));
  EXPECT_THAT(changing_requests(sandbox, since), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(sandbox.path("spec.state.json"))) << "the real record is not touched";
  EXPECT_TRUE(std::filesystem::is_empty(sandbox.path("home"))) << "its folder goes with it";
}

TEST(Simulate, NothingOutlivesAKill) {
  Sandbox sandbox;
  sandbox.set_environment("TMPDIR", sandbox.path("home"));
  const auto tool = sandbox.start({"simulate", "spec.yaml"});
  std::vector<pid_t> emulator;
  ASSERT_TRUE(await([&] { return !(emulator = children_of(tool->program.pid())).empty(); }, 30s));
  tool->program.kill();
  EXPECT_TRUE(await([&] { return !runs(emulator.front()); }, 30s));
  std::filesystem::remove_all(sandbox.path("home"));
}

}  // namespace
}  // namespace changeover::testing
