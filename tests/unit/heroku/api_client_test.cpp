#include "providers/heroku/api_client.h"

#include <gtest/gtest.h>

#include "tests/support/fake_transport.h"
#include "tests/support/virtual_time.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;
using testing::lost;
using testing::Reply;
using testing::unreachable;
using namespace std::chrono_literals;

struct ApiClientTest : ::testing::Test {
  testing::VirtualTime time;
  EventLoop loop{time, time};
  testing::FakeTransport transport{loop};
  SeededRandom random{42};
  ApiClient api{loop, transport, random, Hosts{}, Secret("HRKU-token")};

  static Call get(std::string path, CallOptions options = {}) {
    Call call;
    call.path = std::move(path);
    call.options = options;
    return call;
  }
  static Call post(std::string path, CallOptions options = {}) {
    Call call = get(std::move(path), options);
    call.method = "POST";
    call.body = json::Value::object().set("x", 1);
    return call;
  }
  milliseconds passed() { return std::chrono::duration_cast<milliseconds>(time.steady_now().time_since_epoch()); }
};

std::string header_of(const HttpRequest& request, const std::string& name) {
  std::string found;
  for (const auto& [key, value] : request.headers)
    if (key == name) found += (found.empty() ? "" : "|") + value;
  return found;
}

TEST_F(ApiClientTest, RemembersHowLongAnswersTook) {
  EXPECT_FALSE(api.round_trips());
  for (int i = 0; i < 10; ++i) transport.on("GET /apps", {200, "[]", {}, {}, i == 0 ? 900ms : 40ms});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(loop.run(api.call(get("/apps"))));
  ASSERT_TRUE(api.round_trips());
  EXPECT_EQ(api.round_trips()->median, 40ms);
  EXPECT_EQ(api.round_trips()->slow, 900ms) << "one in ten";
  api.forget_round_trips();
  EXPECT_FALSE(api.round_trips());
}

TEST_F(ApiClientTest, SendsTheHeadersOfTheApi) {
  transport.on("POST /apps", {201, R"({"id":"1"})"}).on("GET /client/v11/databases/u", {200, "{}"});
  EXPECT_EQ((*loop.run(api.call(post("/apps"))))["id"].as_string(), "1");
  Call data = get("/client/v11/databases/u");
  data.api = Api::data;
  EXPECT_TRUE(loop.run(api.call(data)));
  ASSERT_EQ(transport.sent.size(), 2U);
  const HttpRequest& first = transport.sent[0];
  EXPECT_EQ(first.url, "https://api.heroku.com/apps");
  EXPECT_EQ(first.body, R"({"x":1})");
  EXPECT_EQ(first.authorization.reveal(), "Bearer HRKU-token");
  EXPECT_EQ(header_of(first, "Accept"), "application/vnd.heroku+json; version=3");
  EXPECT_EQ(header_of(first, "Content-Type"), "application/json");
  EXPECT_EQ(transport.sent[1].url, "https://api.data.heroku.com/client/v11/databases/u");
  EXPECT_EQ(header_of(transport.sent[1], "Content-Type"), "");
}

TEST_F(ApiClientTest, RepeatsAReadThroughEveryPassingTrouble) {
  transport.on("GET /apps", unreachable())
      .on("GET /apps", lost())
      .on("GET /apps", {503, "<html>"})
      .on("GET /apps", {200, "<h1>a proxy</h1>"})
      .on("GET /apps", {429, R"({"id":"rate_limit"})"})
      .on("GET /apps", {200, R"({"id":"1"})"});
  const auto answer = loop.run(api.call(get("/apps")));
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(transport.sent.size(), 6U);
  EXPECT_EQ(api.counts().total, 6);
  EXPECT_GE(passed(), 125ms + 250ms + 500ms + 1000ms + 800ms);
}

TEST_F(ApiClientTest, GivesUpAReadAfterItsBudget) {
  transport.on("GET /apps", {500, R"({"id":"internal_server_error","message":"oops"})"}, true);
  const auto answer = loop.run(api.call(get("/apps")));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_EQ(transport.sent.size(), 6U);
  EXPECT_NE(answer.error().what.find("asked 6 times"), std::string::npos) << answer.error().what;
}

TEST_F(ApiClientTest, GivesUpAtTheDeadlineAndShortensTheLastAttempt) {
  Reply slow = lost();
  slow.takes = 3600s;
  transport.on("GET /apps", slow, true);
  CallOptions options;
  options.timeout = 4s;
  options.deadline = 10s;
  const auto answer = loop.run(api.call(get("/apps", options)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable) << "a read never leaves the outcome open";
  EXPECT_LE(passed(), 10s);
  ASSERT_EQ(transport.sent.size(), 3U);
  EXPECT_LT(transport.sent.back().timeout, 4s);
}

TEST_F(ApiClientTest, DoesNotRepeatWhatASecondTimeWouldAnswerTheSame) {
  for (const int status : {400, 401, 402, 403, 404, 406, 409, 410, 416, 422, 423}) {
    transport.on("GET /apps", {status, "{}"});
    EXPECT_FALSE(loop.run(api.call(get("/apps"))));
  }
  EXPECT_EQ(transport.sent.size(), 11U);
  EXPECT_EQ(passed(), 11ms);
}

TEST_F(ApiClientTest, NeverRepeatsAChangeThatMayHaveBeenCarriedOut) {
  for (const Reply& reply : {lost(), Reply{500, "{}"}, Reply{502, "<html>"}, Reply{503, ""}, Reply{504, ""},
                             Reply{408, ""}, Reply{201, "not json"}, Reply{201, ""}, Reply{302, ""},
                             Reply{.error = Error{ErrorCode::corrupt, "too large", {}}}}) {
    transport.on("POST /apps", reply);
    transport.sent.clear();
    const auto answer = loop.run(api.call(post("/apps")));
    ASSERT_FALSE(answer);
    EXPECT_EQ(to_string(answer.error().code), to_string(ErrorCode::outcome_unknown)) << answer.error().what;
    EXPECT_EQ(transport.sent.size(), 1U);
  }
}

TEST_F(ApiClientTest, RepeatsAChangeThatCertainlyWasNotCarriedOut) {
  transport.on("POST /apps", unreachable())
      .on("POST /apps", {429, R"({"id":"rate_limit"})"})
      .on("POST /apps", {201, R"({"id":"1"})"});
  EXPECT_TRUE(loop.run(api.call(post("/apps"))));
  EXPECT_EQ(transport.sent.size(), 3U);
}

TEST_F(ApiClientTest, WaitsForTokensUntilTheDeadlineHoweverOften) {
  transport.on("GET /apps", {429, R"({"id":"rate_limit"})"}, true);
  CallOptions options;
  options.deadline = 120s;
  const auto answer = loop.run(api.call(get("/apps", options)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::rate_limited);
  EXPECT_GT(transport.sent.size(), 12U) << "a full account is waited for longer than the budget of failures";
  EXPECT_GT(passed(), 100s);
  EXPECT_LE(passed(), 120s);
}

TEST_F(ApiClientTest, HonoursRetryAfter) {
  transport.on("GET /apps", {429, "", {{"retry-after", "30"}}}).on("GET /apps", {200, "{}"});
  EXPECT_TRUE(loop.run(api.call(get("/apps"))));
  EXPECT_GE(passed(), 30s);
}

TEST_F(ApiClientTest, FollowsThePagesOfAListWhetherTheySay200Or206) {
  transport.on("GET /apps", {206, R"([{"n":1},{"n":2}])", {{"next-range", "]b..; max=1000"}}})
      .on("GET /apps", {200, R"([{"n":3}])", {{"next-range", "]c..; max=1000"}}})
      .on("GET /apps", {206, R"([{"n":4}])"});
  Call call = get("/apps");
  call.headers = {{"Range", "id ..; max=1000"}};
  const auto items = loop.run(api.list(call));
  ASSERT_TRUE(items);
  ASSERT_EQ(items->size(), 4U);
  EXPECT_EQ((*items)[3]["n"].as_integer(), 4);
  EXPECT_EQ(header_of(transport.sent[0], "Range"), "id ..; max=1000");
  EXPECT_EQ(header_of(transport.sent[1], "Range"), "]b..; max=1000");
  EXPECT_EQ(header_of(transport.sent[2], "Range"), "]c..; max=1000");
}

TEST_F(ApiClientTest, AListThatWouldNeverEndIsRefused) {
  transport.on("GET /apps", {206, "[]", {{"next-range", "]a.."}}}, true);
  const auto items = loop.run(api.list(get("/apps")));
  ASSERT_FALSE(items);
  EXPECT_EQ(items.error().code, ErrorCode::corrupt);
  EXPECT_EQ(transport.sent.size(), 2U);
}

TEST_F(ApiClientTest, ALostPageFailsTheWholeList) {
  transport.on("GET /apps", {206, "[1]", {{"next-range", "]a.."}}}).on("GET /apps", {403, "{}"});
  EXPECT_FALSE(loop.run(api.list(get("/apps"))));
  transport.on("GET /x", {200, R"({"not":"a list"})"});
  EXPECT_EQ(loop.run(api.list(get("/x"))).error().code, ErrorCode::corrupt);
}

TEST_F(ApiClientTest, KeepsTheRateLimitTheWarningsAndTheCounts) {
  EXPECT_FALSE(api.rate_limit_remaining());
  transport.on("GET /a", {200, "{}", {{"ratelimit-remaining", "4321"}, {"x-heroku-warning", "stack is old"}}})
      .on("GET /b", {404, "", {{"warning-message", "stack is old"}}})
      .on("GET /c", {200, "{}", {{"ratelimit-remaining", "soon"}, {"warning-message", "see postgres://u:p@h/d"}}});
  CallOptions poll;
  poll.poll = true;
  for (const char* path : {"/a", "/b", "/c"}) (void)loop.run(api.call(get(path, poll)));
  EXPECT_EQ(api.rate_limit_remaining(), 4321);
  EXPECT_EQ(api.take_warnings(), (std::vector<std::string>{"stack is old", "see postgres://***@h/d"}));
  EXPECT_TRUE(api.take_warnings().empty());
  EXPECT_EQ(api.counts().total, 3);
  EXPECT_EQ(api.counts().polls, 3);
}

TEST_F(ApiClientTest, ADroppedTaskIsNotAnsweredAndHarmsNoOther) {
  transport.on("GET /a", {200, "{}"}).on("GET /b", {200, "{}"});
  {
    Task<Result<json::Value>> dropped = api.call(get("/a"));
    dropped.start();
  }
  EXPECT_EQ(transport.sent.size(), 1U);
  EXPECT_EQ(transport.answered, 0);
  EXPECT_TRUE(loop.run(api.call(get("/b"))));
  EXPECT_EQ(transport.answered, 1);
}

TEST_F(ApiClientTest, NamesNeverReachAnotherRoute) {
  EXPECT_EQ(path_of({"apps", "a/../b?x#y%", "addons"}), "/apps/a%2F..%2Fb%3Fx%23y%25/addons");
  EXPECT_EQ(path_of({"plans", "heroku-postgresql:private-4"}), "/plans/heroku-postgresql:private-4");
  for (const auto& parts :
       std::vector<std::vector<std::string>>{{"apps", ""}, {"apps", "", "x"}, {"apps", ".."}, {"."}, {}}) {
    const auto answer = loop.run(api.call(get(path_of(parts))));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::internal);
  }
  EXPECT_TRUE(transport.sent.empty());
}

TEST_F(ApiClientTest, WarmingSendsNoTokenAndForgivesFailure) {
  transport.on("HEAD /", unreachable()).on("HEAD /", {404, ""});
  loop.run(api.warm());
  ASSERT_EQ(transport.sent.size(), 2U);
  EXPECT_TRUE(transport.sent[0].authorization.empty());
  EXPECT_NE(transport.sent[0].url, transport.sent[1].url);
}

TEST_F(ApiClientTest, NoErrorHoldsTheToken) {
  transport.on("GET /apps", {401, R"({"id":"unauthorized","message":"bad token HRKU-token"})"});
  const auto answer = loop.run(api.call(get("/apps")));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().what.find("HRKU-token"), std::string::npos);
}

}  // namespace
}  // namespace changeover::heroku
