// Reading, planning and showing a fleet of 1 … 10,000 migrations, all in one run, so that the ratios count.
//
// Each family ends with its growth: N is linear. `peak_MiB` is the most memory the process had until then; families run
// from small to large, planning first.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "bench/fleets.h"
#include "cmd/view/plan_markdown.h"
#include "cmd/view/plan_text.h"
#include "planner/plan_file.h"
#include "planner/planner.h"
#include "planner/spec_reader.h"

namespace changeover::bench {
namespace {

PlanOptions options() {
  PlanOptions made;
  made.tool_version = "0.0.0";
  return made;
}

void note_peak(benchmark::State& state) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  state.counters["peak_MiB"] = static_cast<double>(usage.ru_maxrss) / 1024;
  state.SetComplexityN(state.range(0));
}

void plan_from_a_recorded_observation(benchmark::State& state) {
  const Fleet fleet = fleet_of(static_cast<int>(state.range(0)));
  for (auto round : state) {
    Plan plan = plan_migrations(fleet.desired, fleet.observed, {}, options());
    benchmark::DoNotOptimize(plan);
  }
  note_peak(state);
}

void read_the_spec(benchmark::State& state) {
  const std::string text = fleet_spec(static_cast<int>(state.range(0)));
  for (auto round : state) {
    Diagnostics diagnostics("fleet.yaml", text);
    auto desired = read_spec(text, "fleet.yaml", diagnostics);
    benchmark::DoNotOptimize(desired);
  }
  note_peak(state);
}

template <class Show>
void show(benchmark::State& state, Show as) {
  const Fleet fleet = fleet_of(static_cast<int>(state.range(0)));
  const Plan plan = plan_migrations(fleet.desired, fleet.observed, {}, options());
  for (auto round : state) {
    std::string text = as(plan);
    benchmark::DoNotOptimize(text);
  }
  note_peak(state);
}
void show_as_text(benchmark::State& state) {
  show(state, [](const Plan& plan) { return plan_as_text(plan, {}); });
}
void show_as_markdown(benchmark::State& state) {
  show(state, [](const Plan& plan) { return plan_as_markdown(plan); });
}
void write_as_json(benchmark::State& state) {
  show(state, [](const Plan& plan) { return plan_to_json(plan).pretty(); });
}

void sizes(benchmark::internal::Benchmark* family) {
  family->RangeMultiplier(10)->Range(1, 10'000)->Unit(benchmark::kMillisecond)->Complexity();
}
BENCHMARK(plan_from_a_recorded_observation)->Apply(sizes);
BENCHMARK(read_the_spec)->Apply(sizes);
BENCHMARK(show_as_text)->Apply(sizes);
BENCHMARK(show_as_markdown)->Apply(sizes);
BENCHMARK(write_as_json)->Apply(sizes);

}  // namespace
}  // namespace changeover::bench

BENCHMARK_MAIN();
