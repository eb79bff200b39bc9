// Every route with every kind of body that is not meant for it: an answer of the API's own shape, and nothing breaks.
#include <algorithm>

#include "emulator/model/routes.h"
#include "tests/unit/emulator/example_path.h"
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

/// Values of all types, nested where objects are usual.
const std::vector<std::string>& values() {
  static const std::vector<std::string> list{"null",
                                             "true",
                                             "-1",
                                             "0",
                                             "9223372036854775807",
                                             "-9223372036854775808",
                                             "1e308",
                                             "\"\"",
                                             "\"+9223372036854775807\"",
                                             "\"--5\"",
                                             "\"../../etc\"",
                                             "\"a'b\\\"c;--\"",
                                             "\"\\ud83d\\ude00\"",
                                             "\"" + std::string(5'000, 'A') + "\"",
                                             "[]",
                                             "[null]",
                                             "[[{}]]",
                                             "{}",
                                             "{\"name\":{}}",
                                             "{\"id\":7}",
                                             "{\"follow\":[]}"};
  return list;
}

constexpr std::array<const char*, 36> keys{
    "name",          "addon",      "app",        "plan",       "attachment",
    "config",        "confirm",    "namespace",  "updates",    "quantity",
    "size",          "dyno_size",  "type",       "command",    "env",
    "slug",          "release",    "team",       "space",      "region",
    "maintenance",   "locked",     "enabled",    "force",      "addon_attachment",
    "addon_service", "credential", "forced",     "hour",       "timezone",
    "from_url",      "to_url",     "backup_url", "extensions", "pid",
    "description"};

TEST(HostileBodies, EveryRouteAnswersInItsOwnWay) {
  const std::string world = std::string(small_world) + "attachments: [{app: orders, addon: old-db, as: SPARE}]\n";
  for (const emulator::Route& route : emulator::all_routes()) {
    if (route.method == "GET") continue;
    SCOPED_TRACE(std::string(route.method) + " " + std::string(route.pattern));
    auto heroku = std::make_unique<Harness>(world);
    for (const char* key : keys) {
      for (const std::string& value : values()) {
        const std::string path = example_path(*heroku, route.pattern);
        for (const std::string& body : {"{\"" + std::string(key) + "\":" + value + "}",
                                        "{\"updates\":[{\"type\":\"web\",\"" + std::string(key) + "\":" + value +
                                            "}],\"addon\":\"old-db\",\"app\":"
                                            "\"orders\",\"plan\":\"heroku-postgresql:standard-0\"}"}) {
          const Answer answer = heroku->call(std::string(route.method), path, body);
          EXPECT_LT(answer.status, 500) << path << body.substr(0, 200) << answer.text;
          const bool platform = route.api() == emulator::Route::Api::platform;
          const bool shaped = answer.status < 400 || !platform || answer.body["id"].as_string() != "";
          EXPECT_TRUE(shaped) << body.substr(0, 200) << answer.text;
          if (answer.status >= 300) continue;
          heroku = std::make_unique<Harness>(world);  // it had an effect: begin anew
        }
      }
    }
  }
}

TEST(HostileBodies, EveryListAndObjectSurvivesAnyHeader) {
  Harness heroku(std::string(small_world) + "attachments: [{app: orders, addon: old-db, as: SPARE}]\n");
  for (const emulator::Route& route : emulator::all_routes()) {
    if (route.method != "GET") continue;
    const std::string path = example_path(heroku, route.pattern);
    for (const char* header : {"range", "if-none-match", "if-modified-since", "accept-expansion", "accept-inclusion",
                               "request-id", "authorization", "accept", "heroku-two-factor-code", "host"})
      for (const std::string& value :
           {std::string(","), std::string(";;;"), std::string(".."), std::string("]..["),
            std::string("name ]]..]]; max="), std::string("\xff\xfe"), std::string(20'000, ','),
            std::string(20'000, '['), std::string("Bearer "), std::string("Basic ===="), std::string("Basic \xff"),
            std::string("W/"), std::string("version ..; max=1e9")})
        EXPECT_LT(heroku.get(path, {{header, value}}).status, 500)
            << path << " " << header << ": " << value.substr(0, 40);
  }
}

}  // namespace
}  // namespace changeover::testing
