#include "tests/simulation/scenario.h"

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

Scenario::Scenario(std::string_view world) : heroku_(world), judge_(heroku_, "orders-db", {"orders", "orders-space"}) {}

Ended Scenario::apply(std::string_view stage, const Prepare& prepare, ApplyOptions options, int* file_calls) {
  SimulatedTool tool(heroku_, orders_spec(stage));
  judge_.watch(tool);
  if (prepare) prepare(tool);
  Ended ended = tool.apply(options);
  if (file_calls != nullptr) *file_calls = tool.files().calls();
  log_ += "---- apply " + std::string(stage) + " → " + std::to_string(ended.exit_code) + "\n" + ended.story();
  judge_.judge_end(ended);
  return ended;
}

void Scenario::somebody(const PeopleIncident& does) {
  std::string path = does.path;
  if (const std::size_t at = path.find("COPY"); at != path.npos) {
    if (judge_.copy().empty()) return;
    path.replace(at, 4, judge_.copy());
  }
  log_ += "somebody " + does.what + "\n";
  heroku_.call(does.method, path, does.body);
}

void Scenario::lose_state() {
  log_ += "the state is lost\n";
  heroku_.disk().names.erase("/state/orders.state.json");
}

void Scenario::stall(bool stalled) {
  if (const std::string id = judge_.copy(); !id.empty()) heroku_.plane().stall(id, stalled);
}

void Scenario::remove_stranger() {
  const std::string id = judge_.copy();
  if (id.empty() || heroku_.plane().first_write(id)) return;  // somebody runs on it
  log_ += "the operator removes the add-on that holds the name\n";
  heroku_.call("DELETE", "/apps/orders-space/addons/" + id, "{}");
  heroku_.pass(std::chrono::minutes{1});
}

void Scenario::bring_to_live() {
  for (int run = 0; run < patience; ++run) {
    const Ended ended = apply("live");
    if (ended.exit_code == 0) return;
    heroku_.pass(std::chrono::minutes{1});
    if (ended.outcomes.empty() || ended.exit_code != 4) continue;
    if (ended.outcomes.front().message.starts_with("addon-name-taken")) {
      remove_stranger();
    } else {
      apply("replicating", {}, {true});
    }
  }
  judge_.gave_up("stage live");
}

void Scenario::bring_back() {
  for (int run = 0; run < patience; ++run) {
    const Ended ended = apply("source", {}, {true});
    if (ended.exit_code == 0) return;
    heroku_.pass(std::chrono::minutes{1});
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
