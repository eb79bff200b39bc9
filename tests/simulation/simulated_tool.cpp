#include "tests/simulation/simulated_tool.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <utility>

#include "executor/halt.h"
#include "planner/spec_reader.h"

namespace changeover::simulation {
namespace {

constexpr int killed_exit_code = 137;
constexpr const char* spec_file = "/state/spec.yaml";

/// Specs are read once: the same text says the same.
const Desired& read(std::string_view yaml) {
  static std::map<std::string, Desired, std::less<>> known;
  if (const auto found = known.find(yaml); found != known.end()) return found->second;
  Diagnostics diagnostics(spec_file, yaml);
  std::optional<Desired> desired = read_spec(yaml, spec_file, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.sorted()) ADD_FAILURE() << to_text(diagnostic);
  return known[std::string(yaml)] = desired.value_or(Desired{});
}

LocalStateBackend::Options state_options(const Desired& desired) {
  const auto* local = std::get_if<LocalState>(&desired.state);
  return {local == nullptr ? "/state/none.json" : local->path, spec_file, {"operator", "simulation", 1}};
}

}  // namespace

class SimulatedTool::Heard final : public EventSink {
 public:
  explicit Heard(SimulatedTool& tool) : tool_(tool) {}
  void emit(const Event& event) override {
    if (tool_.told) tool_.told(event);
    events.push_back(event);
  }
  std::vector<Event> events;

 private:
  SimulatedTool& tool_;
};

std::string Ended::story() const {
  std::string text;
  for (const Event& event : events) text += to_json(event).dump() + "\n";
  for (const MigrationOutcome& outcome : outcomes)
    text += outcome.name + ": " + std::string(to_string(outcome.outcome)) + " " + outcome.message + "\n";
  if (plan_error) text += "plan: " + plan_error->what + "\n";
  if (!hangs.empty()) text += "hangs: " + hangs + "\n";
  if (killed) text += "killed\n";
  return text;
}

const Mutant& SimulatedTool::no_mutant() {
  static const Mutant none;
  return none;
}

SimulatedTool::SimulatedTool(SimulatedHeroku& heroku, std::string_view spec, const Mutant& mutant)
    : heroku_(heroku),
      mutant_(mutant),
      desired_(read(spec)),
      random_(static_cast<std::uint64_t>(++heroku.next_session())),
      killed_(heroku.loop()),
      files_(heroku.disk()),
      network_(heroku.loop(), heroku.model(), heroku.world().timing.api_latency),
      outside_(heroku.time()),
      transport_(network_, outside_),
      api_(heroku.loop(), transport_, random_, heroku::Hosts{}, heroku.world().api_key),
      platform_(api_),
      data_(api_),
      leaders_(heroku.loop(), heroku.plane(), heroku.next_session()),
      mutant_leaders_(leaders_, mutant),
      provider_(services()),
      mutant_provider_(provider_, mutant),
      state_(files_, heroku.loop(), random_, state_options(desired_)),
      mutant_state_(state_, mutant),
      processes_(heroku.loop()),
      heard_(std::make_unique<Heard>(*this)),
      over_(heroku.loop()) {
  if (mutant_.spec) mutant_.spec(desired_);
  files_.locks_hold = mutant_.locks_hold;
  network_.write_wrongly = mutant_.sends;
  network_.read_wrongly = mutant_.receives;
  network_.kill = [this] { kill(); };
  files_.on_death = [this] { kill(); };
}

SimulatedTool::~SimulatedTool() = default;

void SimulatedTool::kill() {
  dead_ = true;
  files_.die();
  killed_.open();
}

Task<Ended> SimulatedTool::plan_and_apply() {
  Ended ended;
  Result<Plan> plan = co_await run_->plan();
  if (!plan) {
    ended.plan_error = plan.error();
    ended.exit_code = plan.error().code == ErrorCode::locked ? 6 : 1;
    co_return ended;
  }
  ended.outcomes = co_await run_->apply(*plan);
  std::vector<Outcome> all;
  for (const MigrationOutcome& outcome : ended.outcomes) all.push_back(outcome.outcome);
  ended.exit_code = exit_code(all);
  co_return ended;
}

Task<Ended> SimulatedTool::look_and_restore() {
  Ended ended;
  Result<void> looked = co_await restore_->look();
  if (!looked) {
    ended.plan_error = looked.error();
    ended.exit_code = looked.error().code == ErrorCode::locked ? 6 : 1;
    co_return ended;
  }
  ended.outcomes.push_back(co_await restore_->carry_out());
  ended.exit_code = exit_code(ended.outcomes.front().outcome);
  co_return ended;
}

Task<Ended> SimulatedTool::until_killed(Task<Ended> work) {
  std::optional<Ended> ended = co_await unless(heroku_.loop(), killed_, std::move(work));
  if (ended) co_return std::move(*ended);
  Ended dead;
  dead.killed = true;
  dead.exit_code = killed_exit_code;
  co_return dead;
}

void SimulatedTool::make_run(ApplyOptions options) {
  RunOptions run;
  run.plan.tool_version = "0.0.0";
  run.plan.allow_destroy = options.allow_destroy;
  run.wait = options.wait;
  run.spec_path = "spec.yaml";
  run_.emplace(ports(), desired_, run);
}

Result<Plan> SimulatedTool::plan() {
  make_run({});
  Result<Plan> plan = heroku_.loop().run(run_->plan());
  run_.reset();
  return plan;
}

Task<void> SimulatedTool::run_to_end(Task<Ended> work) {
  ended_ = co_await until_killed(std::move(work));
  over_.open();
}

Task<int> SimulatedTool::wait_for_end() {
  co_await over_.passed();
  co_return 0;
}

void SimulatedTool::begin(ApplyOptions options) {
  make_run(options);
  begin_work(plan_and_apply());
}

RunPorts SimulatedTool::ports() {
  return {heroku_.loop(), mutant_provider_, mutant_state_, *heard_, outside_, random_, processes_};
}

void SimulatedTool::begin_work(Task<Ended> work) {
  work_ = run_to_end(std::move(work));
  work_.start();
}

Ended SimulatedTool::restore(bool accepts_lost_writes) {
  restore_.emplace(ports(), desired_.migrations.front(), RestoreOptions{"spec.yaml", accepts_lost_writes});
  begin_work(look_and_restore());
  Ended ended = finish();
  restore_.reset();
  return ended;
}

Ended SimulatedTool::finish() {
  std::string hangs;
  heroku_.time().on_hang([&](const std::string& why) {
    hangs = why;
    kill();
  });
  heroku_.loop().run(wait_for_end());
  heroku_.time().on_hang({});
  ended_.hangs = hangs;
  run_.reset();
  ended_.requests = network_.requests();
  ended_.events = std::move(heard_->events);
  return std::move(ended_);
}

}  // namespace changeover::simulation
