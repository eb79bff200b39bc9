// The scheduler: carries out a graph of actions, each as soon as what it depends on is done.
//
// Owner: whoever runs a plan makes one a graph. Thread rule: the event loop's thread. Check, perform, check: so a graph
// that is run again changes nothing, and one that was killed is finished by the next run. What fails leaves the actions
// behind it untouched; what runs beside it is halted at its next look.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/event_loop.h"
#include "executor/events.h"
#include "executor/halt.h"
#include "executor/outside_time.h"
#include "executor/provider.h"

namespace changeover {

/// What the owner of a graph wants to do around its actions: journal before a change, notice the end of one.
class ActionObserver {
 public:
  virtual ~ActionObserver() = default;
  /// Right before perform(); an error stops the action without performing it.
  [[nodiscard]] virtual Task<Result<void>> before_change(const Action& action) = 0;
  /// perform() answered; `outcome` as it came.
  [[nodiscard]] virtual Task<Result<void>> after_change(const Action& action, const Result<void>& outcome) = 0;
  [[nodiscard]] virtual Task<Result<void>> done(const Action& action) = 0;
};

struct GraphResult {
  enum class End { complete, failed, halted, out_of_patience };
  End end = End::complete;
  std::string action;  ///< id of the one that failed, or that the patience was spent on
  std::string why;
  std::optional<Error> error;
  int changed = 0;  ///< actions that performed something
};

/// What a scheduler works with; all of it outlives the run.
struct Surroundings {
  EventLoop& loop;
  EventSink& events;
  OutsideTime& outside;
};

class Scheduler {
 public:
  Scheduler(Surroundings around, Hands& hands, ActionObserver& observer, Halt& halt, std::string migration)
      : around_(around), hands_(hands), observer_(observer), halt_(halt), migration_(std::move(migration)) {}

  /// Runs the actions; dependencies on actions that are not among them count as done. `patience` bounds waiting.
  [[nodiscard]] Task<GraphResult> run(std::vector<Action> actions, std::optional<SteadyTime> patience = {});

 private:
  enum class Ended { done, failed, halted, out_of_patience, skipped };
  struct Node {
    Action action;
    std::unique_ptr<Gate> over;
    Ended ended = Ended::skipped;
    SteadyTime started;
    int performed = 0;
    std::optional<Error> trouble{};  ///< how the last change failed
    std::string told;                ///< the last reason for waiting that was told
    SteadyTime told_at;
  };

  Task<int> run_node(Node& node);
  Task<Ended> carry_out(Node& node);
  Task<std::optional<Ended>> change(Node& node, Look& look);
  Task<std::optional<Ended>> pause(Node& node, const Check& check);
  [[nodiscard]] bool waits_for_requests(const Error& error) const;
  Task<std::optional<Ended>> recover(Node& node, const Error& error, int& failures);
  Ended fail(Node& node, Error error);
  void tell(EventType type, const Node& node, std::string message = {}, json::Value data = {},
            std::optional<Error> error = {});

  Surroundings around_;
  Hands& hands_;
  ActionObserver& observer_;
  Halt& halt_;
  std::string migration_;
  std::map<std::string, Node> nodes_;
  std::optional<SteadyTime> patience_;
  GraphResult result_;
  std::unique_ptr<Gate> stopped_;  ///< opens on the first failure or on the halt
};

}  // namespace changeover
