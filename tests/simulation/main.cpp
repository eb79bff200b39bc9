// Runs seeded simulations: `changeover-simulation --runs N --seed S [--jobs J]`, or one seed told in full: `--replay
// S`.
//
// Prints the first seed before anything else; each further run takes the next one. Exit: 0 no violation, 1 at least
// one, 64 usage. Owner: the process. Thread rule: one process a job; nothing is shared.
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "tests/simulation/seeded.h"

namespace {

using changeover::simulation::SeededEnd;
using changeover::simulation::simulate;
using changeover::simulation::Telling;

constexpr int exit_violated = 1;
constexpr int exit_usage = 64;
constexpr int shown_at_most = 5;

struct Arguments {
  std::uint64_t runs = 1000;
  std::optional<std::uint64_t> seed{};
  std::optional<std::uint64_t> replay{};
  std::uint64_t jobs = 1;
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<Arguments> read(const std::vector<std::string_view>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    const auto value = i + 1 < words.size() ? number(words[i + 1]) : std::nullopt;
    if (!value) return std::nullopt;
    if (words[i] == "--runs") {
      arguments.runs = *value;
    } else if (words[i] == "--seed") {
      arguments.seed = value;
    } else if (words[i] == "--replay") {
      arguments.replay = value;
    } else if (words[i] == "--jobs" && *value > 0) {
      arguments.jobs = *value;
    } else {
      return std::nullopt;
    }
  }
  return arguments;
}

int replay(std::uint64_t seed) {
  const SeededEnd end = simulate(seed, Telling::in_full);
  std::printf("seed %llu\n%s%s\n", static_cast<unsigned long long>(seed), end.log.c_str(),
              end.violations.empty() ? "no violation" : end.violations.c_str());
  return end.violations.empty() ? 0 : exit_violated;
}

/// The seeds first, first + step, … of `runs`.
int run_job(std::uint64_t first, std::uint64_t runs, std::uint64_t job, std::uint64_t step) {
  int violated = 0;
  for (std::uint64_t run = job; run < runs; run += step) {
    const SeededEnd end = simulate(first + run);
    if (end.violations.empty()) continue;
    if (++violated <= shown_at_most)
      std::printf("seed %llu: %s", static_cast<unsigned long long>(first + run), end.violations.c_str());
    std::fflush(stdout);
  }
  if (violated > 0) std::printf("%d seeds violated an invariant; tell one with --replay SEED\n", violated);
  return violated > 0 ? exit_violated : 0;
}

int run_all(const Arguments& arguments) {
  changeover::SystemRandom random;
  constexpr std::uint64_t most = 1'000'000'000;
  const std::uint64_t first = arguments.seed.value_or(random.next() % most);
  std::printf("seed %llu, %llu runs\n", static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(arguments.runs));
  std::fflush(stdout);
  std::vector<pid_t> jobs;
  for (std::uint64_t job = 0; job < arguments.jobs; ++job) {
    const pid_t child = ::fork();
    if (child < 0) return exit_violated;
    if (child == 0) std::exit(run_job(first, arguments.runs, job, arguments.jobs));
    jobs.push_back(child);
  }
  bool violated = false;
  for (const pid_t job : jobs) {
    int status = 0;
    violated = ::waitpid(job, &status, 0) != job || status != 0 || violated;
  }
  std::printf(violated ? "violations: see above\n" : "0 violations\n");
  return violated ? exit_violated : 0;
}

}  // namespace

int main(int count, char** words) {
  const auto arguments = read({words + 1, words + count});
  if (!arguments) {
    std::fputs("usage: changeover-simulation [--runs N] [--seed S] [--jobs J] | --replay SEED\n", stderr);
    return exit_usage;
  }
  return arguments->replay ? replay(*arguments->replay) : run_all(*arguments);
}
