#include "http/curl_transport.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/fake_environment.h"
#include "tests/support/raw_server.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;
using testing::RawServer;

struct CurlTransportTest : ::testing::Test {
  SystemClock clock;
  CurlTransport transport;
  EventLoop loop{clock, transport};
  CurlTransportTest() { transport.attach(loop); }

  static HttpRequest request(std::string method, std::string url) {
    HttpRequest made;
    made.method = std::move(method);
    made.url = std::move(url);
    made.timeout = milliseconds{10'000};
    return made;
  }
  Result<HttpResponse> send(HttpRequest made) { return loop.run(transport.send(std::move(made))); }
};

TEST_F(CurlTransportTest, OneConnectionServesRequestAfterRequest) {
  RawServer server([](const std::string&) { return RawServer::answer(200, "{}"); });
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(send(request(i % 2 == 0 ? "GET" : "POST", server.url() + "/x")));
  EXPECT_EQ(server.requests(), 20);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(CurlTransportTest, SaysWhoItIsAndAddsNothingThatWasNotAskedFor) {
  std::string seen;
  RawServer server([&seen](const std::string& text) {
    seen = text;
    return RawServer::answer(200, "{}");
  });
  HttpRequest made = request("PATCH", server.url() + "/a%2Fb/../c?x=1");
  made.body = "{}";
  made.headers = {{"Accept", "application/vnd.heroku+json; version=3"}, {"Content-Type", "application/json"}};
  made.authorization = Secret("Bearer token");
  ASSERT_TRUE(send(std::move(made)));
  EXPECT_EQ(seen.find("PATCH /a%2Fb/../c?x=1 HTTP/1.1\r\n"), 0U) << seen;
  for (const char* line : {"User-Agent: changeover/", "Accept: application/vnd.heroku+json; version=3\r\n",
                           "Content-Type: application/json\r\n", "Authorization: Bearer token\r\n",
                           "Accept-Encoding: gzip\r\n", "Content-Length: 2\r\n"})
    EXPECT_NE(seen.find(line), std::string::npos) << line << seen;
  for (const char* line : {"Cookie", "Expect", "urlencoded"}) EXPECT_EQ(seen.find(line), std::string::npos) << seen;
}

TEST_F(CurlTransportTest, ARequestOnAKeptConnectionThatDiesIsNotSentAgainWhenItChangesSomething) {
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    std::atomic<int> changes{0};
    RawServer server([&changes](const std::string& text) {
      if (text.starts_with("GET")) return RawServer::answer(200, "{}");
      ++changes;
      return std::string();  // the effect, then a reset before any byte of an answer
    });
    ASSERT_TRUE(send(request("GET", server.url() + "/warm")));
    const auto response = send(request(method, server.url() + "/unfollow"));
    ASSERT_FALSE(response);
    EXPECT_EQ(to_string(response.error().code), "outcome_unknown") << response.error().what;
    EXPECT_EQ(changes, 1) << method;
  }
}

TEST_F(CurlTransportTest, AReadOnAKeptConnectionThatDiesIsSentAgain) {
  std::atomic<int> reads{0};
  RawServer server(
      [&reads](const std::string&) { return ++reads == 2 ? std::string() : RawServer::answer(200, "{}"); });
  ASSERT_TRUE(send(request("GET", server.url() + "/a")));
  const auto response = send(request("GET", server.url() + "/b"));
  EXPECT_TRUE(response) << response.error().what;
  EXPECT_EQ(reads, 3);
}

TEST_F(CurlTransportTest, HalfAnAnswerIsALostAnswer) {
  RawServer server([](const std::string& text) {
    return text.starts_with("GET /head") ? std::string("HTTP/1.1 200 OK\r\nContent-Le") : std::string();
  });
  const auto reset = send(request("GET", server.url() + "/reset"));
  ASSERT_FALSE(reset);
  EXPECT_EQ(to_string(reset.error().code), "outcome_unknown");
  HttpRequest half = request("GET", server.url() + "/head");
  half.timeout = milliseconds{50};
  const auto partial = send(std::move(half));
  ASSERT_FALSE(partial);
  EXPECT_EQ(to_string(partial.error().code), "outcome_unknown");
}

TEST_F(CurlTransportTest, WithoutTlsNothingOfTheRequestLeaves) {
  std::string seen;
  RawServer server([&seen](const std::string& text) {
    seen = text;
    return RawServer::answer(200, "{}");
  });
  HttpRequest made = request("POST", "https://127.0.0.1:" + std::to_string(server.port()) + "/x");
  made.timeout = milliseconds{200};  // the server waits for a request and says nothing to a TLS greeting
  made.authorization = Secret("Bearer token");
  const auto response = send(std::move(made));
  ASSERT_FALSE(response);
  EXPECT_EQ(to_string(response.error().code), "unavailable") << response.error().what;
  EXPECT_EQ(seen, "");
}

TEST_F(CurlTransportTest, ATokenTravelsOverPlainHttpToLoopbackOnly) {
  HttpRequest made = request("GET", "http://192.0.2.1/x");
  made.authorization = Secret("Bearer token");
  const auto response = send(std::move(made));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::internal);
  EXPECT_EQ(response.error().what.find("Bearer"), std::string::npos);
}

TEST_F(CurlTransportTest, RefusesHeadersThatWouldBreakTheRequestApart) {
  HttpRequest made = request("GET", "http://127.0.0.1:1/x");
  made.headers = {{"Range", "id ..\r\nX-Evil: 1"}};
  EXPECT_EQ(send(std::move(made)).error().code, ErrorCode::internal);
  EXPECT_EQ(send(request("GET", "file:///etc/passwd")).error().code, ErrorCode::internal);
}

TEST_F(CurlTransportTest, DroppingATaskEndsItsRequestOnTheWire) {
  std::promise<void> arrived;
  RawServer server([&arrived](const std::string& text) {
    if (text.starts_with("GET /ok")) return RawServer::answer(200, "{}");
    arrived.set_value();
    return std::string("HTTP/1.1 200 OK\r\n");  // and never the rest
  });
  std::future<void> gone = server.client_gone();
  Task<Result<HttpResponse>> waiting = transport.send(request("GET", server.url() + "/never"));
  waiting.start();
  std::future<void> there = arrived.get_future();
  while (there.wait_for(milliseconds{0}) != std::future_status::ready) transport.wait(milliseconds{5});
  {
    const Task<Result<HttpResponse>> dropped = std::move(waiting);
  }
  EXPECT_EQ(gone.wait_for(std::chrono::seconds{10}), std::future_status::ready);
  EXPECT_TRUE(send(request("GET", server.url() + "/ok")));
}

TEST_F(CurlTransportTest, WorkPostedByAnotherThreadEndsTheWait) {
  Gate gate(loop);
  std::thread poster([this, &gate] { loop.post([&gate] { gate.open(); }); });
  auto pass = [](Gate& door) -> Task<int> {
    co_await door.passed();
    co_return 1;
  };
  EXPECT_EQ(loop.run(pass(gate)), 1);
  poster.join();
}

TEST_F(CurlTransportTest, SleepersWakeInTime) {
  auto sleeper = [](EventLoop& l) -> Task<int> {
    co_await l.sleep_for(milliseconds{5});
    co_return 1;
  };
  const SteadyTime before = clock.steady_now();
  EXPECT_EQ(loop.run(sleeper(loop)), 1);
  EXPECT_GE(clock.steady_now() - before, milliseconds{5});
}

TEST(CurlOptionsTest, TakeTheCertificatesOfTheEnvironment) {
  testing::FakeEnvironment environment;
  environment.variables = {{"SSL_CERT_FILE", "/etc/ours.pem"}, {"SSL_CERT_DIR", "/etc/certs"}};
  EXPECT_EQ(CurlOptions::from(environment).ca_file, "/etc/ours.pem");
  EXPECT_EQ(CurlOptions::from(environment).ca_folder, "/etc/certs");
  EXPECT_EQ(CurlOptions::from(testing::FakeEnvironment{}).ca_file, "");
}

}  // namespace
}  // namespace changeover
