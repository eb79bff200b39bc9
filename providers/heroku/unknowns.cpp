#include "providers/heroku/unknowns.h"

#include <set>
#include <utility>

#include "core/text.h"

namespace changeover::heroku {
namespace {

Call get(Api api, std::vector<std::string> parts) {
  Call call;
  call.api = api;
  call.path = path_of(parts);
  return call;
}

std::string kind_of_body(std::string_view body) {
  if (body.empty()) return "no body";
  const std::string size = counted(static_cast<long long>(body.size()), "byte");
  if (json::parse(body)) return "JSON, " + size;
  return (body.front() == '<' ? "HTML, " : "text, ") + size;
}

std::string dollars(std::int64_t cents) {
  const std::string rest = std::to_string(cents % 100);
  return "$" + std::to_string(cents / 100) + "." + (rest.size() < 2 ? "0" : "") + rest;
}

}  // namespace

void Unknowns::say(int row, std::string question, std::string answer) {
  answered_.push_back({row, std::move(question), std::move(answer)});
}

/// No database has the uuid of all zeros.
Task<void> Unknowns::unknown_database() {
  Call call = get(Api::data, {"client", "v11", "databases", "00000000-0000-4000-8000-000000000000"});
  const Result<HttpResponse> response = co_await services_.api.look(std::move(call));
  if (!response) co_return;
  const std::string type(response->header("content-type"));
  say(1, "what answers for a database that the Data API does not know",
      std::to_string(response->status) + ", " + (type.empty() ? "no content type" : type) + ", " +
          kind_of_body(response->body));
}

Task<void> Unknowns::sampling(std::string database) {
  Call call = get(Api::data, {"client", "v11", "databases", std::move(database)});
  const Result<HttpResponse> response = co_await services_.api.look(std::move(call));
  if (!response || response->status != 200) co_return;
  const Result<json::Value> body = json::parse(response->body);
  if (!body) co_return;
  const std::optional<WallTime> sampled = parse_time((*body)["status_updated_at"].as_string());
  say(6, "how old the figures of a database are, and whether it says so",
      sampled ? human_duration(services_.loop.clock().wall_now() - *sampled) + " old when asked, said by itself"
              : "it does not say");
  bool limited = false;
  for (const auto& [name, value] : response->headers)
    limited = limited || name.find("ratelimit") != std::string::npos || name.find("rate-limit") != std::string::npos;
  say(19, "whether answers of the Data API tell a rate limit", limited ? "yes, in a header" : "no header tells one");
  const bool stands_alone = (*body)["following"].is_null();
  if (stands_alone && body->has("forked_from"))
    say(10, "`forked_from` of a database that follows nobody",
        (*body)["forked_from"].is_null() ? "null" : "names another database");
}

/// The bucket fills by a token every 0.8 s meanwhile, so a difference of more than one decides.
Task<void> Unknowns::cost_of_not_modified() {
  constexpr int asked = 5;
  Call first = get(Api::platform, {"account"});
  const Result<HttpResponse> whole = co_await services_.api.look(std::move(first));
  if (!whole || whole->header("etag").empty()) co_return;
  const std::string etag(whole->header("etag"));
  const std::optional<int> before = services_.api.rate_limit_remaining();
  int not_modified = 0;
  for (int i = 0; i < asked; ++i) {
    Call again = get(Api::platform, {"account"});
    again.headers = {{"If-None-Match", etag}};
    const Result<HttpResponse> response = co_await services_.api.look(std::move(again));
    if (response && response->status == 304) ++not_modified;
  }
  const std::optional<int> after = services_.api.rate_limit_remaining();
  if (!before || !after) co_return;
  if (not_modified == 0) {
    say(21, "whether a 304 takes a token of the rate limit", "If-None-Match was answered in full");
  } else {
    say(21, "whether a 304 takes a token of the rate limit",
        *before - *after > 1 ? "yes: " + std::to_string(*before - *after) + " for " + std::to_string(not_modified)
                             : "no");
  }
}

Task<void> Unknowns::permissions(std::vector<std::string> apps) {
  std::set<std::string> permissions;
  for (std::string& app : apps) {
    Call call = get(Api::platform, {"apps", std::move(app), "collaborators"});
    const Result<json::Array> people = co_await services_.api.list(std::move(call));
    if (!people) continue;
    for (const json::Value& one : *people)
      for (const json::Value& permission : one["permissions"].items())
        permissions.insert(permission["name"].as_string());
  }
  if (!permissions.empty()) say(30, "names of permissions on apps", and_list({permissions.begin(), permissions.end()}));
}

Task<void> Unknowns::prices() {
  const Result<std::vector<PlanOffer>> offers = co_await services_.platform.plans();
  if (!offers) co_return;
  std::vector<std::string> prices;
  for (const PlanOffer& offer : *offers) {
    const std::string plan = offer.name.substr(offer.name.find(':') + 1);
    if (plan != "private-0" && plan != "private-4" && plan != "shield-0" && plan != "shield-4") continue;
    if (!offer.price) continue;
    const bool hidden = offer.price->contract && offer.price->cents == 0;
    prices.push_back(plan + (hidden ? " by contract" : " " + dollars(offer.price->cents) + " a " + offer.price->unit));
  }
  if (!prices.empty()) say(32, "prices of private and shield plans", and_list(prices));
}

Task<std::vector<Answered>> Unknowns::ask(std::vector<std::string> apps, std::vector<std::string> databases) {
  co_await unknown_database();
  if (!databases.empty()) co_await sampling(databases.front());
  co_await cost_of_not_modified();
  co_await permissions(std::move(apps));
  co_await prices();
  co_return std::move(answered_);
}

}  // namespace changeover::heroku
