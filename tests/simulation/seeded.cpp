#include "tests/simulation/seeded.h"

#include <chrono>
#include <utility>

#include "tests/simulation/incidents.h"
#include "tests/simulation/scenario.h"

namespace changeover::simulation {
namespace {

constexpr std::chrono::seconds slow_sql{20};

/// Lets the incidents of one run happen.
class Fate {
 public:
  Fate(Scenario& scenario, const Story& story, int run) : scenario_(scenario) {
    for (const Incident& incident : story.incidents)
      if (incident.run == run) incidents_.push_back(&incident);
  }

  void prepare(SimulatedTool& tool) {
    tool_ = &tool;
    tool.network().meddle = [this](const HttpRequest&, int number) { return at_request(number); };
    tool.leaders().before = [this](const std::string&) { return at_sql(); };
    for (const Incident* incident : incidents_)
      if (const auto* disk = std::get_if<DiskIncident>(&incident->what)) tool.files().fail_call(disk->failure);
  }

 private:
  Meddling at_request(int number) {
    Meddling meddling;
    for (const Incident* incident : incidents_) {
      if (incident->number != number) continue;
      if (const auto* network = std::get_if<NetworkIncident>(&incident->what))
        meddling = all_troubles()[network->trouble].meddling;
      if (const auto* people = std::get_if<PeopleIncident>(&incident->what)) scenario_.somebody(*people);
      if (std::holds_alternative<StateLost>(incident->what)) scenario_.lose_state();
      if (std::holds_alternative<Signalled>(incident->what)) tool_->stop();
      if (const auto* stall = std::get_if<Stall>(&incident->what)) scenario_.stall(stall->stalled);
    }
    return meddling;
  }

  std::optional<Error> at_sql() {
    ++sql_calls_;
    for (const Incident* incident : incidents_) {
      const auto* sql = std::get_if<SqlIncident>(&incident->what);
      if (sql == nullptr || incident->number != sql_calls_) continue;
      if (sql->kind == SqlIncident::Kind::killed) tool_->kill();
      if (sql->kind == SqlIncident::Kind::slow) scenario_.heroku().pass(slow_sql);
      if (sql->kind != SqlIncident::Kind::slow)
        return Error{ErrorCode::unavailable, "the connection to the leader broke", {}, {}};
    }
    return std::nullopt;
  }

  Scenario& scenario_;
  SimulatedTool* tool_ = nullptr;
  std::vector<const Incident*> incidents_;
  int sql_calls_ = 0;
};

}  // namespace

SeededEnd simulate(std::uint64_t seed) {
  const Story story = story_of(seed);
  Scenario scenario;
  SeededEnd end;
  for (const Incident& incident : story.incidents) end.log += to_text(incident) + "\n";
  for (std::size_t run = 0; run < story.stages.size(); ++run) {
    Fate fate(scenario, story, static_cast<int>(run));
    const ApplyOptions options{story.stages[run] != "live"};
    end.exit_code =
        scenario.apply(story.stages[run], [&fate](SimulatedTool& tool) { fate.prepare(tool); }, options).exit_code;
    scenario.stall(false);
    scenario.heroku().pass(std::chrono::seconds{30});
  }
  scenario.bring_to_live();
  scenario.heroku().pass(std::chrono::minutes{5});
  scenario.judge().judge_nothing_done(scenario.apply("live"));
  end.violations = scenario.judge().report();
  end.log += scenario.log();
  return end;
}

}  // namespace changeover::simulation
