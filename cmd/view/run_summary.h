// What a run came to, gathered from its events: outcomes, downtime and its parts, requests, what to do next.
//
// Owner: the view of the run. Thread rule: the event loop's thread. Reads leniently: a member that an event lacks is
// left out of the text, never guessed.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cmd/view/text_style.h"
#include "executor/events.h"
#include "planner/time_range.h"

namespace changeover {

class RunSummary {
 public:
  struct Part {
    std::string name;
    std::chrono::milliseconds time{0};
  };
  struct Migration {
    std::string name;
    std::string outcome;  ///< of migration_done; "" while it runs
    std::string message;
    std::string advice;  ///< of the error it ended with
    std::string go_on;   ///< the command that goes on, when it ended in downtime
    int exit_code = 0;
    bool in_downtime = false;  ///< ended past the point of no return without service
    std::optional<WallTime> down_since;
    std::optional<std::chrono::milliseconds> downtime;
    std::optional<std::chrono::milliseconds> own;  ///< of the downtime, the tool's part
    std::vector<Part> parts;
    std::optional<TimeRange> downtime_expected;
    std::optional<std::chrono::milliseconds> preparation;
    std::optional<TimeRange> preparation_expected;
  };

  void take(const Event& event);

  [[nodiscard]] const std::vector<Migration>& migrations() const { return migrations_; }

  /// "IN DOWNTIME: ..." for each migration that ended so, with the command that goes on; "" when there is none. To be
  /// printed on stderr before anything else that ends the run (safety, Exact meanings).
  [[nodiscard]] std::string alarm(const TextStyle& style) const;

  /// Outcomes, downtime, requests and what to do next; several lines.
  [[nodiscard]] std::string text(const TextStyle& style) const;

 private:
  Migration& of(const std::string& name);

  std::string spec_;
  std::vector<Migration> migrations_;
  std::optional<std::int64_t> requests_;
  std::optional<std::int64_t> polls_;
  std::optional<WallTime> began_;
  std::optional<WallTime> ended_;
  int exit_code_ = 0;  ///< of the run, from run_done
};

}  // namespace changeover
