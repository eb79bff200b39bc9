#include "providers/heroku/hosts.h"

#include <gtest/gtest.h>

#include "tests/support/fake_environment.h"

namespace changeover::heroku {
namespace {

Result<Hosts> hosts(std::map<std::string, std::string> variables) {
  testing::FakeEnvironment environment;
  environment.variables = std::move(variables);
  return find_hosts(environment);
}

struct Row {
  const char* host;       ///< HEROKU_HOST, "" unset
  const char* data_host;  ///< HEROKU_DATA_HOST, "" unset
  const char* platform;
  const char* data;
  const char* machine;
};

TEST(Hosts, FollowTheTableOfTheCli) {
  const std::vector<Row> rows{
      {"", "", "https://api.heroku.com", "https://api.data.heroku.com", "api.heroku.com"},
      {"", "x.example", "https://api.heroku.com", "https://x.example", "api.heroku.com"},
      {"http://localhost:18980", "localhost", "http://localhost:18980", "http://localhost:18980", "localhost:18980"},
      {"http://localhost:18980/", "127.0.0.1", "http://localhost:18980", "http://127.0.0.1:18980", "localhost:18980"},
      {"http://127.0.0.9:80", "::1", "http://127.0.0.9:80", "http://[::1]:80", "127.0.0.9:80"},
      {"http://[::1]:81", "localhost", "http://[::1]:81", "http://localhost:81", "[::1]:81"},
      {"localhost", "", "https://api.localhost", "https://api.data.heroku.com", "api.localhost"},
      {"Staging.HerokuDev.com", "", "https://api.staging.herokudev.com", "https://api.data.heroku.com",
       "api.staging.herokudev.com"},
      {"https://api.herokai.com:8443", "data.herokai.com", "https://api.herokai.com:8443",
       "https://data.herokai.com:8443", "api.herokai.com:8443"},
  };
  for (const Row& row : rows) {
    const auto found = hosts({{"HEROKU_HOST", row.host}, {"HEROKU_DATA_HOST", row.data_host}});
    ASSERT_TRUE(found) << row.host << " " << found.error().what;
    EXPECT_EQ(found->platform, row.platform);
    EXPECT_EQ(found->data, row.data);
    EXPECT_EQ(found->netrc_machine, row.machine);
  }
}

TEST(Hosts, TakeTheOlderNameOfTheDataHostWhenTheNewerIsUnset) {
  EXPECT_EQ(hosts({{"HEROKU_POSTGRESQL_HOST", "old.example"}})->data, "https://old.example");
  EXPECT_EQ(hosts({{"HEROKU_POSTGRESQL_HOST", "old.example"}, {"HEROKU_DATA_HOST", "new.example"}})->data,
            "https://new.example");
}

TEST(Hosts, RefuseAPlatformHostThatMayNotHaveTheToken) {
  for (const char* host : {"evil.example", "notheroku.com", "heroku.com.evil.example", "localhost.evil.example",
                           "http://127.0.0.1.evil.example", "http://api.heroku.com", "https://evil.example",
                           "https://user:pass@api.heroku.com", "https://api.heroku.com/path",
                           "https://api.heroku.com:99999", "https://api.heroku.com:", "ftp://api.heroku.com",
                           "http://foo.localhost:80", "api heroku.com", "http://[::1", "http://127.0.0.256:1"}) {
    const auto found = hosts({{"HEROKU_HOST", host}, {"HEROKU_DATA_HOST", "localhost"}});
    ASSERT_FALSE(found) << host;
    EXPECT_EQ(found.error().code, ErrorCode::invalid_spec);
    EXPECT_NE(found.error().what.find("HEROKU_HOST"), std::string::npos);
    EXPECT_FALSE(found.error().advice.empty());
    EXPECT_EQ(found.error().what.find("pass@"), std::string::npos);
  }
}

TEST(Hosts, RefusePlainHttpToADataHostThatIsNotLoopback) {
  for (const char* data : {"", "x.example", "localhost.evil.example"}) {
    const auto found = hosts({{"HEROKU_HOST", "http://localhost:18980"}, {"HEROKU_DATA_HOST", data}});
    ASSERT_FALSE(found) << data;
    EXPECT_NE(found.error().advice.find("HEROKU_DATA_HOST=localhost"), std::string::npos);
  }
}

TEST(Hosts, RefuseADataHostWithSchemeOrPort) {
  for (const char* data : {"localhost:5000", "https://x.example", "x.example/path", "user@x.example"}) {
    const auto found = hosts({{"HEROKU_DATA_HOST", data}});
    ASSERT_FALSE(found) << data;
    EXPECT_NE(found.error().what.find("bare host name"), std::string::npos);
  }
}

}  // namespace
}  // namespace changeover::heroku
