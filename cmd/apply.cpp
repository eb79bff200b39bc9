#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cmd/approval.h"
#include "cmd/commands.h"
#include "cmd/plan_output.h"
#include "cmd/run_view.h"
#include "cmd/signals.h"
#include "cmd/spec_file.h"
#include "cmd/version.h"
#include "executor/halt.h"
#include "executor/run.h"

namespace changeover {
namespace {

using std::chrono::seconds;

RunOptions run_options(const ApplyCommand& command, const std::optional<SavedPlan>& saved, const Shell& shell) {
  RunOptions options;
  options.plan.tool_version = tool_version;
  options.plan.allow_destroy = command.allow_destroy;
  options.plan.in_ci = is_ci(shell.environment);
  options.plan.only = command.only;
  options.wait = command.wait;
  if (!options.wait && options.plan.in_ci) options.wait = seconds{0};
  options.spec_path = command.spec;
  if (saved) options.plan_id = saved->plan_id;
  return options;
}

/// A plan that was begun is gone on with, though its own steps have changed the facts: what is left must be a part of
/// what was reviewed. Going back is always allowed.
/// While one of its migrations is down, what is wrong with others holds up them alone.
std::vector<std::string> reasons_not_resumed(const SavedPlan& saved, const Plan& fresh, Run& run) {
  const Plan& begun = saved.plan;
  if (begun.spec_sha256 != fresh.spec_sha256) return {"the spec was edited since this plan was begun"};
  std::set<std::string> reviewed;
  for (const MigrationPlan& migration : begun.migrations)
    for (const Action& action : migration.actions) reviewed.insert(action.id);
  const bool one_is_down =
      std::ranges::any_of(fresh.migrations, [&](const MigrationPlan& one) { return run.is_down(one.name); });
  std::vector<std::string> reasons;
  for (const MigrationPlan& migration : fresh.migrations) {
    const bool spent = run.is_spent(saved.plan_id, migration.name);
    std::vector<std::string> own;
    for (const Action& action : migration.actions) {
      if (action.group == Group::restore) continue;
      if (spent)
        own.push_back(action.id + " would be done again, and its attempt is over");
      else if (!reviewed.contains(action.id))
        own.push_back(action.id + " would be done now, and is not in it");
    }
    if (own.empty()) continue;
    if (one_is_down && !run.is_down(migration.name))
      run.leave_out(migration.name, "the plan file is stale for it: " + own.front());
    else
      reasons.insert(reasons.end(), own.begin(), own.end());
  }
  return reasons;
}

/// What separates the file that was reviewed from what would be done now; empty: nothing.
std::vector<std::string> reasons_stale(const SavedPlan& saved, const Plan& fresh, Run& run) {
  const PlanStanding standing = run.standing_of(saved.plan_id);
  if (standing == PlanStanding::started) return reasons_not_resumed(saved, fresh, run);
  if (standing == PlanStanding::spent) return {"its attempt is over, and a plan is for one attempt"};
  std::vector<std::string> reasons;
  if (auto age = plan_is_too_old(saved.plan, fresh.observed_at)) reasons.push_back(std::move(*age));
  for (std::string& difference : plan_differences(saved.document, plan_to_json(fresh)))
    reasons.push_back(std::move(difference));
  return reasons;
}

ExitCode refuse_stale(const std::string& file, const std::vector<std::string>& reasons, bool json, Shell& shell) {
  if (json) {
    std::string all;
    for (const std::string& reason : reasons) all += (all.empty() ? "" : "; ") + reason;
    report({ErrorCode::conflict, file + " is stale: " + all, "plan again, review that plan and apply it", {}}, true,
           shell);
    return ExitCode::stale;
  }
  shell.err << paragraph(shell.err_style, "stale: ", file + " is not what would be done now:", Ink::plain, Ink::red);
  for (const std::string& reason : reasons) shell.err << paragraph(shell.err_style, "  • ", reason);
  shell.err << paragraph(shell.err_style, "  what to do: ", "plan again, review that plan and apply it", Ink::plain,
                         Ink::bold);
  return ExitCode::stale;
}

ExitCode refuse_unasked(bool json, Shell& shell) {
  return report({ErrorCode::precondition,
                 "nobody can be asked: there is no terminal, and --auto-approve is not given",
                 "review the plan, then apply with --auto-approve (in CI best with --plan FILE as well)",
                 {}},
                json, shell);
}

/// Shows the plan and asks, unless nothing would change or the answer was given beforehand.
std::optional<ExitCode> not_approved(const ApplyCommand& command, const Plan& plan, Signals& signals, Shell& shell) {
  const bool asks = plan.changes_anything() && !command.auto_approve;
  if (!command.json) {
    shell.out << plan_in(Format::text, plan, shell.out_style) << "\n" << std::flush;
  } else if (asks) {
    shell.err << plan_in(Format::text, plan, shell.err_style) << std::flush;  // stdout is for the events alone
  }
  if (!asks) return std::nullopt;
  switch (ask_approval("Shall this be done?", signals.descriptor(), shell)) {
    case Approval::yes:
      return std::nullopt;
    case Approval::interrupted:
      return ExitCode::interrupted;
    case Approval::no:
      break;
  }
  shell.err << "Nothing was done.\n";
  return ExitCode::error;
}

ExitCode carry_out(Run& run, const Plan& plan, World& world, Signals& signals, RunView& view) {
  EventLoop& loop = world.loop();
  signals.deliver_to(&loop, [&run, &view](int signal, int count) {
    if (count == 1) run.stop(signal_name(signal));
    view.note(count == 1 ? std::string(signal_name(signal)) + ": ending; what is down is brought back first"
                         : "still ending; killing this process would leave service as it is now");
  });
  view.begin(plan, loop.clock().wall_now());
  const std::vector<MigrationOutcome> outcomes = view.show_while(loop, run.apply(plan));
  std::vector<Outcome> all;
  for (const MigrationOutcome& outcome : outcomes) all.push_back(outcome.outcome);
  const auto code = static_cast<ExitCode>(exit_code(all));
  view.end(code, world.provider().traffic(), loop.clock().wall_now());
  signals.deliver_to(nullptr, nullptr);
  return code;
}

/// The plan, or nothing when a signal came first: planning changes nothing and is dropped.
std::optional<Result<Plan>> plan_unless_interrupted(Run& run, EventLoop& loop, Signals& signals) {
  Gate interrupted(loop);
  signals.deliver_to(&loop, [&interrupted](int, int) { interrupted.open(); });
  std::optional<Result<Plan>> plan = loop.run(unless(loop, interrupted, run.plan()));
  signals.deliver_to(nullptr, nullptr);
  return plan;
}

}  // namespace

ExitCode run_command(const ApplyCommand& command, Shell& shell) {
  const std::optional<Desired> desired = need_spec(command.spec, command.only, command.json, shell);
  if (!desired) return ExitCode::error;
  if (!command.auto_approve && !shell.can_ask) return refuse_unasked(command.json, shell);
  std::optional<SavedPlan> saved;
  if (command.plan) {
    Result<SavedPlan> file = read_saved_plan(*command.plan, shell.files);
    if (!file) return report(file.error(), command.json, shell);
    saved = std::move(*file);
  }

  Signals signals;  // before any other thread
  const auto opened = shell.open_world(*desired, Reach::heroku, shell.environment);
  if (!opened) return report(opened.error(), command.json, shell);
  World& world = **opened;
  RunView view(command.json, shell);
  world.state().on_wait([&view](const std::string& text) { view.note(text); });
  Run run({world.loop(), world.provider(), world.state(), view, world.outside(), world.random(), world.processes()},
          *desired, run_options(command, saved, shell));
  const std::optional<Result<Plan>> planned = plan_unless_interrupted(run, world.loop(), signals);
  if (!planned)
    return report({ErrorCode::cancelled, "interrupted while planning; nothing was done", "", {}}, command.json, shell);
  const Result<Plan>& plan = *planned;
  if (!plan) return report(plan.error(), command.json, shell);
  if (saved) {
    const std::vector<std::string> reasons = reasons_stale(*saved, *plan, run);
    if (!reasons.empty()) return refuse_stale(*command.plan, reasons, command.json, shell);
  }
  if (const auto code = not_approved(command, *plan, signals, shell)) return *code;
  return carry_out(run, *plan, world, signals, view);
}

}  // namespace changeover
