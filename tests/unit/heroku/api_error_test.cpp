#include "providers/heroku/api_error.h"

#include <gtest/gtest.h>

#include <vector>

namespace changeover::heroku {
namespace {

struct Row {
  int status;
  const char* body;
  ErrorCode read;    ///< for a GET
  ErrorCode change;  ///< for a POST
  const char* id;
  const char* says;  ///< in what or advice
};

std::string whole(const Error& error) { return error.what + " / " + error.advice; }

// Every row of heroku-api.md 1.6 and every body shape of 1.6 and 3.4.
const std::vector<Row> rows{
    {400, R"({"id":"bad_request","message":"bad"})", ErrorCode::precondition, ErrorCode::precondition, "bad_request",
     "bad"},
    {400, R"({"message":"only words"})", ErrorCode::precondition, ErrorCode::precondition, "", "only words"},
    {400, R"({"id":"confirmation_required","message":"confirm"})", ErrorCode::conflict, ErrorCode::conflict,
     "confirmation_required", "nothing was done"},
    {401, R"({"id":"unauthorized","message":"Invalid credentials"})", ErrorCode::unauthorized, ErrorCode::unauthorized,
     "unauthorized", "HEROKU_API_KEY"},
    {402, R"({"id":"delinquent","message":"pay"})", ErrorCode::precondition, ErrorCode::precondition, "delinquent",
     "unpaid"},
    {403, R"({"id":"forbidden","message":"no"})", ErrorCode::unauthorized, ErrorCode::unauthorized, "forbidden",
     "operate"},
    {403, R"({"id":"suspended","message":"no"})", ErrorCode::unauthorized, ErrorCode::unauthorized, "suspended",
     "suspended:"},
    {403, R"({"id":"two_factor","message":"code","app":{"name":"x"}})", ErrorCode::unauthorized,
     ErrorCode::unauthorized, "two_factor", "authorizations:create"},
    {403, R"({"message":"v0 style"})", ErrorCode::unauthorized, ErrorCode::unauthorized, "", "v0 style"},
    {404, R"({"id":"not_found","resource":"app","message":"Couldn't find that app."})", ErrorCode::not_found,
     ErrorCode::not_found, "not_found", "Couldn't find that app."},
    {404, "", ErrorCode::not_found, ErrorCode::not_found, "", "does not exist"},
    {404, "<h1>Not Found</h1>", ErrorCode::not_found, ErrorCode::not_found, "", "does not exist"},
    {404, R"(["not", "an object"])", ErrorCode::not_found, ErrorCode::not_found, "", "does not exist"},
    {406, R"({"id":"not_acceptable"})", ErrorCode::internal, ErrorCode::internal, "not_acceptable", "report"},
    {408, "", ErrorCode::unavailable, ErrorCode::outcome_unknown, "", "answered 408"},
    {409, R"({"id":"conflict","message":"busy"})", ErrorCode::conflict, ErrorCode::conflict, "conflict", "busy"},
    {410, R"({"id":"gone"})", ErrorCode::not_found, ErrorCode::not_found, "gone", "gone"},
    {416, R"({"id":"requested_range_not_satisfiable"})", ErrorCode::internal, ErrorCode::internal,
     "requested_range_not_satisfiable", "list"},
    {422, R"({"id":"invalid_params","message":"Name is already taken"})", ErrorCode::precondition,
     ErrorCode::precondition, "invalid_params", "already taken"},
    {422, R"({"id":"verification_needed","message":"verify"})", ErrorCode::precondition, ErrorCode::precondition,
     "verification_needed", "payment"},
    {422, R"({"id":"addon_error","message":"provider says no"})", ErrorCode::precondition, ErrorCode::precondition,
     "addon_error", "provider says no"},
    {422, R"({"id":"unprocessable_entity","message":"standby"})", ErrorCode::precondition, ErrorCode::precondition,
     "unprocessable_entity", "standby"},
    {423, R"({"id":"confirmation_required","message":"replaces"})", ErrorCode::conflict, ErrorCode::conflict,
     "confirmation_required", "replaces"},
    {429, R"({"id":"rate_limit","message":"slow down"})", ErrorCode::rate_limited, ErrorCode::rate_limited,
     "rate_limit", "4,500"},
    {500, R"({"id":"internal_server_error","message":"oops"})", ErrorCode::unavailable, ErrorCode::outcome_unknown,
     "internal_server_error", "oops"},
    {503, "<html>maintenance</html>", ErrorCode::unavailable, ErrorCode::outcome_unknown, "", "answered 503"},
    {302, "", ErrorCode::corrupt, ErrorCode::outcome_unknown, "", "proxies"},
};

TEST(ApiError, EveryRowOfTheTableHasItsMeaning) {
  for (const Row& row : rows) {
    HttpResponse response{row.status, {{"content-type", "application/json"}, {"request-id", "req-1,req-2"}}, row.body};
    const Error read = error_from(response, "GET /apps/orders", true);
    const Error change = error_from(response, "POST /apps/orders", false);
    SCOPED_TRACE(std::to_string(row.status) + " " + row.body);
    EXPECT_EQ(to_string(read.code), to_string(row.read));
    EXPECT_EQ(to_string(change.code), to_string(row.change));
    EXPECT_EQ(read.api_id, row.id);
    EXPECT_NE(whole(read).find(row.says), std::string::npos) << whole(read);
    EXPECT_EQ(read.what.find("GET /apps/orders answered " + std::to_string(row.status)), 0U);
    EXPECT_NE(read.what.find("Request-Id req-1)"), std::string::npos);
  }
}

TEST(ApiError, NamesWhatIsToBeConfirmed) {
  const HttpResponse response{423, {{"x-confirmation-required", "orders-space"}}, R"({"id":"confirmation_required"})"};
  EXPECT_NE(error_from(response, "POST /x", false).what.find("orders-space"), std::string::npos);
}

TEST(ApiError, RepeatsNoSecretThatTheServerEchoes) {
  const Secret token("HRKU-secret-token");
  const HttpResponse response{
      422,
      {{"request-id", "HRKU-secret-token"}},
      R"({"id":"x","message":"cannot follow postgres://u1:p4ss@host:5432/db, or 'postgres://u2:p@ss@h/d' for HRKU-secret-token password=hunter2&x"})"};
  const Error error = error_from(response, "POST /x", false, token);
  for (const char* secret : {"u1", "p4ss", "u2", "ss@", "HRKU", "hunter2"})
    EXPECT_EQ(whole(error).find(secret), std::string::npos) << secret << " in " << whole(error);
  EXPECT_NE(error.what.find("postgres://***@host:5432/db"), std::string::npos) << error.what;
  EXPECT_NE(error.what.find("postgres://***@h/d"), std::string::npos) << error.what;
}

TEST(ApiError, WhatAServerSaysIsBoundedAndHasNoControlCharacters) {
  EXPECT_EQ(masked("a\x1b[31mb\nc"), "a [31mb c");
  const std::string text = masked(std::string(599, 'x') + "\xc3\xa9" + std::string(50, 'y'));
  EXPECT_EQ(text, std::string(599, 'x') + "...");
  EXPECT_EQ(masked("see https://status.heroku.com/ a@b"), "see https://status.heroku.com/ a@b");
}

}  // namespace
}  // namespace changeover::heroku
