// Runs simulations: seeded ones (`changeover-simulation --runs N --seed S [--jobs J]`), or the whole sweep of single
// faults (`--sweep`); or tells one in full: `--replay SEED`, `--fault NUMBER` of the sweep.
//
// Prints the first seed before anything else; each further run takes the next one. Exit: 0 no violation, 1 at least
// one, 64 usage. Owner: the process. Thread rule: one process a job; nothing is shared.
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "tests/simulation/seeded.h"
#include "tests/simulation/sweep.h"

namespace {

using changeover::simulation::SeededEnd;
using changeover::simulation::simulate;
using changeover::simulation::Sweep;
using changeover::simulation::Telling;
using changeover::simulation::whole_sweep;

constexpr int exit_violated = 1;
constexpr int exit_usage = 64;
constexpr int shown_at_most = 5;  ///< in full; of the others the first line

struct Arguments {
  std::uint64_t runs = 1000;
  std::optional<std::uint64_t> seed{};
  std::optional<std::uint64_t> replay{};
  std::optional<std::uint64_t> fault{};
  bool sweep = false;
  std::uint64_t jobs = 1;
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<Arguments> read(const std::vector<std::string_view>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size();) {
    const std::string_view word = words[i++];
    if (word == "--sweep") {
      arguments.sweep = true;
      continue;
    }
    const auto value = i < words.size() ? number(words[i++]) : std::nullopt;
    if (!value) return std::nullopt;
    if (word == "--runs") {
      arguments.runs = *value;
    } else if (word == "--seed") {
      arguments.seed = value;
    } else if (word == "--replay") {
      arguments.replay = value;
    } else if (word == "--fault") {
      arguments.fault = value;
    } else if (word == "--jobs" && *value > 0) {
      arguments.jobs = *value;
    } else {
      return std::nullopt;
    }
  }
  return arguments;
}

int show(const char* what, std::uint64_t number, const SeededEnd& end) {
  std::printf("%s %llu\n%s%s\n", what, static_cast<unsigned long long>(number), end.log.c_str(),
              end.violations.empty() ? "no violation" : end.violations.c_str());
  return end.violations.empty() ? 0 : exit_violated;
}

/// Many stories, each by its number, and how to tell one of them again.
struct Stories {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::function<SeededEnd(std::uint64_t)> tell;
  const char* what;  ///< "seed"
  const char* again;
};

/// The stories job, job + jobs, … from the first on.
int run_job(const Stories& stories, std::uint64_t job, std::uint64_t jobs) {
  int violated = 0;
  for (std::uint64_t run = job; run < stories.count; run += jobs) {
    const SeededEnd end = stories.tell(stories.first + run);
    if (end.violations.empty()) continue;
    const bool in_full = ++violated <= shown_at_most;
    const std::string shown = in_full ? end.violations : end.violations.substr(0, end.violations.find('\n') + 1);
    std::printf("%s %llu: %s", stories.what, static_cast<unsigned long long>(stories.first + run), shown.c_str());
    std::fflush(stdout);
  }
  if (violated > 0) std::printf("%d stories violated an invariant; tell one with %s\n", violated, stories.again);
  return violated > 0 ? exit_violated : 0;
}

int run_all(const Stories& stories, std::uint64_t job_count) {
  std::fflush(stdout);
  std::vector<pid_t> jobs;
  for (std::uint64_t job = 0; job < job_count; ++job) {
    const pid_t child = ::fork();
    if (child < 0) return exit_violated;
    if (child == 0) std::exit(run_job(stories, job, job_count));
    jobs.push_back(child);
  }
  bool violated = false;
  for (const pid_t job : jobs) {
    int status = 0;
    violated = ::waitpid(job, &status, 0) != job || status != 0 || violated;
    if (WIFSIGNALED(status)) std::printf("a job died of signal %d\n", WTERMSIG(status));
  }
  tms spent{};
  ::times(&spent);
  std::printf("%llu stories, %.0f s of CPU: %s\n", static_cast<unsigned long long>(stories.count),
              static_cast<double>(spent.tms_cutime + spent.tms_cstime) / static_cast<double>(::sysconf(_SC_CLK_TCK)),
              violated ? "violations, see above" : "0 violations");
  return violated ? exit_violated : 0;
}

int run_seeds(const Arguments& arguments) {
  changeover::SystemRandom random;
  constexpr std::uint64_t most = 1'000'000'000;
  const std::uint64_t first = arguments.seed.value_or(random.next() % most);
  std::printf("seed %llu, %llu runs\n", static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(arguments.runs));
  return run_all({first, arguments.runs, [](std::uint64_t seed) { return simulate(seed); }, "seed", "--replay SEED"},
                 arguments.jobs);
}

int run_sweep(const Arguments& arguments) {
  const std::vector<Sweep> all = whole_sweep();
  if (arguments.fault && *arguments.fault < all.size())
    return show("fault", *arguments.fault, tell(all[*arguments.fault], Telling::in_full));
  std::printf("%zu single faults\n", all.size());
  return run_all({0, all.size(), [&all](std::uint64_t number) { return tell(all[number]); }, "fault", "--fault NUMBER"},
                 arguments.jobs);
}

}  // namespace

int main(int count, char** words) {
  const auto arguments = read({words + 1, words + count});
  if (!arguments) {
    std::fputs(
        "usage: changeover-simulation [--runs N] [--seed S] [--jobs J] | --sweep [--jobs J] | --replay SEED | --fault "
        "N\n",
        stderr);
    return exit_usage;
  }
  if (arguments->replay) return show("seed", *arguments->replay, simulate(*arguments->replay, Telling::in_full));
  return arguments->sweep || arguments->fault ? run_sweep(*arguments) : run_seeds(*arguments);
}
