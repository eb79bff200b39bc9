#include "providers/heroku/leader/permanent.h"

#include "providers/heroku/leader/clients.h"
#include "providers/heroku/leader/ledger.h"
#include "providers/heroku/leader/proof.h"

namespace changeover::heroku {

namespace {

/// Opens a session as an app would, without our own settings over it, and asks whether it may write.
Result<bool> is_read_only(LeaderBackends& backends) {
  Connection fresh(backends.interrupt, "the leader");
  if (auto opened = fresh.open(backends.url); !opened) return fail(opened.error());
  auto answer =
      fresh.query("RESET default_transaction_read_only; SELECT current_setting('default_transaction_read_only')");
  if (!answer) return fail(to_error(answer.error(), "checking whether " + backends.name() + " is read-only"));
  return text(answer->front().front(), 0) == "on";
}

constexpr const char* another_is_stronger = "Look at pg_db_role_setting there: another setting is stronger.";

/// `change` is " SET default_transaction_read_only = on" or the like. The setting of a role in a database is the
/// strongest for our role, the database's is for all others.
Result<void> change_default(LeaderBackends& backends, const std::string& change, const std::string& doing) {
  Connection& control = backends.control;
  const std::string database = control.quoted(backends.identity.database);
  const std::string role = control.quoted(backends.identity.role);
  auto done = control.query("BEGIN READ WRITE; ALTER DATABASE " + database + change + "; ALTER ROLE " + role +
                            " IN DATABASE " + database + change + "; COMMIT");
  if (done) return {};
  Error error = to_error(done.error(), doing);
  if (done.error().kind != SqlError::Kind::refused) {
    error.code = ErrorCode::outcome_unknown;
    error.advice = "It may have happened; doing it again is safe.";
  }
  return fail(error);
}

}  // namespace

Result<PermanentFence> make_read_only(LeaderBackends& backends) {
  auto done =
      change_default(backends, " SET default_transaction_read_only = on", "making " + backends.name() + " read-only");
  if (!done) return fail(done.error());
  PermanentFence fence;
  auto ended = end_clients(backends);
  if (!ended) return fail(ended.error());
  fence.clients = *ended;
  auto closed = is_read_only(backends);
  if (!closed) return fail(closed.error());
  if (!*closed)
    return fail(ErrorCode::internal, backends.name() + " was made read-only, but a new session may still write",
                another_is_stronger);
  auto ledger = read_ledger(backends.control, backends.identity);
  if (!ledger) return fail(ledger.error());
  fence.ledger = *ledger;
  auto snapshot = read_snapshot(backends);
  if (!snapshot) return fail(snapshot.error());
  fence.after = *snapshot;
  return fence;
}

Result<void> make_writable(LeaderBackends& backends) {
  auto done =
      change_default(backends, " RESET default_transaction_read_only", "letting " + backends.name() + " take writes");
  if (!done) return done;
  auto closed = is_read_only(backends);
  if (!closed) return fail(closed.error());
  if (!*closed) return {};
  return fail(ErrorCode::internal, backends.name() + " is read-only by another setting than ours", another_is_stronger);
}

}  // namespace changeover::heroku
