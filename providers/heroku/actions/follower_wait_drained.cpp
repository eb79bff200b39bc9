// follower.wait_drained: waits for the proof, then reads every writer once more and writes the certificate durably
// (safety S1, S2).
#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/proof.h"

namespace changeover::heroku {
namespace {

const Certificate* certificate_of(const Session& session) {
  const auto& attempt = session.journal.record().attempt;
  return attempt && attempt->certificate ? &*attempt->certificate : nullptr;
}

/// An earlier run sent the unfollow behind its certificate and did not hear of it. That certificate is the one that
/// counts: a new marker would stand behind whatever was written since. Nothing comes back when the call was lost.
Task<Result<std::optional<Check>>> fate_of_unfollow(Session& session) {
  using std::chrono::milliseconds;
  Result<Database> copy = co_await session.services.data.database(session.facts.copy->id, critical(true));
  if (!copy) co_return fail(copy.error());
  session.facts.copy_database = *copy;
  if (!copy->following) co_return std::optional<Check>(Check::satisfied("proven by the run that sent the unfollow"));
  const SteadyTime now = session.services.loop.clock().steady_now();
  if (copy->waiting || !session.unfollow_unknown_since) session.unfollow_unknown_since = now;
  if (now - *session.unfollow_unknown_since < unfollow_lost_for_sure) {
    Check waiting =
        wait_for("whether the unfollow that an earlier run sent has arrived", milliseconds{50}, milliseconds{500});
    co_return std::optional<Check>(std::move(waiting));
  }
  session.unfollow_unknown_since.reset();
  std::function<void(RecordedMigration&)> change = [](RecordedMigration& record) {
    record.attempt->unfollow_sent = false;
    record.attempt->certificate.reset();
  };
  Result<void> voided = co_await session.journal.write(change);
  if (!voided) co_return fail(voided.error());
  co_return std::optional<Check>();
}

Task<Result<Check>> check(Session& session, const Action&, Look) {
  const Certificate* certificate = certificate_of(session);
  if (certificate != nullptr && session.certified) co_return Check::satisfied("proven");
  if (certificate != nullptr && session.journal.record().attempt->unfollow_sent) {
    Result<std::optional<Check>> fate = co_await fate_of_unfollow(session);
    if (!fate) co_return fail(fate.error());
    if (*fate) co_return std::move(**fate);
  }
  Result<Check> proof;
  if (session.desired.cutover.proof == Proof::sql) {
    proof = co_await prove_by_sql(session);
  } else {
    proof = co_await prove_by_api(session);
  }
  if (proof && proof->verdict == Check::Verdict::satisfied) co_return Check::ready("proven; to be certified");
  co_return proof;
}

Task<Result<void>> perform(Session& session, const Action&) {
  Result<void> parked = co_await writers_still_parked(session);
  if (!parked) co_return parked;
  Certificate certificate;
  certificate.copy_id = session.facts.copy->id;
  certificate.leader_id = session.facts.source->id;
  certificate.leader_primary = session.facts.source_database ? session.facts.source_database->formation_primary : "";
  certificate.proof = session.desired.cutover.proof;
  certificate.at = session.services.loop.clock().wall_now();
  if (session.marker) {
    certificate.system_identifier = session.marker->system_identifier;
    certificate.fence_lsn = session.marker->fence_lsn;
    certificate.transaction = session.marker->xid;
    certificate.evidence = marker_to_text(*session.marker);
  } else {
    certificate.transaction = session.leader_trail.value.value_or(0);
  }
  for (const Baseline& baseline : session.journal.record().attempt->baseline)
    certificate.writer_releases[baseline.app.name] = baseline.release_version;
  std::function<void(RecordedMigration&)> change = [&certificate](RecordedMigration& record) {
    record.attempt->certificate = certificate;
  };
  Result<void> written = co_await session.journal.write(change);
  session.certified = written.has_value();
  co_return written;
}

}  // namespace

const ActionHandler follower_wait_drained{Kind::follower_wait_drained, check, perform};

}  // namespace changeover::heroku
