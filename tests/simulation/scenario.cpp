#include "tests/simulation/scenario.h"

#include <utility>

#include "tests/simulation/incidents.h"

namespace changeover::simulation {
namespace {

constexpr int patience = 8;  // runs of an operator who does not give up at once

Meddling answering(int status, const std::string& body, const std::string& type = "application/json") {
  Meddling meddling{Meddling::Kind::answer};
  meddling.answer = {status, {{"content-type", type}}, body};
  return meddling;
}

}  // namespace

Scenario::Scenario(std::string_view world, Mutant mutant)
    : mutant_(std::move(mutant)), heroku_(world), judge_(heroku_, "orders-db", {"orders", "orders-space"}) {}

Watch& Scenario::watch(SimulatedTool& tool, std::string_view stage) {
  const SpecEdit& says = spec_edits.at(edit_);
  return judge_.watch(tool, std::string(stage), says.proof == "sql", says.max_downtime);
}

Ended Scenario::apply(std::string_view stage, const Prepare& prepare, ApplyOptions options, int* file_calls) {
  SimulatedTool tool(heroku_, orders_spec(stage, edit_), mutant_);
  const Watch& watched = watch(tool, stage);
  if (prepare) prepare(tool);
  at_work_ = true;
  Ended ended = tool.apply(options);
  at_work_ = false;
  if (file_calls != nullptr) *file_calls = tool.files().calls();
  told_.push_back({"---- apply " + std::string(stage) + " → " + std::to_string(ended.exit_code), ended});
  judge_.judge_end(ended, &watched);
  end_colleague(ended.killed);
  return ended;
}

Ended Scenario::restore(bool accepts_lost_writes, const Prepare& prepare, int* file_calls) {
  SimulatedTool tool(heroku_, orders_spec("live", edit_), mutant_);
  const Watch& watched = watch(tool, "source");
  if (prepare) prepare(tool);
  Ended ended = tool.restore(accepts_lost_writes);
  if (file_calls != nullptr) *file_calls = tool.files().calls();
  told_.push_back({"---- restore → " + std::to_string(ended.exit_code), ended});
  judge_.judge_end(ended, &watched);
  return ended;
}

void Scenario::colleague(const std::string& stage) {
  if (!at_work_) return;
  Colleague& colleague = colleagues_.emplace_back(Colleague{stage});
  colleague.tool = std::make_unique<SimulatedTool>(heroku_, orders_spec(stage, edit_), mutant_);
  colleague.watch = &watch(*colleague.tool, stage);
  colleague.tool->begin({true});
}

/// The lock of a run that was killed is free at once, so that a colleague may have found it so.
void Scenario::end_colleague(bool killed) {
  for (Colleague& colleague : colleagues_) {
    const Ended ended = colleague.tool->finish();
    told_.push_back({"---- a colleague applied " + colleague.stage + " → " + std::to_string(ended.exit_code), ended});
    if (!killed || ended.exit_code == 6) judge_.judge_locked_out(ended, *colleague.watch);
  }
  colleagues_.clear();
}

std::string Scenario::log() const {
  std::string text;
  for (const Told& told : told_) text += told.what + "\n" + told.ended.story();
  return text;
}

void Scenario::somebody(const PeopleIncident& does) {
  std::string path = does.path;
  if (const std::size_t at = path.find("COPY"); at != path.npos) {
    if (judge_.copy().empty()) return;
    path.replace(at, 4, judge_.copy());
  }
  if (is_not_promised(does)) return;
  told_.push_back({"somebody " + does.what, {}});
  judge_.people_changed();
  heroku_.call(does.method, path, does.body);
}

/// Under `proof: api` nothing holds off who starts writers on the old database behind the unfollow (docs/safety.md).
bool Scenario::is_not_promised(const PeopleIncident& does) {
  const bool writes = does.path == "/apps/orders/formation" || does.path == "/apps/orders/dynos";
  const auto* copy = heroku_.plane().find(judge_.copy());
  const bool now = spec_edits.at(edit_).proof == "api" && copy != nullptr && !copy->follows();
  return writes && (now || judge_.unfollowed_without_fence());
}

void Scenario::lose_state() {
  told_.push_back({"the state is lost", {}});
  judge_.state_lost();
  heroku_.disk().names.erase("/state/orders.state.json");
}

void Scenario::stall(bool stalled) {
  if (const std::string id = judge_.copy(); !id.empty()) heroku_.plane().stall(id, stalled);
}

void Scenario::fail_over(bool of_copy) {
  const std::string id = of_copy ? judge_.copy() : judge_.source();
  if (heroku_.plane().find(id) == nullptr) return;
  told_.push_back({of_copy ? "the copy's server is replaced" : "the leader's server is replaced", {}});
  if (!of_copy) judge_.leader_replaced();
  heroku_.fail_over(id);
}

void Scenario::remove_copy() { heroku_.call("DELETE", "/apps/orders-space/addons/" + judge_.copy(), "{}"); }

void Scenario::destroy_copy() {
  const auto* copy = heroku_.plane().find(judge_.copy());
  if (copy == nullptr) return;
  // A dyno that starts on it writes before Heroku has taken it away, and those writes nobody can bring back.
  const bool about_to_be = !copy->follows() && !heroku_.call("GET", "/apps/orders-space/dynos").items().empty();
  const bool needed = judge_.copy_in_use() || about_to_be || heroku_.plane().find(judge_.source()) == nullptr;
  if (needed) return;
  told_.push_back({"somebody destroys the copy", {}});
  judge_.copy_destroyed();
  remove_copy();
}

void Scenario::destroy_source() {
  told_.push_back({"somebody destroys the source", {}});
  judge_.source_given_up();
  heroku_.call("DELETE", "/apps/orders/addons/orders-db", "{}");
  heroku_.pass(std::chrono::minutes{1});
}

void Scenario::remove_stranger() {
  if (judge_.copy().empty() || judge_.copy_in_use()) return;  // somebody runs on it
  told_.push_back({"the operator removes the add-on that holds the name", {}});
  remove_copy();
  heroku_.pass(std::chrono::minutes{1});
}

namespace {

bool says(const Ended& ended, std::string_view words) {
  return ended.outcomes.front().message.find(words) != std::string::npos;
}

}  // namespace

/// What an operator does whose apply is refused: what the message asks for. False when it leads elsewhere.
bool Scenario::does_as_told(const Ended& ended) {
  if (ended.outcomes.front().message.starts_with("addon-name-taken")) {
    remove_stranger();
  } else if (says(ended, "is frozen while there is one")) {
    edit_spec(0);  // the spec is put back
  } else if (says(ended, "--accept-lost-writes") || says(ended, "source-read-only")) {
    restore(true);  // who destroyed it knows that nothing was written to it
  } else {
    return false;
  }
  return true;
}

/// Both databases have writes of their own, by no doing of the tool: it takes nothing away, and a person decides.
bool Scenario::decides_as_asked(const Ended& ended) {
  if (ended.outcomes.empty() || !judge_.people_have_changed()) return false;
  const auto& error = ended.outcomes.front().error;
  if (!error || error->advice.find("scale orders-space to zero") == std::string::npos) return false;
  told_.push_back({"the operator decides that the old database stays", {}});
  judge_.copy_given_up();
  heroku_.call("PATCH", "/apps/orders-space/formation", R"({"updates":[{"type":"web","quantity":0}]})");
  heroku_.pass(std::chrono::minutes{1});
  return true;
}

void Scenario::bring_to_live() {
  for (int run = 0; run < patience; ++run) {
    const Ended ended = apply("live");
    if (ended.exit_code == 0) return;
    heroku_.pass(std::chrono::minutes{1});
    if (ended.outcomes.empty()) continue;
    if (decides_as_asked(ended)) continue;
    if (says(ended, "behind, and start_lag is")) edit_spec(0);  // nobody waits for ever
    if (ended.exit_code != 4) continue;
    if (!does_as_told(ended)) apply("replicating", {}, {true});
  }
  judge_.gave_up("stage live");
}

void Scenario::bring_back() {
  for (int run = 0; run < patience; ++run) {
    const Ended ended = apply("source", {}, {true});
    if (ended.exit_code == 0) {
      if (!judge_.people_have_changed()) judge_.judge_restored();
      return;
    }
    heroku_.pass(std::chrono::minutes{1});
    if (decides_as_asked(ended) || ended.outcomes.empty() || ended.exit_code != 4) continue;
    if (!does_as_told(ended)) return bring_to_live();
  }
  judge_.gave_up("stage source");
}

const std::vector<Trouble>& all_troubles() {
  using Kind = Meddling::Kind;
  static const std::vector<Trouble> troubles{
      {"killed before", {Kind::kill_before}},
      {"killed after", {Kind::kill_after}},
      {"answer lost", {Kind::lose_answer}},
      {"request lost", {Kind::lose_request}},
      {"refused", {Kind::refuse}},
      {"timed out", {Kind::time_out}},
      {"stale", {Kind::stale}},
      {"slow", {Kind::slow, std::chrono::seconds{20}}},
      {"500", answering(500, R"({"id":"internal_server_error","message":"Internal server error."})")},
      {"503 with HTML", answering(503, "<html><body>Application Error</body></html>", "text/html")},
      {"429", answering(429, R"({"id":"rate_limit","message":"Your account reached the API rate limit."})")},
      {"401", answering(401, R"({"id":"unauthorized","message":"Invalid credentials provided."})")},
  };
  return troubles;
}

Scenario::Prepare at_request(int number, Meddling meddling) {
  return [number, meddling](SimulatedTool& tool) {
    tool.network().meddle = [number, meddling](const HttpRequest&, int current) {
      return current == number ? meddling : Meddling{};
    };
  };
}

}  // namespace changeover::simulation
