#include "providers/heroku/leader/permanent.h"

#include "providers/heroku/leader/clients.h"
#include "providers/heroku/leader/ledger.h"
#include "providers/heroku/leader/proof.h"

namespace changeover::heroku {

namespace {

/// Opens a session as an app would, without our own settings over it, and asks whether it may write.
Result<void> verify_read_only(LeaderBackends& backends) {
  Connection fresh(backends.interrupt, "the leader");
  if (auto opened = fresh.open(backends.url); !opened) return opened;
  auto answer =
      fresh.query("RESET default_transaction_read_only; SELECT current_setting('default_transaction_read_only')");
  if (!answer) return fail(to_error(answer.error(), "checking that " + backends.name() + " is read-only"));
  if (text(answer->front().front(), 0) == "on") return {};
  return fail(ErrorCode::internal, backends.name() + " was made read-only, but a new session may still write",
              "Look at pg_db_role_setting there: another setting is stronger.");
}

}  // namespace

Result<PermanentFence> make_read_only(LeaderBackends& backends) {
  Connection& control = backends.control;
  const std::string database = control.quoted(backends.identity.database);
  const std::string role = control.quoted(backends.identity.role);
  // The setting of a role in a database is the strongest for our role, the database's is for all others.
  auto done =
      control.query("BEGIN; ALTER DATABASE " + database + " SET default_transaction_read_only = on; ALTER ROLE " +
                    role + " IN DATABASE " + database + " SET default_transaction_read_only = on; COMMIT");
  if (!done) {
    Error error = to_error(done.error(), "making " + backends.name() + " read-only");
    if (done.error().kind != SqlError::Kind::refused) {
      error.code = ErrorCode::outcome_unknown;
      error.advice = "It may have happened; doing it again is safe.";
    }
    return fail(error);
  }
  PermanentFence fence;
  auto ended = end_clients(backends);
  if (!ended) return fail(ended.error());
  fence.clients = *ended;
  if (auto verified = verify_read_only(backends); !verified) return fail(verified.error());
  auto ledger = read_ledger(control, backends.identity);
  if (!ledger) return fail(ledger.error());
  fence.ledger = *ledger;
  auto snapshot = read_snapshot(backends);
  if (!snapshot) return fail(snapshot.error());
  fence.after = *snapshot;
  return fence;
}

}  // namespace changeover::heroku
