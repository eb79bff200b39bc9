// Any bytes as one of Heroku's answers: a whole plan against the simulated Heroku, in which one answer is replaced.
// The plan is made without it, or the command ends with an error in words; nothing is changed, nothing hangs, and no
// secret comes out.
//
// The first byte says which request's answer is replaced, the second with which status; the rest is the body.

#include <array>
#include <string>

#include "cmd/view/diagnostic_text.h"
#include "cmd/view/plan_text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/simulation/simulated_heroku.h"
#include "tests/simulation/simulated_tool.h"
#include "tests/simulation/worlds.h"

namespace changeover {
namespace {

using namespace simulation;

constexpr std::array<int, 12> statuses{200, 200, 200, 200, 206, 201, 202, 401, 403, 404, 429, 503};

/// One that follows already, so that the plan looks at every kind of object.
SimulatedHeroku& replicating_world() {
  static SimulatedHeroku world{orders_world};
  static const bool prepared = [] {
    SimulatedTool tool(world, orders_spec("replicating"));
    return tool.apply().exit_code == 0;
  }();
  fuzz::must(prepared, "the world is ready");
  return world;
}

}  // namespace
}  // namespace changeover

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace changeover;
  if (size < 2) return 0;
  SimulatedHeroku& world = replicating_world();
  SimulatedTool tool(world, orders_spec("live"));
  Meddling replaced;
  replaced.kind = Meddling::Kind::answer;
  replaced.answer.status = statuses.at(data[1] % statuses.size());
  replaced.answer.body = std::string(fuzz::text_of(data + 2, size - 2));
  const int number = 1 + data[0] % 24;
  bool changed = false;
  tool.network().meddle = [&](const HttpRequest& request, int at) {
    changed = changed || request.method != "GET";
    return at == number ? replaced : Meddling{};
  };
  const Result<Plan> plan = tool.plan();
  fuzz::must(!changed, "a plan changes nothing");
  const std::string said = plan ? plan_as_text(*plan, TextStyle{}) : error_as_text(plan.error(), TextStyle{});
  fuzz::must(!said.empty(), "a plan or an error, in words");
  const std::string secret = world.world().api_key.reveal();
  fuzz::must(said.find(secret) == std::string::npos, "no secret comes out");
  return 0;
}
