#include "providers/heroku/survey.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/text.h"
#include "providers/heroku/unknowns.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && stop == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

Call get(std::vector<std::string> parts) {
  Call call;
  call.path = path_of(parts);
  call.options.deadline = std::chrono::seconds{20};
  return call;
}

}  // namespace

std::optional<WallTime> http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
  const auto month = std::ranges::find(months, text.substr(8, 3));
  const auto day = number(text.substr(5, 2));
  const auto year = number(text.substr(12, 4));
  if (month == months.end() || !day || !year) return std::nullopt;
  const std::string two = std::to_string(month - months.begin() + 1);
  return parse_time(std::string(text.substr(12, 4)) + "-" + (two.size() < 2 ? "0" : "") + two + "-" +
                    std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) + "Z");
}

Task<Result<std::vector<PlanOffer>>> HerokuSurvey::plan_offers() { return services_.platform.plans(); }

/// Three requests on one connection; the first one pays for opening it and is not counted.
Task<HostReach> HerokuSurvey::reach(std::string name, std::string url) {
  constexpr int asked = 4;
  HostReach reach{std::move(name), url, url.starts_with("https://"), {}, {}, {}};
  std::vector<milliseconds> times;
  for (int i = 0; i < asked; ++i) {
    HttpRequest request;
    request.method = "HEAD";
    request.url = url + "/";
    request.timeout = std::chrono::seconds{10};
    const SteadyTime sent = services_.loop.clock().steady_now();
    Task<Result<HttpResponse>> sending = transport_.send(std::move(request));
    const Result<HttpResponse> response = co_await sending;
    const auto took = std::chrono::round<milliseconds>(services_.loop.clock().steady_now() - sent);
    if (!response) {
      reach.problem = response.error().what;
      co_return reach;
    }
    if (i > 0) times.push_back(took);
    // The header has whole seconds, cut off: its middle is compared with the middle of the exchange.
    if (const auto date = http_date(response->header("date")))
      reach.skew = services_.loop.clock().wall_now() - took / 2 - (*date + milliseconds{500});
  }
  std::ranges::sort(times);
  reach.latency = times[times.size() / 2];
  co_return reach;
}

Task<AccountFacts> HerokuSurvey::account() {
  AccountFacts facts;
  Call call = get({"account"});
  const Result<json::Value> answer = co_await services_.api.call(std::move(call));
  if (!answer) {
    facts.problem = answer.error();
    co_return facts;
  }
  facts.email = (*answer)["email"].as_string();
  facts.two_factor = (*answer)["two_factor_authentication"].as_bool();
  facts.suspended = (*answer)["suspended_at"].is_string();
  facts.delinquent = (*answer)["delinquent_at"].is_string();
  co_return facts;
}

Task<AppRights> HerokuSurvey::rights(std::string app, std::string email) {
  AppRights rights{std::move(app), {}, false, {}};
  const std::string name = rights.app;
  Call about = get({"apps", name});
  const Result<json::Value> itself = co_await services_.api.call(std::move(about));
  if (!itself) {
    rights.problem = itself.error();
    co_return rights;
  }
  rights.owner = (*itself)["owner"]["email"].as_string() == email;
  Call people = get({"apps", name, "collaborators"});
  const Result<json::Array> collaborators = co_await services_.api.list(std::move(people));
  // Only told to those who may see it; what the app itself answers counts.
  if (!collaborators) co_return rights;
  for (const json::Value& one : *collaborators) {
    if (one["user"]["email"].as_string() != email) continue;
    for (const json::Value& permission : one["permissions"].items())
      rights.permissions.push_back(permission["name"].as_string());
    rights.owner = rights.owner || one["role"].as_string() == "owner";
  }
  co_return rights;
}

Task<Examination> HerokuSurvey::examine(std::vector<std::string> apps, std::vector<ExaminedDatabase> databases) {
  Examination found;
  found.token_source = token_source_;
  const std::string platform_name = "Platform API";
  const std::string data_name = "Data API";
  HostReach platform = co_await reach(platform_name, hosts_.platform);
  HostReach data = co_await reach(data_name, hosts_.data);
  found.hosts = {std::move(platform), std::move(data)};
  if (!found.hosts.front().problem.empty()) co_return found;
  found.account = co_await account();
  if (found.account.problem) co_return found;
  for (const std::string& app : apps) {
    AppRights of_app = co_await rights(app, found.account.email);
    found.rights.push_back(std::move(of_app));
  }
  Unknowns unknowns(services_);
  co_await unknowns.ask(std::move(apps), std::move(databases));
  found.answered = unknowns.answered();
  found.unanswered = unknowns.unanswered();
  const Result<int> left = co_await services_.platform.rate_limits();
  if (left) found.requests_left = *left;
  co_return found;
}

}  // namespace changeover::heroku
