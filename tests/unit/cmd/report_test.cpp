// `changeover report`: the history of the record in three forms, without a question to Heroku.
#include "cmd/view/report.h"

#include "core/text.h"
#include "json/value.h"
#include "tests/support/sample_record.h"
#include "tests/support/schema_file.h"
#include "tests/unit/cmd/commands_fixture.h"

namespace changeover {
namespace {

using testing::CommandsTest;

struct ReportTest : CommandsTest {
  ReportTest() { script.recorded = testing::full_record(); }
  std::string shown(Format format) {
    EXPECT_EQ(run(ReportCommand{"orders.yaml", format}), ExitCode::done) << err.str();
    return out.str();
  }
};

TEST_F(ReportTest, TellsEachRunAndWhoseTimeTheDowntimeWas) {
  EXPECT_EQ(shown(Format::text),
            "orders: live since 2026-11-22T10:05:00.125Z\n"
            "  from looking-simply-2449 to orders-private\n"
            "  2026-11-20T10:00:00Z  prepared\n"
            "  2026-11-22T10:00:05Z  live\n"
            "    downtime  4.2 s: 4.1 s of Heroku, PostgreSQL and the app, 37 ms of changeover (0.9 %)\n"
            "    predicted downtime as expected, 3 s to 3 min 20 s; the copy kept up after 9 min, shorter than\n"
            "              expected, 10 min to 40 min\n"
            "    run       31 requests, 54 polls, 5.0 s in all\n"
            "\n"
            "accounts: not in the spec any more\n"
            "  no run has done anything yet\n"
            "\n"
            "2 migrations, 1 live; 2 runs; downtime of 1 cutover: 4.2 s, of it 37 ms changeover's own; 1 of 1\n"
            "prediction held\n");
  EXPECT_EQ(script.reach, Reach::state) << "no credentials are needed";
}

TEST_F(ReportTest, MarkdownIsATableForEachMigration) {
  const std::string text = shown(Format::markdown);
  EXPECT_NE(text.find("### `orders`: live since"), std::string::npos) << text;
  EXPECT_NE(text.find("| 2026-11-22T10:00:05Z | live | 4.2 s: "), std::string::npos) << text;
  EXPECT_NE(text.find(" | 31 requests, 54 polls | 5.0 s |"), std::string::npos) << text;
  EXPECT_NE(text.find(" | downtime as expected, 3 s to 3 min 20 s; the copy kept up"), std::string::npos) << text;
}

TEST_F(ReportTest, MarkdownOfALongHistoryFoldsAndSaysSo) {
  Report report;
  for (int i = 0; i < 5'000; ++i) {
    MigrationReport& one = report.migrations.emplace_back();
    one.name = "migration-" + std::to_string(i);
    one.runs.resize(3);
  }
  const std::string text = report_as_markdown(report);
  EXPECT_LE(text.size(), 65'536U);
  EXPECT_NE(text.find("`--format json` has them all"), std::string::npos);
  EXPECT_NE(text.find(" more\n"), std::string::npos);
}

TEST_F(ReportTest, JsonIsAsItsSchemaSays) {
  const auto document = json::parse(shown(Format::json));
  ASSERT_TRUE(document);
  EXPECT_EQ(testing::violation_of("report.schema.json", *document), "");
  EXPECT_EQ((*document)["totals"]["downtime_own_ms"].as_integer(), 37);
  EXPECT_EQ((*document)["totals"]["as_predicted"].as_integer(), 1);
  const json::Value& moved = (*document)["migrations"].items().at(0)["runs"].items().at(1);
  EXPECT_EQ(moved["downtime_expected"]["to_seconds"].as_integer(), 200);
  EXPECT_EQ(moved["preparation_ms"].as_integer(), 540'000);
  EXPECT_EQ((*document)["migrations"].items().at(0)["runs"].items().at(1)["requests"].as_integer(), 31);
}

TEST_F(ReportTest, AnApplyLeavesWhatTheReportTells) {
  script.recorded = {};
  script.done_already = false;
  ApplyCommand apply = apply_command();
  ASSERT_EQ(run(apply), ExitCode::done) << err.str();
  out.str("");
  EXPECT_NE(shown(Format::text).find("stage replicating is reached"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("31 requests, 54 polls"), std::string::npos) << out.str();
}

}  // namespace
}  // namespace changeover
