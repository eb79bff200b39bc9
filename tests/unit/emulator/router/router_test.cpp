// The router through real sockets, before dynos that do what a test says.
#include "emulator/router/router.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include "tests/support/raw_server.h"
#include "tests/support/temporary_folder.h"

namespace changeover::emulator {
namespace {

using namespace std::chrono_literals;
using changeover::testing::RawServer;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = Destination::Kind;

/// A router whose destination the test sets.
class Routed {
 public:
  explicit Routed(RouterOptions options = {}) : router_(start(options)) {}

  void lead_to(Kind kind, const std::vector<int>& ports = {}) {
    const std::lock_guard lock(mutex_);
    destination_ = {kind, "shop", {}};
    for (const int port : ports)
      destination_.dynos.push_back({"web." + std::to_string(destination_.dynos.size() + 1), port});
  }
  Response ask(const std::string& method = "GET", const std::string& target = "/", const std::string& body = {}) {
    const Request request{method, target, {{"host", "shop.localhost"}, {"x-forwarded-proto", "gopher"}}, body};
    DynoExchange exchange = ask_dyno(router_->port(), request, {}, -1);  // the router's own client serves here too
    EXPECT_FALSE(exchange.failure) << static_cast<int>(exchange.failure.value_or(DynoFailure::closed));
    return std::move(exchange.response);
  }
  RoutedRequest last() {
    const std::lock_guard lock(mutex_);
    return log_.empty() ? RoutedRequest{} : log_.back();
  }
  void await_choices(int count) {
    std::unique_lock lock(mutex_);
    chosen_.wait(lock, [&] { return choices_ >= count; });
  }
  void end() { router_.reset(); }
  [[nodiscard]] int port() const { return router_->port(); }

 private:
  std::unique_ptr<Router> start(const RouterOptions& options) {
    auto started = Router::start(options, {[this](const std::string& host) {
                                             const std::lock_guard lock(mutex_);
                                             ++choices_;
                                             chosen_.notify_all();
                                             return host == "shop.localhost" ? destination_ : Destination{};
                                           },
                                           [this](RoutedRequest request) {
                                             const std::lock_guard lock(mutex_);
                                             log_.push_back(std::move(request));
                                           }});
    return std::move(started).value();
  }

  std::mutex mutex_;
  std::condition_variable chosen_;
  int choices_ = 0;
  Destination destination_;
  std::vector<RoutedRequest> log_;
  std::unique_ptr<Router> router_;
};

/// A port that is bound; without backlog nobody listens, with one nobody ever accepts.
class DeafPort {
 public:
  explicit DeafPort(std::optional<int> backlog = {}) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address_;
    auto* generic = reinterpret_cast<sockaddr*>(&address_);
    EXPECT_EQ(::bind(descriptor_, generic, length), 0);
    EXPECT_EQ(::getsockname(descriptor_, generic, &length), 0);
    if (backlog) {
      EXPECT_EQ(::listen(descriptor_, *backlog), 0);
    }
  }
  DeafPort(const DeafPort&) = delete;
  DeafPort& operator=(const DeafPort&) = delete;
  ~DeafPort() {
    for (const int one : waiting_) ::close(one);
    ::close(descriptor_);
  }
  /// Fills its queue, so that the next connection waits.
  void fill() {
    for (int i = 0; i < 4; ++i) {
      waiting_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      static_cast<void>(::connect(waiting_.back(), reinterpret_cast<const sockaddr*>(&address_), sizeof address_));
    }
  }
  [[nodiscard]] int number() const { return ntohs(address_.sin_port); }

 private:
  sockaddr_in address_{};
  int descriptor_;
  std::vector<int> waiting_;
};

TEST(Router, CarriesARequestAndItsAnswer) {
  std::string seen;
  RawServer dyno([&](const std::string& request) {
    seen = request;
    return RawServer::answer(201, "made", "X-Cat: Tom\r\nKeep-Alive: timeout=5\r\n");
  });
  Routed router;
  router.lead_to(Kind::dyno, {dyno.port()});
  const Response response = router.ask("POST", "/carts?a=b", "apples");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "made");
  EXPECT_EQ(response.header("x-cat"), "Tom");
  EXPECT_THAT(seen, ::testing::StartsWith("POST /carts?a=b HTTP/1.1\r\n"));
  EXPECT_THAT(seen, ::testing::EndsWith("\r\n\r\napples"));
  EXPECT_THAT(seen, HasSubstr("host: shop.localhost\r\n"));
  EXPECT_THAT(seen, HasSubstr("x-forwarded-proto: http\r\n"));
  EXPECT_THAT(seen, Not(HasSubstr("gopher")));
  EXPECT_THAT(seen, HasSubstr("x-request-id: "));
  const RoutedRequest logged = router.last();
  EXPECT_EQ(logged.path, "/carts") << "no query";
  EXPECT_EQ(logged.dyno, "web.1");
  EXPECT_EQ(logged.status, 201);
  EXPECT_EQ(logged.bytes, 4U);
  EXPECT_THAT(log_line(logged), HasSubstr("at=info method=POST path=\"/carts\" host=shop.localhost dyno=web.1"));
}

TEST(Router, ShowsThePageThatFits) {
  Routed router;
  struct Case {
    Kind kind;
    int status;
    const char* code;
    const char* text;
  };
  for (const Case& one :
       {Case{Kind::maintenance, 503, "H80", "Offline for Maintenance"},
        Case{Kind::no_web, 503, "H14", "Application error"}, Case{Kind::crashed, 503, "H10", "Application error"},
        Case{Kind::no_proxy, 503, "", "503 Service Unavailable\n"}, Case{Kind::no_app, 404, "", "No such app"}}) {
    router.lead_to(one.kind);
    const Response response = router.ask();
    EXPECT_EQ(response.status, one.status);
    EXPECT_THAT(response.body, HasSubstr(one.text));
    EXPECT_EQ(router.last().code, one.code);
    EXPECT_EQ(router.last().dyno, "");
    EXPECT_THAT(log_line(router.last()),
                HasSubstr(one.kind == Kind::maintenance ? "at=info code=H80 desc=\"Maintenance mode\"" : "at=error"));
  }
  router.lead_to(Kind::no_proxy);
  EXPECT_THAT(router.ask().body, Not(HasSubstr("html"))) << "nobody is there to serve a page";
}

TEST(Router, ADynoThatRefusesLetsTheNextOneTry) {
  RawServer dyno([](const std::string&) { return RawServer::answer(200, "second"); });
  const DeafPort closed;
  Routed router;
  router.lead_to(Kind::dyno, {closed.number(), dyno.port()});
  EXPECT_EQ(router.ask().body, "second");
  EXPECT_EQ(router.last().dyno, "web.2");
  router.lead_to(Kind::dyno, {closed.number()});
  EXPECT_EQ(router.ask().status, 503);
  EXPECT_EQ(router.last().code, "H21");
}

TEST(Router, OneThatMayHaveActedIsTheOnlyOneAsked) {
  RawServer broken([](const std::string&) { return std::string(); });
  RawServer other([](const std::string&) { return RawServer::answer(200, "second"); });
  Routed router;
  router.lead_to(Kind::dyno, {broken.port(), other.port()});
  EXPECT_EQ(router.ask("POST").status, 503);
  EXPECT_EQ(router.last().code, "H13");
  EXPECT_EQ(other.requests(), 0);
}

TEST(Router, ADynoThatDoesNotAnswerTimesOut) {
  std::promise<void> over;
  RawServer slow([&](const std::string&) {
    over.get_future().wait();
    return RawServer::answer(200, "late");
  });
  RouterOptions options;
  options.limits.answer = 50ms;
  Routed router(options);
  router.lead_to(Kind::dyno, {slow.port()});
  EXPECT_EQ(router.ask().status, 503);
  EXPECT_EQ(router.last().code, "H12");
  EXPECT_GE(router.last().service, 50ms);
  over.set_value();
}

TEST(Router, ADynoThatTakesNoConnectionTimesOut) {
  DeafPort full(0);
  full.fill();
  RouterOptions options;
  options.limits.connect = 50ms;
  Routed router(options);
  router.lead_to(Kind::dyno, {full.number()});
  EXPECT_EQ(router.ask().status, 503);
  EXPECT_EQ(router.last().code, "H19");
}

TEST(Router, HalfAnAnswerIsNone) {
  RawServer half([](const std::string&) { return "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"; });
  RawServer noise([](const std::string&) { return "what?\r\n\r\n"; });
  RouterOptions options;
  options.limits.idle = 50ms;
  Routed router(options);
  router.lead_to(Kind::dyno, {half.port()});
  EXPECT_EQ(router.ask().status, 503);
  EXPECT_EQ(router.last().code, "H18");
  router.lead_to(Kind::dyno, {noise.port()});
  EXPECT_EQ(router.ask().status, 503);
  EXPECT_EQ(router.last().code, "H17");
}

TEST(Router, AnAnswerWithoutEndIsCutOff) {
  // A byte whenever somebody looks: never idle, and never done.
  class Dripping {
   public:
    Dripping() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      socklen_t length = sizeof address;
      auto* generic = reinterpret_cast<sockaddr*>(&address);
      EXPECT_TRUE(::bind(listener_, generic, length) == 0 && ::listen(listener_, 1) == 0 &&
                  ::getsockname(listener_, generic, &length) == 0);
      port = ntohs(address.sin_port);
      thread_ = std::thread([this] {
        const int visitor = ::accept(listener_, nullptr, nullptr);
        const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
        static_cast<void>(::send(visitor, head.data(), head.size(), MSG_NOSIGNAL));
        while (::send(visitor, "x", 1, MSG_NOSIGNAL) == 1) ::poll(nullptr, 0, 2);
        ::close(visitor);
      });
    }
    ~Dripping() {
      thread_.join();
      ::close(listener_);
    }
    int port = 0;

   private:
    int listener_;
    std::thread thread_;
  };
  Dripping dyno;
  RouterOptions options;
  options.limits.whole = 60ms;
  Routed router(options);
  router.lead_to(Kind::dyno, {dyno.port});
  EXPECT_EQ(router.ask().status, 503);
  EXPECT_EQ(router.last().code, "H18");
}

TEST(Router, VisitorsWaitWhileTheFirstDynoBoots) {
  RawServer dyno([](const std::string&) { return RawServer::answer(200, "up"); });
  Routed router;
  router.lead_to(Kind::booting);
  auto visit = std::async(std::launch::async, [&] { return router.ask(); });
  router.await_choices(3);
  router.lead_to(Kind::dyno, {dyno.port()});
  EXPECT_EQ(visit.get().body, "up");
  RouterOptions impatient;
  impatient.boot = 40ms;
  Routed other(impatient);
  other.lead_to(Kind::booting);
  EXPECT_EQ(other.ask().status, 503);
  EXPECT_EQ(other.last().code, "H20");
}

TEST(Router, EndsThoughADynoKeepsSilent) {
  std::promise<void> over;
  std::promise<void> asked;
  RawServer silent([&](const std::string&) {
    asked.set_value();
    over.get_future().wait();
    return RawServer::answer(201, "late");
  });
  Routed router;
  router.lead_to(Kind::dyno, {silent.port()});
  const Request request{"GET", "/", {{"host", "shop.localhost"}}, {}};
  auto visit = std::async(std::launch::async,
                          [&, port = router.port()] { return ask_dyno(port, request, {}, -1).response.status; });
  asked.get_future().wait();
  router.end();
  EXPECT_NE(visit.get(), 201);
  over.set_value();
}

TEST(RouterLog, CountsCodesAndKeepsLinesOnOneLine) {
  const changeover::testing::TemporaryFolder folder;
  RouterLog log;
  ASSERT_TRUE(log.open(folder.path() + "/router.log"));
  RoutedRequest request;
  request.method = "GET";
  request.path = "/a\"b\nc";
  request.host = "shop.localhost";
  request.app = "shop";
  request.code = "H80";
  request.description = "Maintenance mode";
  request.status = 503;
  log.add(request);
  log.add(request);
  EXPECT_EQ(log.summary()["requests"].as_integer(), 2);
  EXPECT_EQ(log.summary()["codes"]["H80"].as_integer(), 2);
  EXPECT_EQ(log.summary()["last"]["n"].as_integer(), 1);
  EXPECT_EQ(log.since(1)["requests"].items().size(), 1U);
  EXPECT_EQ(log.since(1)["next"].as_integer(), 2);
  EXPECT_TRUE(log.since(0)["requests"].items()[0]["dyno"].is_null());
  std::ifstream file(folder.path() + "/router.log");
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  EXPECT_THAT(line, HasSubstr("Z heroku[router]: at=info code=H80 desc=\"Maintenance mode\" method=GET path=\"/a?b?c\" "
                              "host=shop.localhost dyno= connect= service= status=503 bytes=0 protocol=http"));
  EXPECT_FALSE(log.open(folder.path() + "/none/router.log"));
}

}  // namespace
}  // namespace changeover::emulator
