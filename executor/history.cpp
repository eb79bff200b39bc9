#include "executor/history.h"

#include <utility>

namespace changeover {
namespace {

bool waits(const RunRecord& run) { return run.outcome.starts_with("pending"); }

std::string words_of(const MigrationOutcome& outcome) {
  if (outcome.outcome == Outcome::done) return outcome.message.empty() ? "done" : outcome.message;
  return std::string(to_string(outcome.outcome)) + (outcome.message.empty() ? "" : ": " + outcome.message);
}

void note_preparation(RunRecord& kept, const RunRecord& run) {
  if (!run.preparation) return;
  kept.preparation = run.preparation;
  kept.preparation_expected = run.preparation_expected;
  kept.bytes = run.bytes;
}

}  // namespace

RunRecord history_entry(const MigrationOutcome& outcome, WallTime began, WallTime ended, const Traffic& traffic) {
  return {ended, words_of(outcome), {}, {}, began, traffic.requests, traffic.polls};
}

void add_to_history(std::vector<RunRecord>& history, RunRecord run) {
  RunRecord* last = history.empty() ? nullptr : &history.back();
  if (last != nullptr && !last->began && run.began && last->at >= *run.began) {
    last->began = run.began;
    last->requests = run.requests;
    last->polls = run.polls;
    note_preparation(*last, run);
    return;
  }
  if (last != nullptr && waits(*last) && waits(run) && last->requests && run.requests) {
    last->at = run.at;
    last->outcome = std::move(run.outcome);
    *last->requests += *run.requests;
    if (last->polls && run.polls) *last->polls += *run.polls;
    note_preparation(*last, run);
    return;
  }
  history.push_back(std::move(run));
  if (history.size() > longest_history) history.erase(history.begin());
}

}  // namespace changeover
