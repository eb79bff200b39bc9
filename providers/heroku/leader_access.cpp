#include "providers/heroku/leader_access.h"

#include "providers/heroku/proof.h"

namespace changeover::heroku {

Task<Result<void>> open_leader(Session& session) {
  if (!session.facts.source_database || session.facts.source_database->url.empty())
    co_return fail(ErrorCode::unavailable, "Heroku did not say how to reach " + session.facts.source->name,
                   "apply again");
  const OutsideTime::Span outside(session.services.outside);
  session.leader = session.services.leaders.open(session.facts.source_database->url);
  Result<LeaderIdentity> identity = co_await session.leader->connect();
  if (!identity) co_return fail(identity.error().in("connecting to " + session.facts.source->name));
  if (identity->in_recovery)
    co_return fail(ErrorCode::precondition, session.facts.source->name + " answers as a follower, not as a leader",
                   "see `heroku pg:info`");
  if (!identity->sees_statistics)
    co_return fail(ErrorCode::precondition,
                   "the role of " + session.facts.source->name +
                       " may not see other sessions, so it can not prove that nobody writes",
                   "use the default credential, or accept `proof: api`");
  const Attempt* attempt = session.journal.record().open_attempt();
  const bool other = attempt != nullptr && attempt->certificate && !attempt->certificate->system_identifier.empty() &&
                     attempt->certificate->system_identifier != identity->system_identifier;
  if (other)
    co_return fail(ErrorCode::precondition,
                   "the server behind " + session.facts.source->name + " is not the one the certificate was made on",
                   "plan again");
  co_return Result<void>{};
}

Task<Result<bool>> still_closed(Session& session) {
  const OutsideTime::Span outside(session.services.outside);
  Result<PreflightFacts> found = co_await session.leader->inspect();
  if (!found) co_return fail(found.error());
  if (found->read_only) co_return true;
  Result<EndedClients> ended = co_await session.leader->end_client_backends();
  if (!ended) co_return fail(ended.error());
  Result<void> fenced = co_await session.leader->fence();
  if (!fenced) co_return fail(fenced.error());
  session.fenced = true;
  const std::optional<Marker> marker = session.proven_marker();
  if (!marker) co_return true;
  const Marker proven = *marker;
  Result<LateWrites> late = co_await session.leader->late_writes(proven);
  if (!late) co_return fail(late.error());
  session.verified = late->verdict != LateWrites::Verdict::unexplained;
  co_return session.verified;
}

}  // namespace changeover::heroku
