#include "tests/simulation/simulated_heroku.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/diagnostic.h"
#include "emulator/world_reader.h"

namespace changeover::simulation {
namespace {

constexpr std::uint64_t usual_seed = 2449;

emulator::World read(std::string_view yaml) {
  Diagnostics diagnostics("world.yaml", yaml);
  std::optional<emulator::World> world = emulator::read_world(yaml, {}, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.sorted()) ADD_FAILURE() << to_text(diagnostic);
  return world.value_or(emulator::World{});
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
    plane_.settle();
    model_->tick();
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

std::string SimulatedHeroku::id_of(const std::string& addon) {
  return call("GET", "/addons/" + addon)["id"].string_or("");
}

}  // namespace changeover::simulation
