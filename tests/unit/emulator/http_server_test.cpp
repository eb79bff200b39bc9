// The surface through a real socket; the client is libcurl, as it is in the tool.
#include "emulator/http_server.h"

#include <curl/curl.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using ::testing::HasSubstr;

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(bytes, size * count);
  return size * count;
}

/// One warm connection to a server.
class Client {
 public:
  explicit Client(int port) : base_("http://127.0.0.1:" + std::to_string(port)), handle_(curl_easy_init()) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { curl_easy_cleanup(handle_); }

  /// `body` absent: none is announced. A status of 0 is a broken connection.
  Answer call(const std::string& method, const std::string& path, const std::optional<std::string>& body = {},
              const std::string& extra = {}) {
    Answer answer;
    std::string headers;
    curl_slist* list = curl_slist_append(nullptr, "Authorization: Bearer test-token");
    list = curl_slist_append(list, "Accept: application/vnd.heroku+json; version=3");
    if (!extra.empty()) list = curl_slist_append(list, extra.c_str());
    curl_easy_reset(handle_);
    curl_easy_setopt(handle_, CURLOPT_URL, (base_ + path).c_str());
    curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(handle_, CURLOPT_NOBODY, method == "HEAD" ? 1L : 0L);
    if (body) {
      curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
      curl_easy_setopt(handle_, CURLOPT_COPYPOSTFIELDS, body->c_str());
    }
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &answer.text);
    curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, append);
    curl_easy_setopt(handle_, CURLOPT_HEADERDATA, &headers);
    curl_easy_setopt(handle_, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT, 20L);
    result_ = curl_easy_perform(handle_);
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &connects_);
    curl_slist_free_all(list);
    answer.status = result_ == CURLE_OK ? static_cast<int>(status) : 0;
    answer.headers.emplace_back("all", headers);
    if (auto parsed = json::parse(answer.text)) answer.body = *parsed;
    return answer;
  }
  [[nodiscard]] CURLcode result() const { return result_; }
  [[nodiscard]] long new_connections() const { return connects_; }

 private:
  std::string base_;
  CURL* handle_;
  CURLcode result_ = CURLE_OK;
  long connects_ = 0;
};

/// The small world on the machine's clock, with engines that need no time.
struct Served {
  explicit Served(emulator::ServerOptions options = {}, std::string_view yaml = small_world)
      : model(Harness::read(yaml), clock, random, {databases, transfers, processes}),
        server(emulator::HttpServer::start(model, clock, options).value()),
        client(server->port()) {}

  SystemClock clock;
  SeededRandom random{7};
  FakeDatabases databases{clock};
  FakeTransfers transfers{clock};
  FakeProcesses processes{clock};
  emulator::Model model;
  std::unique_ptr<emulator::HttpServer> server;
  Client client;
};

TEST(HttpServer, AnswersOnOneWarmConnection) {
  Served heroku;
  EXPECT_EQ(heroku.client.call("GET", "/apps").body.items().size(), 2U);
  EXPECT_EQ(heroku.client.call("PATCH", "/apps/orders", R"({"maintenance":true})").status, 200);
  EXPECT_EQ(heroku.client.new_connections(), 0);
  EXPECT_TRUE(heroku.client.call("GET", "/apps/orders").body["maintenance"].as_bool());
}

TEST(HttpServer, SendsADumpFromItsFile) {
  const TemporaryFolder folder;
  Served heroku({},
                "version: 1\napi_key: test-token\ntiming: {backup: 0s}\napps: {orders: {}}\n"
                "addons: {old-db: {app: orders, plan: standard-0, as: DATABASE}}\n");
  heroku.server->with_model([&](emulator::Model&) { heroku.transfers.folder = folder.path(); });
  const std::string id = heroku.client.call("POST", "/client/v11/databases/old-db/backups").body["uuid"].as_string();
  const std::string bytes = std::string(300'000, 'd') + std::string(1, '\0') + "end";
  std::ofstream(folder.path() + "/" + id + ".dump", std::ios::binary) << bytes;
  const std::string path = "/client/v11/apps/orders/transfers/1/actions/public-url";
  const std::string url = heroku.client.call("POST", path).body["url"].as_string();
  const std::string target = url.substr(url.find("/_dumps"));
  EXPECT_EQ(heroku.client.call("GET", target).text, bytes);
  EXPECT_EQ(heroku.client.call("HEAD", target).status, 200);
  EXPECT_EQ(heroku.client.call("GET", "/apps").status, 200) << "the connection goes on";
  std::filesystem::remove(folder.path() + "/" + id + ".dump");
  EXPECT_EQ(heroku.client.call("GET", target).status, 404);
}

TEST(HttpServer, TakesHerokusRangeHeader) {
  Served heroku;
  const Answer page = heroku.client.call("GET", "/apps/orders/releases", {}, "Range: version ..; max=1, order=desc");
  EXPECT_EQ(page.status, 206);
  EXPECT_THAT(page.header("all"), HasSubstr("next-range: version ..]3; order=desc, max=1"));
}

TEST(HttpServer, TakesBodiesOrNone) {
  Served heroku;
  EXPECT_EQ(heroku.client.call("DELETE", "/apps/orders/dynos").status, 202);
  EXPECT_EQ(heroku.client.call("DELETE", "/apps/orders/dynos", R"({})").status, 202);
  EXPECT_EQ(heroku.client.call("POST", "/client/v11/databases/old-db/connection_reset").status, 200);
  EXPECT_EQ(heroku.client.call("POST", "/client/v11/databases/old-db/connection_reset", "").status, 200);
  EXPECT_EQ(heroku.client.call("PUT", "/client/v11/databases/old-db/unfollow").status, 422);
  EXPECT_EQ(
      heroku.client.call("PATCH", "/apps/orders", R"({"maintenance":false})", "Transfer-Encoding: chunked").status,
      200);
  EXPECT_EQ(heroku.client.call("PATCH", "/apps/orders", "{broken").status, 400);
  const Answer head = heroku.client.call("HEAD", "/apps");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.text, "");
}

TEST(HttpServer, AnEmpty404HasNoBodyAndNoType) {
  Served heroku;
  const Answer unknown = heroku.client.call("GET", "/client/v11/databases/nothing");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.text, "");
  EXPECT_THAT(unknown.header("all"), ::testing::Not(HasSubstr("content-type")));
}

TEST(HttpServer, RefusesLargeBodies) {
  Served heroku;
  EXPECT_EQ(heroku.client.call("PATCH", "/apps/orders", std::string(5U << 20U, 'x')).status, 413);
  EXPECT_EQ(heroku.client.call("GET", "/apps").status, 200);
}

TEST(HttpServer, FaultsComeBeforeOrAfterTheEffect) {
  Served heroku;
  const auto add = [&](const std::string& rule) {
    EXPECT_EQ(heroku.client.call("POST", "/_emulator/faults", rule).status, 201) << rule;
  };
  // Each broken call on a connection of its own: libcurl repeats a request by itself, PATCH and POST too, when a reused
  // connection breaks before the first byte of an answer.
  const std::string on = R"({"maintenance":true})";
  add(R"({"method":"PATCH","path":"/apps/*","nth":1,"when":"before","reset":true})");
  Client first(heroku.server->port());
  EXPECT_EQ(first.call("PATCH", "/apps/orders", on).status, 0);
  EXPECT_EQ(first.result(), CURLE_RECV_ERROR) << "a reset, no orderly end";
  EXPECT_FALSE(heroku.client.call("GET", "/apps/orders").body["maintenance"].as_bool());
  EXPECT_EQ(heroku.client.call("DELETE", "/_emulator/faults").status, 200);

  add(R"({"method":"PATCH","path":"/apps/*","when":"after","reset":true})");
  EXPECT_EQ(Client(heroku.server->port()).call("PATCH", "/apps/orders", on).status, 0);
  EXPECT_TRUE(heroku.client.call("GET", "/apps/orders").body["maintenance"].as_bool());

  add(R"([{"path":"/apps/orders/formation","status":503,"body":"busy","content_type":"text/plain"}])");
  const Answer busy =
      heroku.client.call("PATCH", "/apps/orders/formation", R"({"updates":[{"type":"web","quantity":0}]})");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.text, "busy");
  EXPECT_EQ(heroku.client.call("GET", "/apps/orders/formation").body.items()[0]["quantity"].as_integer(), 1);
  EXPECT_EQ(heroku.client.call("POST", "/_emulator/faults", R"({"path":"/x"})").status, 422);
}

TEST(HttpServer, LogsRequestsWithoutSecrets) {
  const TemporaryFolder folder;
  emulator::ServerOptions options;
  options.request_log = folder.path() + "/requests.jsonl";
  Served heroku(options);
  heroku.client.call("GET", "/apps?token=secret-word");
  heroku.client.call("GET", "/nothing");
  const Answer log = heroku.client.call("GET", "/_emulator/requests");
  ASSERT_EQ(log.body["requests"].items().size(), 2U);
  EXPECT_EQ(log.body["requests"].items()[0]["path"].as_string(), "/apps");
  EXPECT_EQ(log.body["requests"].items()[1]["status"].as_integer(), 404);
  EXPECT_EQ(heroku.client.call("GET", "/_emulator/requests?since=1").body["requests"].items().size(), 1U);
  EXPECT_EQ(heroku.client.call("GET", "/_emulator/requests?since=2").body["requests"].items().size(), 0U);
  std::ifstream file(options.request_log);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  EXPECT_THAT(text, HasSubstr("\"/apps\""));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("secret-word")));
}

TEST(HttpServer, StatusAndStallOfTheAdminRoutes) {
  Served heroku(emulator::ServerOptions{},
                std::string(small_world) + "  copy: {app: orders, plan: standard-2, as: COPY, follow: old-db}\n");
  const Answer status = heroku.client.call("GET", "/_emulator/status");
  EXPECT_TRUE(status.body["ready"].as_bool());
  EXPECT_EQ(status.body["databases"].items().size(), 2U);
  EXPECT_EQ(status.body["dynos"].items().size(), 3U);
  EXPECT_THAT(status.text, ::testing::Not(HasSubstr("postgres://")));
  EXPECT_EQ(heroku.client.call("POST", "/_emulator/databases/copy/stall", R"({"stalled":true})").status, 200);
  EXPECT_EQ(heroku.client.call("POST", "/_emulator/databases/none/stall", R"({"stalled":true})").status, 404);
  EXPECT_EQ(heroku.client.call("POST", "/_emulator/databases/copy/stall", R"({})").status, 422);
  EXPECT_EQ(heroku.client.call("GET", "/_emulator/other").status, 404);
}

TEST(HttpServer, LatencyIsAddedOutsideTheLock) {
  emulator::ServerOptions options;
  options.latency = std::chrono::milliseconds(50);
  Served heroku(options);
  const auto began = heroku.clock.steady_now();
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] { EXPECT_EQ(Client(heroku.server->port()).call("GET", "/apps").status, 200); });
  for (std::thread& client : clients) client.join();
  const auto took = heroku.clock.steady_now() - began;
  EXPECT_GE(took, std::chrono::milliseconds(50));
  EXPECT_LT(took, std::chrono::milliseconds(8 * 50));
}

TEST(HttpServer, ATakenPortIsSaid) {
  Served heroku;
  emulator::ServerOptions options;
  options.port = heroku.server->port();
  const auto second = emulator::HttpServer::start(heroku.model, heroku.clock, options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_THAT(second.error().what, HasSubstr(std::to_string(options.port)));
}

TEST(HttpServer, EndsThoughClientsStayConnected) {
  auto heroku = std::make_unique<Served>();
  Client other(heroku->server->port());
  EXPECT_EQ(other.call("GET", "/apps").status, 200);
  heroku->server.reset();
  EXPECT_EQ(other.call("GET", "/apps").status, 0);
}

}  // namespace
}  // namespace changeover::testing
