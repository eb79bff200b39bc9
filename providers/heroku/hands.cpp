#include "providers/heroku/hands.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/leader_access.h"
#include "providers/heroku/observe_vicinity.h"
#include "providers/heroku/proof.h"

namespace changeover::heroku {
namespace {

/// Requests a cutover may need, polls and the way back included, and how many more for each app it stops (safety S30).
constexpr int calls_of_a_cutover = 80;
constexpr int calls_of_an_app = 20;
/// Requests of the look right before a cutover, what is around it included.
constexpr int calls_of_a_look = 20 + requests_of_a_closer_look;

/// A plan has these only with a copy; whoever gets them without one is told so.
constexpr std::array of_the_copy{Kind::follower_wait_drained,    Kind::follower_unfollow,
                                 Kind::database_wait_standalone, Kind::leader_verify_no_late_write,
                                 Kind::attachment_promote,       Kind::database_verify_live};

Error no_handler(const Action& action) {
  return {
      ErrorCode::internal, "this version can not carry out " + std::string(to_string(action.kind)), "report it", {}};
}

}  // namespace

Task<Result<Check>> HerokuHands::check(const Action& action, Look look) {
  const ActionHandler* handler = handler_of(action.kind);
  if (handler == nullptr) co_return fail(no_handler(action));
  if (!session_.facts.copy && std::ranges::find(of_the_copy, action.kind) != of_the_copy.end())
    co_return fail(ErrorCode::precondition, "the copy " + session_.facts.copy_name + " was not there when this began",
                   "plan again");
  co_return co_await handler->check(session_, action, look);
}

Task<Result<void>> HerokuHands::perform(const Action& action) {
  const ActionHandler* handler = handler_of(action.kind);
  if (handler == nullptr) co_return fail(no_handler(action));
  co_return co_await handler->perform(session_, action);
}

/// Twice what this cutover may need.
int HerokuHands::requests_wanted() const {
  const Situation situation = assess(session_.desired, session_.observed, session_.facts, &session_.journal.record());
  return 2 * (calls_of_a_cutover + calls_of_an_app * static_cast<int>(situation.quiesced.size()));
}

/// Those that are under way have used up a part of theirs; that it is not known how much is on the safe side. What is
/// around a cutover is looked at only by an account that keeps something for the work itself.
Task<Check> HerokuHands::affords_cutover(int at_once) {
  const int wanted = std::max(at_once * requests_wanted(), requests_kept) + calls_of_a_look;
  std::optional<int> left = session_.services.api.rate_limit_remaining();
  if (!left || *left >= wanted) co_return Check::satisfied();
  // What the last answer said may be long ago; to ask is free of charge (heroku-api.md 1.7).
  const Result<int> now = co_await session_.services.platform.rate_limits();
  if (now) left = *now;
  if (*left >= wanted) co_return Check::satisfied();
  const std::chrono::seconds back{(wanted - *left) * 60 / requests_back_a_minute + 1};
  Check check;
  check.verdict = Check::Verdict::waiting;
  check.why = "the account has " + counted(*left, "request") + " left, and a cutover begins with " +
              std::to_string(wanted) + ": Heroku gives them back in about " + human_duration(back);
  check.look_again = std::min(back, std::chrono::seconds{60});
  co_return check;
}

Task<Result<void>> HerokuHands::make_ready(bool needs_leader) {
  const std::optional<int> left = session_.services.api.rate_limit_remaining();
  const Attempt* attempt = session_.journal.record().open_attempt();
  const bool under_way = attempt != nullptr && attempt->downtime_began;
  const int wanted = requests_wanted();
  if (!under_way && left && *left < wanted)
    co_return fail(ErrorCode::rate_limited,
                   "the account has " + std::to_string(*left) +
                       " requests left, and twice what a cutover may need is " + std::to_string(wanted),
                   "wait: Heroku gives " + std::to_string(requests_back_a_minute) + " back each minute");
  const bool by_api = session_.desired.cutover.proof == Proof::api;
  const bool to_prove = session_.facts.copy_database && session_.facts.copy_database->following;
  if (by_api && !under_way && to_prove && session_.facts.source) co_return co_await measure_sampling(session_);
  if (session_.desired.cutover.proof != Proof::sql || !session_.facts.source) co_return Result<void>{};
  Result<void> reached = co_await open_leader(session_);
  if (reached || needs_leader) co_return reached;
  session_.leader.reset();
  co_return Result<void>{};
}

Task<void> HerokuHands::let_go(bool forward) {
  if (forward && session_.leader && session_.fenced && !session_.fenced_for_good) {
    // Whoever waits behind the fence would write to the old database the moment it goes.
    const OutsideTime::Span outside(session_.services.outside);
    const auto& attempt = session_.journal.record().attempt;
    if (session_.verified && attempt && attempt->past_point_of_no_return) {
      Result<PermanentFence> fence = co_await session_.leader->fence_permanently();
      session_.fenced_for_good = fence.has_value();
    }
    if (!session_.fenced_for_good) {
      // Whoever is left is met by the late-write check of the next run. Before the point of no return nothing may stay
      // that the way back does not undo.
      [[maybe_unused]] const Result<EndedClients> ended = co_await session_.leader->end_client_backends();
    }
  }
  session_.leader.reset();
  session_.fenced = false;
  session_.marker.reset();
}

Task<Result<Baseline>> HerokuHands::baseline_of(std::string name) {
  const AppFacts& app = session_.app(name);
  if (!app.formation)
    co_return fail(ErrorCode::precondition, "the formation of " + name + " is not known", "plan again");
  Baseline baseline{{app.app.id, name}, app.app.maintenance, *app.formation, 0};
  Result<std::vector<Release>> releases = co_await session_.services.platform.releases(name, 1);
  if (!releases) co_return fail(releases.error());
  if (!releases->empty()) baseline.release_version = releases->front().version;
  co_return baseline;
}

Task<Result<std::vector<Baseline>>> HerokuHands::baselines(std::vector<std::string> apps) {
  std::vector<Task<Result<Baseline>>> questions;
  for (const std::string& app : apps) questions.push_back(baseline_of(app));
  std::vector<Result<Baseline>> answers = co_await all_of(std::move(questions));
  std::vector<Baseline> baselines;
  for (Result<Baseline>& answer : answers) {
    if (!answer) co_return fail(answer.error());
    baselines.push_back(std::move(*answer));
  }
  co_return baselines;
}

}  // namespace changeover::heroku
