#include "providers/heroku/unknowns.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "core/text.h"

namespace changeover::heroku {
namespace {

/// Every row of the dossier, and what an answer takes that this account, this spec or reading alone does not give.
struct Question {
  int number;
  std::string_view text;
  std::string_view takes;
};
constexpr std::array<Question, 35> questions{{
    {1, "what answers for a database that the Data API does not know", "an answer of the Data API"},
    {2, "how long a new database is unknown to the Data API", "a database to be made"},
    {3, "what answers the creation of an add-on", "an add-on to be made"},
    {4, "when a follower counts as provisioned", "a follower to be made"},
    {5, "what `wait_status` of a follower waits for", "a spec with a copy that follows"},
    {6, "how old the figures of a database are, and whether it says so", "a spec with a database"},
    {7, "what answers an unfollow that is too early, repeated, or of a leader", "an unfollow"},
    {8, "how long an unfollow takes", "an unfollow"},
    {9, "whether credentials change after an unfollow", "an unfollow"},
    {10, "`forked_from` of a database that was unfollowed", "a spec with a copy that follows nobody"},
    {11, "what becomes of a follower whose leader is destroyed", "a leader to be destroyed"},
    {12, "what answers an attachment name that is taken", "an attachment to be made"},
    {13, "what answers a wrong `confirm`", "an attachment to be made"},
    {14, "what answers the removal of an add-on's last attachment on its own app", "an attachment to be removed"},
    {15, "what answers an attachment across runtimes", "an attachment to be made"},
    {16, "what answers a destroy while other apps have the add-on", "an add-on to be destroyed"},
    {17, "whether a formation's PATCH answers with all process types", "a formation to be changed"},
    {18, "what answers a PATCH of a process type that the app has not", "a formation to be changed"},
    {19, "whether answers of the Data API tell a rate limit", "a spec with a database"},
    {20, "whether 429 says when to come back", "the rate limit to be used up"},
    {21, "whether a 304 takes a token of the rate limit", "an answer with an ETag"},
    {22, "what answers a follower that the provider refuses", "an order that is refused"},
    {23, "whether `follow` takes the uuid of an add-on", "a follower to be made"},
    {24, "whether an app of a Fir space has maintenance mode", "maintenance mode to be switched"},
    {25, "which releases a replaced attachment makes",
     "a replaced attachment among the newest releases of the spec's apps"},
    {26, "what remains of an attachment whose release phase fails",
     "a failed release of an attachment among the newest of the spec's apps"},
    {27, "which releases a destroyed add-on makes", "an add-on to be destroyed"},
    {28, "whether a follower begins with its leader's settings",
     "a spec with a copy whose source has settings of its own"},
    {29, "which credentials an unfollowed database lists", "a spec with a copy that follows nobody"},
    {30, "names of permissions on apps", "a spec with apps whose collaborators may be read"},
    {31, "whether a database may be followed out of a Shield Space, or into one", "a follower to be made"},
    {32, "prices of private and shield plans", "the list of plans"},
    {33, "whether the name of an add-on that is gone is free again", "an add-on to be destroyed"},
    {34, "what answers a destroy, and until when", "an add-on to be destroyed"},
    {35, "how many followers a leader may have",
     "a leader with several followers; the most there may be takes a refusal"},
}};

constexpr int releases_searched = 50;

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

void Unknowns::say(int row, std::string answer) {
  const auto found = std::ranges::find(questions, row, &Question::number);
  answered_.push_back({row, std::string(found->text), std::move(answer)});
}

/// No database has the uuid of all zeros.
Task<void> Unknowns::unknown_database() {
  Call call = get(Api::data, {"client", "v11", "databases", "00000000-0000-4000-8000-000000000000"});
  const Result<HttpResponse> response = co_await services_.api.look(std::move(call));
  if (!response) co_return;
  const std::string type(response->header("content-type"));
  say(1, std::to_string(response->status) + ", " + (type.empty() ? "no content type" : type) + ", " +
             kind_of_body(response->body));
}

Task<void> Unknowns::sampling(std::string database) {
  Call call = get(Api::data, {"client", "v11", "databases", std::move(database)});
  const Result<HttpResponse> response = co_await services_.api.look(std::move(call));
  if (!response || response->status != 200) co_return;
  const Result<json::Value> body = json::parse(response->body);
  if (!body) co_return;
  const std::optional<WallTime> sampled = parse_time((*body)["status_updated_at"].as_string());
  say(6, sampled ? human_duration(services_.loop.clock().wall_now() - *sampled) + " old when asked, said by itself"
                 : "it does not say");
  bool limited = false;
  for (const auto& [name, value] : response->headers)
    limited = limited || name.find("ratelimit") != std::string::npos || name.find("rate-limit") != std::string::npos;
  say(19, limited ? "yes, in a header" : "no header tells one");
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
    say(21, "If-None-Match was answered in full");
  } else {
    say(21, *before - *after > 1 ? "yes: " + std::to_string(*before - *after) + " for " + std::to_string(not_modified)
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
  if (!permissions.empty()) say(30, and_list({permissions.begin(), permissions.end()}));
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
  if (!prices.empty()) say(32, and_list(prices));
}

/// How many follow it now: at least so many are allowed.
Task<void> Unknowns::followers(std::string database) {
  Result<Database> leader = co_await services_.data.database(std::move(database));
  if (leader && leader->follower_urls_masked.size() > 1)
    say(35, "at least " + std::to_string(leader->follower_urls_masked.size()));
}

Task<void> Unknowns::following(std::string copy) {
  Result<Database> database = co_await services_.data.database(copy);
  if (!database || !database->following) co_return;
  Result<WaitStatus> status = co_await services_.data.wait_status(std::move(copy));
  if (!status) co_return;
  const std::string behind =
      database->behind_by ? counted(*database->behind_by, "commit") + " behind" : std::string("with no lag told");
  say(5, std::string(status->waiting ? "it says to wait" : "it says to wait no longer") + " for a follower " + behind);
}

Task<void> Unknowns::standing_alone(std::string copy) {
  Call call = get(Api::data, {"client", "v11", "databases", copy});
  const Result<HttpResponse> response = co_await services_.api.look(std::move(call));
  if (!response || response->status != 200) co_return;
  const Result<json::Value> body = json::parse(response->body);
  if (!body || !(*body)["following"].is_null()) co_return;
  if (body->has("forked_from")) say(10, (*body)["forked_from"].is_null() ? "null" : "names another database");
  Call listing = get(Api::data, {"postgres", "v0", "databases", std::move(copy), "credentials"});
  const Result<json::Array> credentials = co_await services_.api.list(std::move(listing));
  if (!credentials) co_return;
  const auto named =
      std::ranges::count_if(*credentials, [](const json::Value& one) { return one["name"].as_string() != "default"; });
  say(29, named == 0 ? "`default` alone" : "`default` and " + counted(named, "named one"));
}

/// Only settings that the leader has otherwise than a new database tell anything.
Task<void> Unknowns::settings(std::string source, std::string copy) {
  Result<std::vector<Setting>> here = co_await services_.data.settings(std::move(source));
  if (!here) co_return;
  Result<std::vector<Setting>> there = co_await services_.data.settings(std::move(copy));
  if (!there) co_return;
  int own = 0;
  int same = 0;
  for (const Setting& setting : *here) {
    if (setting.value == setting.usual) continue;
    const auto other = std::ranges::find(*there, setting.name, &Setting::name);
    if (other == there->end()) continue;
    ++own;
    same += other->value == setting.value ? 1 : 0;
  }
  if (own > 0)
    say(28, std::to_string(same) + " of " + counted(own, "setting of its own", "settings of its own") +
                " are the copy's too");
}

/// What attachments have left behind in the lists of releases; the names in them stay there.
Task<void> Unknowns::history(std::vector<std::string> apps) {
  int detached_first = 0;
  int attached = 0;
  int failed = 0;
  for (std::string& app : apps) {
    Result<std::vector<Release>> releases = co_await services_.platform.releases(std::move(app), releases_searched);
    if (!releases) continue;
    std::ranges::sort(*releases, {}, &Release::version);
    const Release* before = nullptr;
    for (const Release& release : *releases) {
      if (release.description.starts_with("Attach DATABASE ")) {
        ++attached;
        failed += release.status == "failed" ? 1 : 0;
        detached_first += before != nullptr && before->description.starts_with("Detach DATABASE ") ? 1 : 0;
      }
      before = &release;
    }
  }
  if (detached_first > 0) say(25, "a Detach and an Attach release, one after the other");
  if (failed > 0)
    say(26, counted(failed, "failed Attach release") + " of " + std::to_string(attached) + " of DATABASE");
}

Task<void> Unknowns::ask(std::vector<std::string> apps, std::vector<ExaminedDatabase> databases) {
  co_await unknown_database();
  if (!databases.empty()) {
    co_await sampling(databases.front().source);
    co_await followers(databases.front().source);
  }
  const auto copied = std::ranges::find_if(databases, [](const ExaminedDatabase& one) { return !one.copy.empty(); });
  if (copied != databases.end()) {
    co_await following(copied->copy);
    co_await standing_alone(copied->copy);
    co_await settings(copied->source, copied->copy);
  }
  co_await cost_of_not_modified();
  co_await history(apps);
  co_await permissions(std::move(apps));
  co_await prices();
  std::ranges::sort(answered_, {}, &Answered::row);
}

std::vector<Unanswered> Unknowns::unanswered() const {
  std::vector<Unanswered> open;
  for (const Question& question : questions)
    if (std::ranges::find(answered_, question.number, &Answered::row) == answered_.end())
      open.push_back({question.number, std::string(question.text), "takes " + std::string(question.takes)});
  return open;
}

}  // namespace changeover::heroku
