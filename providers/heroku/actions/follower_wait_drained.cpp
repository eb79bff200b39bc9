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

Task<Result<Check>> check(Session& session, const Action&, Look) {
  const Certificate* certificate = certificate_of(session);
  const bool sent_before = certificate != nullptr && session.journal.record().attempt->unfollow_sent;
  const bool of_this_session =
      session.marker && certificate != nullptr && certificate->transaction == session.marker->xid;
  if (of_this_session ||
      (certificate != nullptr && session.desired.cutover.proof == Proof::api && session.leader_trail.agreeing > 2))
    co_return Check::satisfied("proven");
  Result<Check> proof;
  if (session.desired.cutover.proof == Proof::sql) {
    proof = co_await prove_by_sql(session);
  } else {
    proof = co_await prove_by_api(session);
  }
  // An earlier run sent the unfollow behind a certificate, and it has taken effect meanwhile.
  if (sent_before && session.facts.copy_database && !session.facts.copy_database->following)
    co_return Check::satisfied("proven by the run that sent the unfollow");
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
  co_return co_await session.journal.write(change);
}

}  // namespace

const ActionHandler follower_wait_drained{Kind::follower_wait_drained, check, perform};

}  // namespace changeover::heroku
