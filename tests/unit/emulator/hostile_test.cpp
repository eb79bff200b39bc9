// Peers that mean harm, or know no better, on a real socket: an answer or an end, in bounded time and space, and the
// next client is served as if nothing had been.
#include <sys/resource.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "emulator/http_server.h"
#include "tests/support/raw_client.h"
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

const std::string headers =
    "Host: x\r\nAccept: application/vnd.heroku+json; version=3\r\nAuthorization: Bearer test-token\r\n";

std::string get(const std::string& path, const std::string& more = {}) {
  return "GET " + path + " HTTP/1.1\r\n" + headers + more + "\r\n";
}
std::string patch(const std::string& body) {
  return "PATCH /apps/orders HTTP/1.1\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

struct Besieged {
  explicit Besieged(emulator::ListenerLimits limits = {}) {
    emulator::ServerOptions options;
    options.limits = limits;
    server = emulator::HttpServer::start(model, clock, options).value();
  }
  RawClient client() { return RawClient(server->port()); }
  /// The status of one request, on a connection of its own.
  std::string ask(const std::string& bytes) {
    RawClient one = client();
    one.send(bytes);
    return one.status();
  }
  bool well() { return ask(get("/apps")) == "200"; }

  SystemClock clock;
  SeededRandom random{7};
  FakeDatabases databases{clock};
  FakeProcesses processes{clock};
  FakeTransfers transfers{clock};
  emulator::Model model{Harness::read(small_world), clock, random, {databases, transfers, processes}};
  std::unique_ptr<emulator::HttpServer> server;
};

TEST(Hostile, MalformedBodies) {
  Besieged heroku;
  for (const std::string& body :
       {std::string("{"), std::string("{\"a\":}"), std::string("[]"), std::string("7"), std::string("\"text\""),
        std::string("{\"maintenance\":true}garbage"), std::string("\xff\xfe"), std::string("{\"a\":\"\xff\"}"),
        std::string("{\"a\":\"\\ud800\"}"), std::string(200'000, '['), std::string(200'000, '{'),
        "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}"})
    EXPECT_EQ(heroku.ask(patch(body)), "400") << body.substr(0, 40);
  EXPECT_EQ(heroku.ask(patch("{\"name\":\"or\\u0000ders\"}")), "422");
  EXPECT_TRUE(heroku.well());
}

TEST(Hostile, HugeBodies) {
  Besieged heroku;
  EXPECT_EQ(heroku.ask(patch(std::string(5U << 20U, ' '))), "413");
  EXPECT_EQ(heroku.ask("PATCH /apps/orders HTTP/1.1\r\n" + headers + "Content-Length: 18446744073709551615\r\n\r\n"),
            "413");
  std::string chunked = "PATCH /apps/orders HTTP/1.1\r\n" + headers + "Transfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 5; ++i) chunked += "100000\r\n" + std::string(1U << 20U, ' ') + "\r\n";
  EXPECT_EQ(heroku.ask(chunked), "413");
  EXPECT_TRUE(heroku.well());
}

TEST(Hostile, HugeHeads) {
  Besieged heroku;
  EXPECT_EQ(heroku.ask(get("/" + std::string(100'000, 'x'))), "431");
  EXPECT_EQ(heroku.ask(get("/apps", "X: " + std::string(100'000, 'x') + "\r\n")), "431");
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(heroku.ask(get("/apps", many)), "431");
  EXPECT_EQ(heroku.ask(std::string(100'000, 'x')), "431") << "no line at all";
  EXPECT_TRUE(heroku.well());
}

TEST(Hostile, WrongMethods) {
  Besieged heroku;
  for (const char* method : {"PUT", "POST", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"})
    EXPECT_EQ(heroku.ask(std::string(method) + " /apps/orders HTTP/1.1\r\n" + headers + "\r\n"), "404") << method;
  EXPECT_TRUE(heroku.well());
}

TEST(Hostile, BadPaths) {
  Besieged heroku;
  for (const char* path :
       {"/apps/%", "/apps/%4", "/apps/%zz", "/apps/%00", "/apps/or%00ders", "/apps/%ff", "/apps/%c0%80",
        "/apps/%ed%a0%80", "/apps/%0d%0aX:%20y", "/client/v11/databases/%00", "/_emulator/%00"})
    EXPECT_EQ(heroku.ask(get(path)), "400") << path;
  for (const char* path : {"/", "//", "/apps//", "/apps/../account", "/apps/%2e%2e", "/apps/orders%2fformation", "/.",
                           "/?", "/apps/nothing%20here", "/apps/%e2%82%ac"})
    EXPECT_THAT((std::vector<std::string>{"404", "200"}), ::testing::Contains(heroku.ask(get(path)))) << path;
  EXPECT_EQ(heroku.ask("GET /a\tb HTTP/1.1\r\n" + headers + "\r\n"), "400");
  EXPECT_EQ(heroku.ask(std::string("GET /\0 HTTP/1.1\r\n\r\n", 20)), "400");
  EXPECT_TRUE(heroku.well());
}

TEST(Hostile, Pipelining) {
  Besieged heroku;
  RawClient client = heroku.client();
  std::string all;
  for (int i = 0; i < 200; ++i) all += get("/account/rate-limits") + patch("{\"maintenance\":true}");
  client.send(all + get("/apps", "Connection: close\r\n") + get("/never"));
  for (int i = 0; i < 401; ++i) ASSERT_EQ(client.status(), "200") << i;
  EXPECT_TRUE(client.ends());
  EXPECT_EQ(client.heard(), "") << "nothing behind the close";
}

TEST(Hostile, APipelineThatIsNeverReadEnds) {
  emulator::ListenerLimits limits;
  limits.patience.write = milliseconds(50);
  Besieged heroku(limits);
  RawClient client = heroku.client();
  const std::string one = get("/addon-services/heroku-postgresql/plans");
  // Answers pile up until nobody takes them any more; then the server gives up, and so does our send.
  bool taken = true;
  for (int i = 0; taken && i < 1'000'000; ++i) taken = client.send(one);
  EXPECT_FALSE(taken);
  EXPECT_TRUE(heroku.well());
}

TEST(Hostile, SlowHeadsAndBodies) {
  emulator::ListenerLimits limits;
  limits.patience = {milliseconds(60'000), milliseconds(50), milliseconds(50), milliseconds(60'000)};
  Besieged heroku(limits);
  RawClient head = heroku.client();
  head.send("GET /apps HTTP/1.1\r\nHos");
  RawClient body = heroku.client();
  body.send("PATCH /apps/orders HTTP/1.1\r\n" + headers + "Content-Length: 20\r\n\r\n{\"main");
  RawClient chunk = heroku.client();
  chunk.send("PATCH /apps/orders HTTP/1.1\r\n" + headers + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a");
  for (RawClient* client : {&head, &body, &chunk}) {
    EXPECT_EQ(client->status(), "408");
    EXPECT_TRUE(client->ends());
  }
  EXPECT_TRUE(heroku.well());
}

TEST(Hostile, DrippingBytesDoNotBuyTime) {
  emulator::ListenerLimits limits;
  limits.patience.head = milliseconds(100);
  Besieged heroku(limits);
  RawClient client = heroku.client();
  // One byte whenever the server lets us, each within any patience between bytes: the head as a whole is too slow.
  bool open = true;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  client.send("GET /");
  while (open && std::chrono::steady_clock::now() < until) {
    open = client.send("x");
    std::this_thread::yield();
  }
  EXPECT_FALSE(open) << "still listening after twenty seconds";
  EXPECT_TRUE(heroku.well());
}

TEST(Hostile, SilentConnectionsEndQuietly) {
  emulator::ListenerLimits limits;
  limits.patience.idle = milliseconds(50);
  Besieged heroku(limits);
  RawClient never = heroku.client();
  RawClient once = heroku.client();
  once.send(get("/apps"));
  EXPECT_EQ(once.status(), "200");
  for (RawClient* client : {&never, &once}) {
    EXPECT_TRUE(client->ends());
    EXPECT_EQ(client->heard(), "");
  }
}

TEST(Hostile, HalfOpenConnectionsMakeRoom) {
  emulator::ListenerLimits limits;
  limits.connections = 8;
  Besieged heroku(limits);
  std::vector<std::unique_ptr<RawClient>> crowd;
  for (int i = 0; i < 2'000; ++i) {
    crowd.push_back(std::make_unique<RawClient>(heroku.server->port()));
    ASSERT_TRUE(crowd.back()->connected()) << i;
    if (i % 2 == 0) crowd.back()->send("GET /apps HT");
    const bool served = i % 100 != 0 || heroku.well();
    EXPECT_TRUE(served) << i;
    if (crowd.size() > 200) crowd.erase(crowd.begin());  // of ours: the test has descriptors too
  }
  EXPECT_TRUE(heroku.well());
}

TEST(Hostile, WhenAllAreBusyTheNextIsTold) {
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  bool over = false;
  emulator::ListenerLimits limits;
  limits.connections = 2;
  const auto busy = [&](emulator::Connection& connection) {
    static_cast<void>(connection.read());
    std::unique_lock lock(mutex);
    ++inside;
    changed.notify_all();
    changed.wait(lock, [&] { return over; });
  };
  const auto listener = emulator::Listener::start("127.0.0.1", 0, busy, limits).value();
  RawClient first(listener->port());
  RawClient second(listener->port());
  first.send(get("/apps"));
  second.send(get("/apps"));
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return inside == 2; });
  }
  RawClient third(listener->port());
  EXPECT_EQ(third.status(), "503");
  EXPECT_TRUE(third.ends());
  {
    const std::lock_guard lock(mutex);
    over = true;
  }
  changed.notify_all();
  EXPECT_TRUE(first.ends());
  EXPECT_TRUE(second.ends());
}

TEST(Hostile, OutOfDescriptorsIsNotTheEnd) {
  Besieged heroku;
  EXPECT_TRUE(heroku.well());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  std::vector<std::unique_ptr<RawClient>> crowd;
  const rlimit few{64, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  for (int i = 0; i < 100; ++i) {
    crowd.push_back(std::make_unique<RawClient>(heroku.server->port()));
    if (!crowd.back()->connected()) break;
  }
  crowd.clear();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(heroku.well());
}

TEST(Hostile, TheLogKeepsNoHugePath) {
  Besieged heroku;
  heroku.ask(get("/" + std::string(50'000, 'x')));
  const json::Value log = heroku.server->newest_requests(1);
  EXPECT_LE(log.dump().size(), 3'000U);
  EXPECT_THAT(log.dump(), HasSubstr("xxxx"));
}

}  // namespace
}  // namespace changeover::testing
