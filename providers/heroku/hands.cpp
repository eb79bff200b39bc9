#include "providers/heroku/hands.h"

#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

/// Requests a cutover of one migration may need, polls and the way back included (safety S30).
constexpr int calls_of_a_cutover = 120;

Error no_handler(const Action& action) {
  return {
      ErrorCode::internal, "this version can not carry out " + std::string(to_string(action.kind)), "report it", {}};
}

}  // namespace

Task<Result<Check>> HerokuHands::check(const Action& action, Look look) {
  const ActionHandler* handler = handler_of(action.kind);
  if (handler == nullptr) co_return fail(no_handler(action));
  co_return co_await handler->check(session_, action, look);
}

Task<Result<void>> HerokuHands::perform(const Action& action) {
  const ActionHandler* handler = handler_of(action.kind);
  if (handler == nullptr) co_return fail(no_handler(action));
  co_return co_await handler->perform(session_, action);
}

Task<Result<void>> HerokuHands::make_ready(bool needs_leader) {
  const std::optional<int> left = session_.services.api.rate_limit_remaining();
  const auto& attempt = session_.journal.record().attempt;
  const bool under_way = attempt && attempt->state == Attempt::State::open && attempt->downtime_began;
  if (!under_way && left && *left < 2 * calls_of_a_cutover)
    co_return fail(ErrorCode::rate_limited,
                   "the account has " + std::to_string(*left) + " requests left, and a cutover may need " +
                       std::to_string(2 * calls_of_a_cutover),
                   "wait: Heroku gives 75 back each minute");
  if (session_.desired.cutover.proof != Proof::sql || !session_.facts.source) co_return Result<void>{};
  Result<void> reached = co_await reach_leader();
  if (reached || needs_leader) co_return reached;
  session_.leader.reset();
  co_return Result<void>{};
}

Task<Result<void>> HerokuHands::reach_leader() {
  if (!session_.facts.source_database || session_.facts.source_database->url.empty())
    co_return fail(ErrorCode::unavailable, "Heroku did not say how to reach " + session_.facts.source->name,
                   "apply again");
  const OutsideTime::Span outside(session_.services.outside);
  session_.leader = session_.services.leaders.open(session_.facts.source_database->url);
  Result<LeaderIdentity> identity = co_await session_.leader->connect();
  if (!identity) co_return fail(identity.error().in("connecting to " + session_.facts.source->name));
  if (identity->in_recovery)
    co_return fail(ErrorCode::precondition, session_.facts.source->name + " answers as a follower, not as a leader",
                   "see `heroku pg:info`");
  if (!identity->sees_statistics)
    co_return fail(ErrorCode::precondition,
                   "the role of " + session_.facts.source->name +
                       " may not see other sessions, so it can not prove that nobody writes",
                   "use the default credential, or accept `proof: api`");
  const auto& attempt = session_.journal.record().attempt;
  const bool other = attempt && attempt->state == Attempt::State::open && attempt->certificate &&
                     !attempt->certificate->system_identifier.empty() &&
                     attempt->certificate->system_identifier != identity->system_identifier;
  if (other)
    co_return fail(ErrorCode::precondition,
                   "the server behind " + session_.facts.source->name + " is not the one the certificate was made on",
                   "plan again");
  co_return Result<void>{};
}

Task<void> HerokuHands::let_go(bool forward) {
  if (forward && session_.leader && session_.fenced && !session_.fenced_for_good) {
    // Whoever waits behind the fence would write to the old database the moment it goes.
    const OutsideTime::Span outside(session_.services.outside);
    if (session_.verified) {
      Result<PermanentFence> fence = co_await session_.leader->fence_permanently();
      session_.fenced_for_good = fence.has_value();
    }
    if (!session_.fenced_for_good) {
      // Whoever is left is met by the late-write check of the next run.
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
