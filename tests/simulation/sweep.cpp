#include "tests/simulation/sweep.h"

#include <array>
#include <utility>

namespace changeover::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using How = testing::FakeFiles::How;

constexpr int patience = 8;  // runs of an operator who does not give up at once
constexpr std::array legs{Leg::straight, Leg::replicate, Leg::cut_over, Leg::go_back, Leg::restore, Leg::retire};

std::string_view name_of(Leg leg) {
  constexpr std::array<std::string_view, legs.size()> names{"straight", "replicate", "cut_over",
                                                            "go_back",  "restore",   "retire"};
  return names.at(static_cast<std::size_t>(leg));
}

std::string_view name_of(Ending ending) {
  constexpr std::array<std::string_view, 4> names{"live", "source", "restored", "retired"};
  return names.at(static_cast<std::size_t>(ending));
}

Incident right_before_the_unfollow() {
  Incident death;
  death.what = NetworkIncident{0};
  death.at = "PUT /unfollow";
  return death;
}

/// The last leg also takes away what hangs on the old database.
std::string world_of(Leg leg) { return orders_world_of(leg == Leg::retire ? world_of_reports : 0); }

/// Everything up to the leg, undisturbed.
void come_to(Leg leg, Scenario& scenario) {
  switch (leg) {
    case Leg::straight:
    case Leg::replicate:
      return;
    case Leg::cut_over:
      scenario.apply("replicating");
      return;
    case Leg::go_back:
    case Leg::restore:
      tell_run(scenario, {"live"}, {right_before_the_unfollow()});
      return;
    case Leg::retire:
      scenario.apply("live");
      // An hour to wait by the spec, and one until the new primary can be followed.
      scenario.heroku().pass(hours{2});
      return;
  }
}

/// The leg itself. None: as the stage says.
Ended walk(Leg leg, Scenario& scenario, const std::vector<Incident>& faults) {
  switch (leg) {
    case Leg::replicate:
      return tell_run(scenario, {"replicating"}, faults);
    case Leg::go_back:
      return tell_run(scenario, {"source"}, faults);
    case Leg::retire:
      return tell_run(scenario, {"retired"}, faults);
    case Leg::restore:
      return tell_restore(scenario, faults);
    case Leg::straight:
    case Leg::cut_over:
      break;
  }
  return tell_run(scenario, {"live"}, faults);
}

void restore_until_it_serves(Scenario& scenario) {
  for (int run = 0; run < patience; ++run) {
    const Ended ended = scenario.restore();
    if (ended.exit_code == 0) return scenario.judge().judge_restored();
    if (ended.exit_code == 4) return;  // too late: the way is forward
    scenario.heroku().pass(minutes{1});
  }
  scenario.judge().gave_up("service on the source");
}

void retire_until_it_is_gone(Scenario& scenario) {
  for (int run = 0; run < patience; ++run) {
    if (scenario.apply("retired").exit_code == 0) {
      int status = 0;
      scenario.heroku().pass(minutes{1});
      scenario.heroku().call("GET", "/addons/orders-db", {}, &status);
      if (status != 404) scenario.judge().gave_up("an old database that is gone");
      return scenario.judge().judge_nothing_done(scenario.apply("retired"));
    }
    scenario.heroku().pass(minutes{1});
  }
  scenario.judge().gave_up("stage retired");
}

void bring_to(Ending ending, Scenario& scenario, bool live) {
  if (ending == Ending::retired) return retire_until_it_is_gone(scenario);
  if (ending == Ending::source && !live) return scenario.bring_back();
  if (ending == Ending::restored && !live) restore_until_it_serves(scenario);
  if (!live) scenario.bring_to_live();
  scenario.heroku().pass(minutes{5});
  scenario.judge().judge_nothing_done(scenario.apply("live"));
}

std::vector<Ending> endings_of(Leg leg) {
  switch (leg) {
    case Leg::straight:
      return {Ending::live, Ending::source};
    case Leg::replicate:
      return {Ending::live};
    case Leg::cut_over:
      return {Ending::live, Ending::source, Ending::restored};
    case Leg::go_back:
      return {Ending::source};
    case Leg::restore:
      return {Ending::restored};
    case Leg::retire:
      return {Ending::retired};
  }
  return {};
}

/// How many calls of a kind an undisturbed leg makes.
struct Steps {
  int requests = 0;
  int sql_calls = 0;
  int file_calls = 0;
};

Steps steps_of(Leg leg) {
  Scenario scenario(world_of(leg));
  come_to(leg, scenario);
  Steps steps;
  const auto count = [&steps](SimulatedTool& tool) {
    tool.leaders().before = [&steps](const std::string&) {
      ++steps.sql_calls;
      return std::optional<Error>();
    };
  };
  const ApplyOptions options{leg == Leg::go_back};
  const std::string stage = leg == Leg::replicate ? "replicating"
                            : leg == Leg::go_back ? "source"
                            : leg == Leg::retire  ? "retired"
                                                  : "live";
  const Ended ended = leg == Leg::restore ? scenario.restore(false, count, &steps.file_calls)
                                          : scenario.apply(stage, count, options, &steps.file_calls);
  steps.requests = ended.requests;
  return steps;
}

std::vector<Incident> faults_of(const Steps& steps) {
  std::vector<Incident> faults;
  const auto add = [&faults](int number, decltype(Incident::what) what) {
    faults.push_back({0, number, std::move(what)});
  };
  for (int number = 1; number <= steps.requests; ++number) {
    for (std::size_t trouble = 0; trouble < all_troubles().size(); ++trouble) add(number, NetworkIncident{trouble});
    add(number, Signalled{});
  }
  for (int number = 1; number <= steps.sql_calls; ++number)
    for (const auto kind : {SqlIncident::Kind::killed, SqlIncident::Kind::broken}) add(number, SqlIncident{kind});
  for (int number = 1; number <= steps.file_calls; ++number)
    for (const How how : {How::before_effect, How::torn, How::after_effect})
      for (const bool dies : {true, false})
        if (how != How::torn || dies)  // a write is whole or not at all for who lives on
          add(number, DiskIncident{{number, false, how, ErrorCode::unavailable, dies}});
  return faults;
}

}  // namespace

std::string to_text(const Sweep& sweep) {
  return std::string(name_of(sweep.leg)) + ", then " + std::string(name_of(sweep.ending)) + ": " + to_text(sweep.fault);
}

std::vector<Sweep> all_of(Leg leg) {
  std::vector<Sweep> all;
  for (const Incident& fault : faults_of(steps_of(leg)))
    for (const Ending ending : endings_of(leg)) all.push_back({leg, ending, fault});
  return all;
}

std::vector<Sweep> whole_sweep() {
  std::vector<Sweep> whole;
  for (const Leg leg : legs)
    for (Sweep& one : all_of(leg)) whole.push_back(std::move(one));
  return whole;
}

SeededEnd tell(const Sweep& sweep, Telling telling) {
  Scenario scenario(world_of(sweep.leg));
  come_to(sweep.leg, scenario);
  SeededEnd end;
  const Ended disturbed = walk(sweep.leg, scenario, {sweep.fault});
  end.exit_code = disturbed.exit_code;
  const bool to_live = sweep.leg == Leg::straight || sweep.leg == Leg::cut_over;
  bring_to(sweep.ending, scenario, to_live && disturbed.exit_code == 0);
  scenario.heroku().pass(minutes{5});
  end.violations = scenario.judge().report();
  if (telling == Telling::in_full || !end.violations.empty()) end.log = to_text(sweep) + "\n" + scenario.log();
  return end;
}

}  // namespace changeover::simulation
