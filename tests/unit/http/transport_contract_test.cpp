// What every Transport keeps (http/transport.h), asked of curl against a server and of the tests' own fake.
#include <gtest/gtest.h>
#include <httplib.h>

#include <memory>
#include <thread>

#include "http/curl_transport.h"
#include "tests/support/fake_transport.h"
#include "tests/support/raw_server.h"
#include "tests/support/virtual_time.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;

/// The fake, on virtual time.
class FakeWorld {
 public:
  FakeWorld() { fake_.max_answer_bytes = 1024 * 1024; }
  Transport& transport() { return fake_; }
  EventLoop& loop() { return loop_; }
  [[nodiscard]] static std::string base() { return "https://api.heroku.com"; }
  [[nodiscard]] static std::string nobody() { return "https://api.heroku.com/nobody"; }
  void arrange() {
    fake_.on("GET /ok", {200, "hello", {{"x-mixed-case", "Yes"}}}, true);
    fake_.on("POST /echo", {201, "given"}).on("PUT /empty", {200, ""}).on("DELETE /thing", {204, ""});
    fake_.on("GET /missing", {404, "gone"}).on("GET /broken", {503, "<html>"}).on("GET /moved", {302, ""});
    fake_.on("GET /big", {200, std::string(1024 * 1024 + 1, 'x')});
    fake_.on("GET /slow", {.takes = milliseconds{3'600'000}}, true);
    fake_.on("POST /lost", testing::lost());
    fake_.on("GET /nobody", testing::unreachable());
  }

 private:
  testing::VirtualTime time_;
  EventLoop loop_{time_, time_};
  testing::FakeTransport fake_{loop_};
};

/// curl against cpp-httplib on loopback.
class CurlWorld {
 public:
  CurlWorld() {
    curl_->attach(loop_);
    // A port that nobody listens on: one that was just given back.
    nobody_ = testing::RawServer([](const std::string&) { return std::string(); }).url();
  }
  CurlWorld(const CurlWorld&) = delete;
  CurlWorld& operator=(const CurlWorld&) = delete;
  ~CurlWorld() {
    released_.set_value();
    curl_.reset();  // the server's threads stay with a kept connection for seconds
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }
  Transport& transport() { return *curl_; }
  EventLoop& loop() { return loop_; }
  [[nodiscard]] std::string base() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string nobody() const { return nobody_ + "/nobody"; }
  void arrange() {
    using httplib::Request;
    using httplib::Response;
    server_.Get("/ok", [](const Request&, Response& response) {
      response.set_header("X-Mixed-Case", "Yes");
      response.set_content("hello", "text/plain");
    });
    server_.Post("/echo", [](const Request& request, Response& response) {
      response.status = request.get_header_value("Content-Type") == "application/json" ? 201 : 400;
      response.set_content(request.body, "text/plain");
    });
    server_.Put("/empty", [](const Request& request, Response& response) {
      // heroku-api.md 1.3: a PUT without a body says so and has no type.
      response.status =
          request.get_header_value("Content-Length") == "0" && !request.has_header("Content-Type") ? 200 : 400;
    });
    server_.Delete("/thing", [](const Request&, Response& response) { response.status = 204; });
    const auto status = [](int code) { return [code](const Request&, Response& response) { response.status = code; }; };
    server_.Get("/missing", status(404));
    server_.Get("/broken", status(503));
    server_.Get("/moved", [](const Request&, Response& response) { response.set_redirect("/ok"); });
    server_.Get("/big", [](const Request&, Response& response) {
      response.set_content(std::string(1024 * 1024 + 1, 'x'), "text/plain");
    });
    server_.Get("/slow", [this](const Request&, Response&) { released_future_.wait(); });
    server_.Post("/lost", [](const Request&, Response& response) {
      response.set_content_provider(10, "text/plain",
                                    [](std::size_t, std::size_t, httplib::DataSink&) { return false; });
    });
    server_.set_tcp_nodelay(true);
    // A connection holds a thread of this server for as long as it is kept.
    server_.new_task_queue = [] { return new httplib::ThreadPool(most_connections); };
    int listener = -1;
    server_.set_socket_options([&listener](int socket) { listener = socket; });
    port_ = server_.bind_to_any_port("127.0.0.1");
    // The library's own queue holds five: the sixth connection at once would be dropped and come back a second later.
    ::listen(listener, 64);
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }

 private:
  static constexpr std::size_t most_connections = 40;
  static CurlOptions options() {
    CurlOptions options;
    options.max_answer_bytes = 1024 * 1024;
    return options;
  }
  SystemClock clock_;
  std::unique_ptr<CurlTransport> curl_ = std::make_unique<CurlTransport>(options());
  EventLoop loop_{clock_, *curl_};
  std::string nobody_;
  std::promise<void> released_;
  std::shared_future<void> released_future_{released_.get_future().share()};
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

template <class World>
struct TransportContract : ::testing::Test {
  World world;
  void SetUp() override { world.arrange(); }

  HttpRequest request(std::string method, const std::string& path) {
    HttpRequest made;
    made.method = std::move(method);
    made.url = path.find("://") == std::string::npos ? world.base() + path : path;
    made.timeout = milliseconds{10'000};
    return made;
  }
  Result<HttpResponse> send(HttpRequest made) { return world.loop().run(world.transport().send(std::move(made))); }
};

using Worlds = ::testing::Types<FakeWorld, CurlWorld>;
TYPED_TEST_SUITE(TransportContract, Worlds);

TYPED_TEST(TransportContract, GivesStatusBodyAndLowerCaseHeaders) {
  const auto response = this->send(this->request("GET", "/ok"));
  ASSERT_TRUE(response) << response.error().what;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(response->header("x-mixed-case"), "Yes");
  EXPECT_EQ(response->header("absent"), "");
}

TYPED_TEST(TransportContract, SendsBodiesAndNoBodies) {
  HttpRequest post = this->request("POST", "/echo");
  post.headers = {{"Content-Type", "application/json"}};
  post.body = "given";
  const auto created = this->send(std::move(post));
  ASSERT_TRUE(created) << created.error().what;
  EXPECT_EQ(created->status, 201);
  EXPECT_EQ(created->body, "given");
  EXPECT_EQ(this->send(this->request("PUT", "/empty"))->status, 200);
  EXPECT_EQ(this->send(this->request("DELETE", "/thing"))->status, 204);
}

TYPED_TEST(TransportContract, AnyStatusIsAResponse) {
  EXPECT_EQ(this->send(this->request("GET", "/missing"))->status, 404);
  EXPECT_EQ(this->send(this->request("GET", "/broken"))->status, 503);
  EXPECT_EQ(this->send(this->request("GET", "/moved"))->status, 302) << "redirects are not followed";
}

TYPED_TEST(TransportContract, ALostAnswerLeavesTheOutcomeUnknown) {
  HttpRequest post = this->request("POST", "/lost");
  post.body = "{}";
  const auto response = this->send(std::move(post));
  ASSERT_FALSE(response);
  EXPECT_EQ(to_string(response.error().code), "outcome_unknown");
}

TYPED_TEST(TransportContract, NobodyThereIsUnavailable) {
  const auto response = this->send(this->request("GET", this->world.nobody()));
  ASSERT_FALSE(response);
  EXPECT_EQ(to_string(response.error().code), "unavailable") << response.error().what;
}

TYPED_TEST(TransportContract, AnAnswerThatIsTooLateLeavesTheOutcomeUnknown) {
  HttpRequest slow = this->request("GET", "/slow");
  slow.timeout = milliseconds{30};
  const auto response = this->send(std::move(slow));
  ASSERT_FALSE(response);
  EXPECT_EQ(to_string(response.error().code), "outcome_unknown") << response.error().what;
}

TYPED_TEST(TransportContract, AnAnswerBeyondTheBoundIsCorrupt) {
  const auto response = this->send(this->request("GET", "/big"));
  ASSERT_FALSE(response);
  EXPECT_EQ(to_string(response.error().code), "corrupt");
}

TYPED_TEST(TransportContract, ManyAtOnceEachGetTheirOwn) {
  std::vector<Task<Result<HttpResponse>>> all;
  for (int i = 0; i < 40; ++i) all.push_back(this->world.transport().send(this->request("GET", "/ok")));
  const auto responses = this->world.loop().run(all_of(std::move(all)));
  for (const auto& response : responses) {
    ASSERT_TRUE(response) << response.error().what;
    EXPECT_EQ(response->body, "hello");
  }
}

TYPED_TEST(TransportContract, ADroppedTaskIsForgottenAndTheNextWorks) {
  {
    Task<Result<HttpResponse>> dropped = this->world.transport().send(this->request("GET", "/slow"));
    dropped.start();
    EXPECT_EQ(this->send(this->request("GET", "/ok"))->status, 200);
    EXPECT_FALSE(dropped.done());
  }
  EXPECT_EQ(this->send(this->request("GET", "/ok"))->status, 200);
}

}  // namespace
}  // namespace changeover
