// How the CLI ends when an answer is bad or does not come, which scripts branch on: heroku-api.md 1.9 (exit codes), 3.4
// (the three kinds of 404) and 4.2; CLI @heroku-cli/command lib/api-client.js, @heroku/http-call lib/http.js.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/conformance/local_heroku.h"

namespace changeover::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* app = " --app common-runtime-example";

class FailuresOfTheCli : public LocalHeroku {
 protected:
  /// From now on, in place of the rules before.
  void answer(const std::string& path, int status, const std::string& type, const std::string& body, int times = 0) {
    emulator().clear_faults();
    emulator().add_fault(json::Object{{"method", "GET"},
                                      {"path", path},
                                      {"times", times},
                                      {"status", status},
                                      {"content_type", type},
                                      {"body", body}});
  }
};

/// A port that is taken and where nobody answers.
class DeadPort {
 public:
  DeadPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  DeadPort(const DeadPort&) = delete;
  DeadPort& operator=(const DeadPort&) = delete;
  ~DeadPort() { ::close(socket_); }
  [[nodiscard]] std::string host() const { return "http://localhost:" + std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
};

TEST_F(FailuresOfTheCli, EndWithOneWhereTheCliGivesUpAndWithTwoWhereTheApiRefuses) {
  const std::string asked = std::string("maintenance") + app;
  const std::string path = "/apps/*";
  answer(path, 403, "application/json", R"({"id":"two_factor","message":"A second factor is required."})");
  EXPECT_THAT(heroku(asked, 1).err, HasSubstr("Error"));  // nobody to ask for it
  answer(path, 403, "application/json", R"({"id":"forbidden","message":"You do not have access to the app."})");
  EXPECT_EQ(prose(heroku(asked, 2).err), "Error: You do not have access to the app. Error ID: forbidden");
  answer(path, 429, "application/json", R"({"id":"rate_limit","message":"Your account reached the API rate limit."})");
  EXPECT_EQ(prose(heroku(asked, 2).err), "Error: Your account reached the API rate limit. Error ID: rate_limit");
  answer(path, 503, "application/json", R"({"id":"service_unavailable","message":"Try again later."})");
  const long long since = emulator().next_request();
  EXPECT_EQ(prose(heroku(asked, 2).err), "Error: Try again later. Error ID: service_unavailable");
  EXPECT_EQ(emulator().requests(since).size(), 1U) << "no status is asked a second time";
  emulator().clear_faults();
  EXPECT_EQ(heroku(asked).out, "off\n");

  cli().set_api_key("another-made-up-token");
  EXPECT_THAT(prose(heroku(asked, 1).err), HasSubstr("The token provided to HEROKU_API_KEY is invalid."));
}

TEST_F(FailuresOfTheCli, EndWithOneWhenNobodyAnswers) {
  const DeadPort nobody;
  cli().set_host(nobody.host());
  EXPECT_THAT(heroku(std::string("maintenance") + app, 1).err, HasSubstr("ECONNREFUSED"));
}

TEST_F(FailuresOfTheCli, RepeatAPostWhoseAnswerWasLost) {
  // The emulator does what it is asked, and the connection is gone before the answer: a second database.
  emulator().add_fault(
      json::Object{{"method", "POST"}, {"path", "/apps/*/addons"}, {"when", "after"}, {"reset", true}});
  heroku(std::string("addons:create heroku-postgresql:standard-0") + app);
  EXPECT_EQ(emulator().get("/apps/common-runtime-example/addons").items().size(), 3U);
}

TEST_F(FailuresOfTheCli, DependOnTheBodyOfA404OfTheDataApi) {
  const std::string path = "/client/v11/databases/*/wait_status";
  const std::string wait = std::string("pg:wait DATABASE --wait-interval 1") + app;
  // Nothing in it, or not JSON: not yet there, and asked again.
  answer(path, 404, "", "", 1);
  EXPECT_THAT(heroku(wait).err, HasSubstr("Waiting for database looking-simply-2449... available"));
  answer(path, 404, "text/html", "<h1>Not Found</h1>", 1);
  EXPECT_THAT(heroku(wait).err, HasSubstr("Waiting for database looking-simply-2449... available"));
  // With a message: an error like any other.
  answer(path, 404, "application/json", R"({"id":"not_found","message":"No such database."})");
  EXPECT_EQ(prose(heroku(wait, 2).err), "Error: No such database. Error ID: not_found");
  // Said to be JSON and not: a crash.
  answer(path, 404, "application/json", "<h1>Not Found</h1>");
  EXPECT_THAT(heroku(wait, 1).err, AllOf(HasSubstr("SyntaxError"), Not(HasSubstr("Error ID"))));
  // A database that will never come.
  answer(path, 200, "application/json", R"({"message":"Failed to provision.","waiting?":true,"error?":true})");
  EXPECT_EQ(prose(heroku(wait, 1).err), "Error: Failed to provision.");

  // pg:info takes the empty one for a database that is being made.
  answer("/client/v11/databases/*", 404, "", "");
  const Said info = heroku(std::string("pg:info") + app);
  EXPECT_THAT(prose(info.err), HasSubstr("looking-simply-2449 is not yet provisioned."));
  EXPECT_EQ(info.out, "");
}

}  // namespace
}  // namespace changeover::testing
