#include "tests/simulation/judge.h"

#include <utility>

namespace changeover::simulation {

using emulator::ModelledServer;

Judge::Judge(SimulatedHeroku& heroku, const std::string& source, std::vector<std::string> apps)
    : heroku_(heroku), source_(heroku.id_of(source)), apps_(std::move(apps)) {
  for (const std::string& app : apps_) before_[app] = look_of(app);
}

void Judge::watch(SimulatedTool& tool) {
  changing_requests_ = 0;
  tool.network().arriving = [this](const HttpRequest& request) { at_request(request); };
  tool.network().observe = [this] { look(); };
  tool.leaders().observe = [this] { look(); };
}

void Judge::look() {
  auto& plane = heroku_.plane();
  plane.settle();
  const auto last_on_source = plane.last_write(source_);
  int copies = 0;
  bool anywhere = plane.find(source_) != nullptr;
  for (const std::string& id : plane.servers()) {
    if (id == source_) continue;
    ++copies;
    const auto first = plane.first_write(id);
    const bool whole = plane.lost_on(id) == 0;
    anywhere = anywhere || whole;
    if (first && !whole) violated(1, std::to_string(plane.lost_on(id)) + " acknowledged writes are not in the copy");
    if (first && last_on_source && *first <= *last_on_source)
      violated(2, "the source took a write after the copy had taken one");
  }
  if (!anywhere) violated(6, "the source is gone, and no database has every acknowledged write");
  if (copies > 1) violated(5, std::to_string(copies) + " copies exist");
}

void Judge::at_request(const HttpRequest& request) {
  if (request.method != "GET") ++changing_requests_;
  if (request.method != "PUT" || !request.url.ends_with("/unfollow")) return;
  auto& plane = heroku_.plane();
  plane.settle();
  const ModelledServer* source = plane.find(source_);
  const ModelledServer* following = plane.find(copy());
  if (following == nullptr || !following->follows()) return;
  if (source == nullptr || source->fences.empty()) violated(3, "unfollow without a fence");
  if (plane.lost_on(copy()) != 0) violated(3, "unfollow of a copy that is not drained");
}

void Judge::judge_end(const Ended& ended) {
  look();
  if (!ended.hangs.empty()) violated(9, "the tool hangs: " + ended.hangs);
  for (const Event& event : ended.events) no_secret_in(to_json(event).dump(), "an event");
  for (const auto& [path, file] : heroku_.disk().names) no_secret_in(heroku_.disk().files[file].content, path);
  for (const MigrationOutcome& outcome : ended.outcomes) {
    no_secret_in(outcome.message, "a message");
    if (outcome.error) no_secret_in(outcome.error->what + outcome.error->advice, "an error");
  }
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
  if (changing_requests_ != 0)
    violated(7, "a second apply sent " + std::to_string(changing_requests_) + " changing requests");
  if (ended.exit_code != 0) violated(7, "a second apply ended with " + std::to_string(ended.exit_code));
}

void Judge::gave_up(const std::string& where) { violated(4, where + " is not reached by applying again and again"); }

std::string Judge::copy() const {
  for (const std::string& id : heroku_.plane().servers())
    if (id != source_) return id;
  return "";
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
  for (const std::string& id : heroku_.plane().servers())
    for (const auto& [role, password] : heroku_.plane().find(id)->passwords)
      search(password.reveal(), "a database password");
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
