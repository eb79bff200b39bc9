#include "tests/simulation/judge.h"

#include <utility>

#include "emulator/modelled/database_url.h"

namespace changeover::simulation {

using emulator::ModelledServer;

namespace {

constexpr int aborted = 5;
constexpr int locked = 6;
constexpr int interrupted = 130;

/// A request after which dynos of the target run, or visitors reach them.
bool lets_target_serve(const HttpRequest& request) {
  if (request.method != "PATCH") return false;
  const auto body = json::parse(request.body);
  if (!body) return false;
  if (request.url.ends_with("/apps/orders-space"))
    return (*body)["maintenance"].is_bool() && !(*body)["maintenance"].as_bool();
  if (!request.url.ends_with("/apps/orders-space/formation")) return false;
  for (const json::Value& update : (*body)["updates"].items())
    if (update["quantity"].as_integer() > 0) return true;
  return false;
}

}  // namespace

Judge::Judge(SimulatedHeroku& heroku, const std::string& source, std::vector<std::string> apps)
    : heroku_(heroku), source_(heroku.id_of(source)), apps_(std::move(apps)) {
  for (const std::string& app : apps_) before_[app] = look_of(app);
}

Watch& Judge::watch(SimulatedTool& tool, std::string stage, bool by_sql, std::chrono::seconds max_downtime) {
  copy_destroyed_ = false;
  Watch& watch = watches_.emplace_back(Watch{std::move(stage), by_sql, max_downtime});
  tool.network().arriving = [this, &watch](const HttpRequest& request) { at_request(request, watch); };
  tool.network().observe = [this, &watch] { look(watch); };
  tool.leaders().observe = [this, &watch](const std::string& call) {
    if (call == "drain") fence_broken_ = false;  // from here on the tool knows
    look(watch);
  };
  tool.told = [this, &watch](const Event& event) { at_event(event, watch); };
  return watch;
}

void Judge::look(const Watch& watch) {
  auto& plane = heroku_.plane();
  plane.settle();
  const auto last_on_source = plane.last_write(source_);
  const bool source_there = plane.find(source_) != nullptr;
  int copies = 0;
  bool anywhere = source_there && plane.lost_on(source_) == 0;
  for (const auto& [id, server] : plane.all()) {
    if (id == source_) continue;
    ++copies;
    if (id == given_up_copy_) continue;
    const auto first = plane.first_write(id);
    const auto lost = plane.lost_on(id);
    anywhere = anywhere || lost == 0;
    if (first && lost != 0) violated(1, std::to_string(lost) + " acknowledged writes are not in the copy");
    if (first && last_on_source && *first <= *last_on_source)
      violated(2, "the source took a write after the copy had taken one");
  }
  if (!source_there && watch.stage != "retired" && !source_given_up_)
    violated(6, "the source is gone, and nobody asked for that");
  if (!anywhere && source_there) violated(1, "no database has every acknowledged write");
  if (!anywhere && !source_there) violated(6, "the source is gone, and no database has every acknowledged write");
  if (copies > 1) violated(5, std::to_string(copies) + " copies exist");
}

void Judge::at_request(const HttpRequest& request, Watch& watch) {
  if (request.method == "GET") return;
  ++watch.changing_requests;
  if (request.method == "PUT" && request.url.ends_with("/unfollow")) at_unfollow(watch);
  if (lets_target_serve(request)) at_serving(watch);
}

void Judge::at_unfollow(Watch& watch) {
  watch.downtime_over = true;  // from here on the way is forward
  if (!watch.by_sql) unfenced_copy_ = copy();
  auto& plane = heroku_.plane();
  plane.settle();
  const ModelledServer* source = plane.find(source_);
  const ModelledServer* following = plane.find(copy());
  if (following == nullptr || !following->follows()) return;
  const bool fenced = source != nullptr && !source->fences.empty();
  if (watch.by_sql && !fenced && !fence_broken_) violated(3, "unfollow without a fence");
  // Without SQL nobody can hold off who comes after the proof; the look behind the unfollow meets them.
  const bool excused = watch.by_sql ? fence_broken_ : people_changed_;
  if (!excused && plane.lost_on(copy()) != 0) violated(3, "unfollow of a copy that is not drained");
}

/// Invariant 10, at the call that would break it.
void Judge::at_serving(const Watch& watch) {
  const auto config = heroku_.call("GET", "/apps/orders-space/config-vars");
  const auto url = emulator::parse_database_url(config["DATABASE_URL"].string_or(""));
  if (!url) {
    // As it was found: the way back does not give it what it never had.
    if (!watch.restores && !copy_destroyed_) violated(10, "the target serves without its DATABASE_URL");
    return;
  }
  const ModelledServer* server = heroku_.plane().find_at(url->host, url->port);
  if (server == nullptr || server->id == source_) return;
  if (!heroku_.plane().takes_writes(*server)) {
    violated(10, "the target serves on a database that takes no writes");
  } else if (heroku_.plane().lost_on(server->id) != 0) {
    violated(10, "the target serves on a database that lacks writes");
  }
}

void Judge::at_event(const Event& event, Watch& watch) {
  switch (event.type) {
    case EventType::downtime_began:
      watch.downtime_began = event.at;
      break;
    case EventType::abort_began:
      watch.restores = true;
      break;
    case EventType::abort_done:
    case EventType::downtime_ended:
    case EventType::point_of_no_return:
      if (watch.downtime_began && !watch.downtime_over && event.at > *watch.downtime_began + watch.max_downtime)
        violated(9, "the downtime lasted longer than max_downtime");
      watch.downtime_over = true;
      break;
    default:
      break;
  }
}

void Judge::judge_end(const Ended& ended, const Watch* watch) {
  static const Watch nothing{"retired"};
  look(watch != nullptr ? *watch : nothing);
  if (!ended.hangs.empty()) violated(9, "the tool hangs: " + ended.hangs);
  judge_secrets(ended);
  judge_orphans();
  if (watch == nullptr) return;
  if (!ended.killed && watch->downtime_began && !watch->downtime_over && ended.outcome() != Outcome::in_downtime)
    violated(9, "the run ended in downtime, before the point of no return");
  const bool back = ended.exit_code == aborted || ended.exit_code == interrupted;
  if (back && !people_changed_ && !copy_in_use()) judge_restored();
  if (watch->stage != "live") return;
  if (live_ && watch->changing_requests != 0 && !ended.killed)
    violated(7, "live already, and " + std::to_string(watch->changing_requests) + " changing requests were sent");
  live_ = (live_ || ended.exit_code == 0) && !state_lost_;
}

void Judge::judge_secrets(const Ended& ended) {
  for (const Event& event : ended.events) no_secret_in(to_json(event).dump(), "an event");
  for (const auto& [path, file] : heroku_.disk().names) no_secret_in(heroku_.disk().files[file].content, path);
  for (const MigrationOutcome& outcome : ended.outcomes) {
    no_secret_in(outcome.message, "a message");
    if (outcome.error) no_secret_in(outcome.error->what + outcome.error->advice, "an error");
  }
}

/// Invariant 5: what the state does not know is found again by the name that the plan derives.
void Judge::judge_orphans() {
  const std::string id = copy();
  if (id.empty() || state_lost_) return;
  const auto& disk = heroku_.disk();
  for (const auto& [path, file] : disk.names)
    if (disk.files[file].content.find(id) != std::string::npos) return;
  const std::string name = heroku_.call("GET", "/addons/" + id)["name"].string_or("");
  if (!name.empty() && !name.starts_with("orders-") && name != "copy" && name != "another")
    violated(5, "neither state nor plan names the add-on " + name);
}

void Judge::judge_restored() {
  const ModelledServer* source = heroku_.plane().find(source_);
  if (source == nullptr || !heroku_.plane().takes_writes(*source))
    violated(4, "service is back on the source, and the source takes no writes");
  for (const std::string& app : apps_) {
    const Look now = look_of(app);
    const Look& then = before_[app];
    if (now == then) continue;
    violated(4, app + " had " + then.formation + (then.maintenance ? " in maintenance" : "") + ", and has " +
                    now.formation + (now.maintenance ? " in maintenance" : ""));
  }
}

void Judge::judge_nothing_done(const Ended& ended) {
  const int sent = watches_.empty() ? 0 : watches_.back().changing_requests;
  if (sent != 0) violated(7, "a second apply sent " + std::to_string(sent) + " changing requests");
  if (ended.exit_code != 0) violated(7, "a second apply ended with " + std::to_string(ended.exit_code));
}

void Judge::judge_locked_out(const Ended& ended, const Watch& watch) {
  if (ended.exit_code == locked && watch.changing_requests == 0) return;
  violations_.insert("exit 6: a second operator was not locked out; exit " + std::to_string(ended.exit_code) + ", " +
                     std::to_string(watch.changing_requests) + " changing requests");
}

void Judge::copy_given_up() {
  given_up_copy_ = copy();
  heroku_.plane().write_off(given_up_copy_);
}

void Judge::gave_up(const std::string& where) { violated(4, where + " is not reached by applying again and again"); }

std::string Judge::copy() const {
  for (const auto& [id, server] : heroku_.plane().all())
    if (id != source_) return id;
  return "";
}

bool Judge::copy_in_use() const {
  const std::string id = copy();
  return !id.empty() && heroku_.plane().first_write(id).has_value();
}

Judge::Look Judge::look_of(const std::string& app) {
  Look look;
  look.maintenance = heroku_.call("GET", "/apps/" + app)["maintenance"].dump() == "true";
  const json::Value formation = heroku_.call("GET", "/apps/" + app + "/formation");
  for (const json::Value& process : formation.items())
    look.formation += process["type"].as_string() + "=" + process["quantity"].dump() + " ";
  return look;
}

void Judge::no_secret_in(const std::string& text, const std::string& where) {
  const auto search = [&](const std::string& secret, const std::string& what) {
    if (!secret.empty() && text.find(secret) != text.npos) violated(8, what + " is in " + where);
  };
  search(heroku_.world().api_key.reveal(), "the token");
  for (const auto& [id, server] : heroku_.plane().all())
    for (const auto& [role, password] : server.passwords) search(password.reveal(), "a database password");
}

void Judge::violated(int invariant, const std::string& what) {
  violations_.insert("invariant " + std::to_string(invariant) + ": " + what);
}

std::string Judge::report() const {
  std::string text;
  for (const std::string& violation : violations_) text += violation + "\n";
  return text;
}

}  // namespace changeover::simulation
