#include "tests/simulation/simulated_heroku.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "core/diagnostic.h"
#include "emulator/world_reader.h"

namespace changeover::simulation {
namespace {

constexpr std::uint64_t usual_seed = 2449;

/// Worlds are read once: the same text is the same world, and a hundred thousand of them are begun.
const emulator::World& read(std::string_view yaml) {
  static std::map<std::string, emulator::World, std::less<>> known;
  if (const auto found = known.find(yaml); found != known.end()) return found->second;
  Diagnostics diagnostics("world.yaml", yaml);
  std::optional<emulator::World> world = emulator::read_world(yaml, {}, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.sorted()) ADD_FAILURE() << to_text(diagnostic);
  return known[std::string(yaml)] = world.value_or(emulator::World{});
}

}  // namespace

SimulatedHeroku::SimulatedHeroku(std::string_view world, emulator::DataPlaneTiming servers)
    : random_(usual_seed), world_(read(world)), plane_(time_, servers) {
  model_ =
      std::make_unique<emulator::Model>(world_, time_, random_, emulator::Engines{databases_, transfers_, processes_});
  SimulatedTime::World beside;
  beside.next_due = [this] {
    const auto model = model_->next_due();
    const auto plane = plane_.next_event();
    return !model ? plane : !plane ? model : std::min(model, plane);
  };
  beside.tick = [this] {
    const auto event = plane_.next_event();
    const bool something_ended = event && *event <= time_.steady_now();
    plane_.settle();
    model_->tick();
    if (something_ended) model_->watch();  // a dyno that ends by itself tells nobody
  };
  time_.attach(std::move(beside));
  pass(std::chrono::seconds{1});
}

json::Value SimulatedHeroku::call(const std::string& method, const std::string& path, const std::string& body,
                                  int* status) {
  emulator::Request request{
      method,
      path,
      {{"authorization", "Bearer " + world_.api_key.reveal()}, {"accept", "application/vnd.heroku+json; version=3"}},
      body};
  const emulator::Response response = model_->handle(request);
  if (status != nullptr) *status = response.status;
  const auto parsed = json::parse(response.body);
  return parsed ? *parsed : json::Value{};
}

void SimulatedHeroku::leave_requests(int left) {
  while (call("GET", "/account/rate-limits")["remaining"].as_integer() > left) call("GET", "/account");
}

void SimulatedHeroku::fail_over(const std::string& id) {
  plane_.fail_over(id);
  if (const Result<void> failed = model_->fail_over(id); !failed) ADD_FAILURE() << failed.error().what;
}

std::string SimulatedHeroku::id_of(const std::string& addon) {
  return call("GET", "/addons/" + addon)["id"].string_or("");
}

}  // namespace changeover::simulation
