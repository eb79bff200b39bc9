#include "executor/plain_actions.h"

#include <utility>

namespace changeover {
namespace {

class AssertsTheLease final : public ActionObserver {
 public:
  explicit AssertsTheLease(Journal& journal) : journal_(journal) {}
  Task<Result<void>> before_change(const Action& action) override {
    if (action.reversible) co_return Result<void>{};
    co_return co_await journal_.assert_held();
  }
  Task<Result<void>> after_change(const Action&, const Result<void>&) override { co_return Result<void>{}; }
  Task<Result<void>> done(const Action&) override { co_return Result<void>{}; }

 private:
  Journal& journal_;
};

}  // namespace

Task<std::optional<MigrationOutcome>> PlainActions::carry_out(std::vector<Action> actions, std::string interrupted) {
  AssertsTheLease observer(c_.journal);
  Scheduler scheduler(c_.around, c_.hands, observer, c_.halt, c_.migration);
  GraphResult graph = co_await scheduler.run(std::move(actions), c_.patience);
  switch (graph.end) {
    case GraphResult::End::complete:
      co_return std::nullopt;
    case GraphResult::End::failed:
      co_return MigrationOutcome{c_.migration, Outcome::failed, graph.why, graph.error};
    case GraphResult::End::halted:
      co_return MigrationOutcome{c_.migration, Outcome::interrupted, std::move(interrupted), {}};
    case GraphResult::End::out_of_patience:
      break;
  }
  co_return MigrationOutcome{
      c_.migration, Outcome::pending, "still waiting: " + graph.why + "; apply again to go on", {}};
}

}  // namespace changeover
