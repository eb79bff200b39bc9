#include "tests/simulation/seeded.h"

#include <chrono>
#include <utility>

namespace changeover::simulation {
namespace {

constexpr std::chrono::seconds slow_sql{20};

/// Lets the incidents of one run happen.
class Fate {
 public:
  Fate(Scenario& scenario, const std::vector<Incident>& incidents) : scenario_(scenario) {
    for (const Incident& incident : incidents) incidents_.push_back({&incident});
  }

  void prepare(SimulatedTool& tool) {
    tool_ = &tool;
    tool.network().meddle = [this](const HttpRequest& request, int number) { return at_request(request, number); };
    tool.leaders().before = [this](const std::string& call) { return at_sql(call); };
    for (const Due& due : incidents_)
      if (const auto* disk = std::get_if<DiskIncident>(&due.incident->what)) tool.files().fail_call(disk->failure);
  }

 private:
  struct Due {
    const Incident* incident;
    bool came = false;
  };

  /// An incident with a place comes there once; one with a number comes with that call, to whom it concerns.
  static bool comes(Due& due, const std::string& call, bool by_number) {
    const std::string& at = due.incident->at;
    if (at.empty()) return by_number;
    const std::size_t space = at.find(' ');
    const bool here =
        !due.came && call.starts_with(at.substr(0, space + 1)) && call.find(at.substr(space + 1), space) != call.npos;
    due.came = due.came || here;
    return here;
  }

  /// What befalls the world rather than a call.
  void happen(const Incident& incident) {
    if (const auto* people = std::get_if<PeopleIncident>(&incident.what)) scenario_.somebody(*people);
    if (std::holds_alternative<StateLost>(incident.what)) scenario_.lose_state();
    if (std::holds_alternative<Signalled>(incident.what)) tool_->stop();
    if (const auto* stall = std::get_if<Stall>(&incident.what)) scenario_.stall(stall->stalled);
    if (const auto* over = std::get_if<FailOver>(&incident.what)) scenario_.fail_over(over->of_copy);
    if (std::holds_alternative<CopyDestroyed>(incident.what)) scenario_.destroy_copy();
    if (const auto* other = std::get_if<SecondOperator>(&incident.what)) scenario_.colleague(other->stage);
  }

  Meddling at_request(const HttpRequest& request, int number) {
    Meddling meddling;
    for (Due& due : incidents_) {
      if (!comes(due, request.method + " " + request.url, due.incident->number == number)) continue;
      happen(*due.incident);
      if (const auto* network = std::get_if<NetworkIncident>(&due.incident->what))
        meddling = all_troubles()[network->trouble].meddling;
    }
    return meddling;
  }

  std::optional<Error> at_sql(const std::string& call) {
    ++sql_calls_;
    for (Due& due : incidents_) {
      const auto* sql = std::get_if<SqlIncident>(&due.incident->what);
      if (!comes(due, "SQL " + call, sql != nullptr && due.incident->number == sql_calls_)) continue;
      happen(*due.incident);
      if (sql == nullptr) continue;
      if (sql->kind == SqlIncident::Kind::killed) tool_->kill();
      if (sql->kind == SqlIncident::Kind::slow) scenario_.heroku().pass(slow_sql);
      if (sql->kind != SqlIncident::Kind::slow)
        return Error{ErrorCode::unavailable, "the connection to the leader broke", {}, {}};
    }
    return std::nullopt;
  }

  Scenario& scenario_;
  SimulatedTool* tool_ = nullptr;
  std::vector<Due> incidents_;
  int sql_calls_ = 0;
};

}  // namespace

Ended tell_run(Scenario& scenario, const Chapter& chapter, const std::vector<Incident>& incidents) {
  Fate fate(scenario, incidents);
  scenario.edit_spec(chapter.edit);
  const ApplyOptions options{chapter.stage != "live"};
  return scenario.apply(chapter.stage, [&fate](SimulatedTool& tool) { fate.prepare(tool); }, options);
}

Ended tell_restore(Scenario& scenario, const std::vector<Incident>& incidents) {
  Fate fate(scenario, incidents);
  return scenario.restore(false, [&fate](SimulatedTool& tool) { fate.prepare(tool); });
}

SeededEnd tell(const Story& story, const Mutant& mutant, Telling telling) {
  Scenario scenario(orders_world_of(story.world), mutant);
  SeededEnd end;
  for (std::size_t run = 0; run < story.runs.size(); ++run) {
    std::vector<Incident> incidents;
    for (const Incident& incident : story.incidents)
      if (incident.run == static_cast<int>(run)) incidents.push_back(incident);
    end.exit_code = tell_run(scenario, story.runs[run], incidents).exit_code;
    scenario.stall(false);
    scenario.heroku().pass(std::chrono::seconds{30});
  }
  if (story.ends_on_source) {
    scenario.bring_back();
  } else {
    scenario.bring_to_live();
  }
  scenario.heroku().pass(std::chrono::minutes{5});
  if (!story.ends_on_source) scenario.judge().judge_nothing_done(scenario.apply("live"));
  end.violations = scenario.judge().report();
  if (telling == Telling::briefly && end.violations.empty()) return end;
  end.log = "world " + std::to_string(story.world) + "\n";
  for (const Incident& incident : story.incidents) end.log += to_text(incident) + "\n";
  for (const Chapter& chapter : story.runs) end.log += chapter.stage + ", spec " + std::to_string(chapter.edit) + "\n";
  end.log += scenario.log();
  return end;
}

SeededEnd simulate(std::uint64_t seed, Telling telling) { return tell(story_of(seed), {}, telling); }

}  // namespace changeover::simulation
