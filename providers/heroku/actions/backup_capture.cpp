// backup.capture: one last backup of the old database, whole before anything is destroyed (safety S28). A capture can
// not be asked for twice without being taken twice, so the newest transfer's number is journaled before the call: what
// is newer and a backup of this database is ours, whether its answer came or not.
#include <algorithm>

#include "providers/heroku/actions/handlers.h"
#include "providers/heroku/old_database.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

Task<Result<void>> note(Session& session, std::function<void(Retirement&)> change) {
  std::function<void(RecordedMigration&)> outer = [&change](RecordedMigration& record) {
    if (!record.retirement) record.retirement.emplace();
    change(*record.retirement);
  };
  co_return co_await session.journal.write(outer);
}

Task<Result<void>> adopt(Session& session, const Transfer& transfer) {
  const Reference backup{transfer.id, transfer.name()};
  std::function<void(Retirement&)> change = [backup](Retirement& retirement) { retirement.backup = backup; };
  co_return co_await note(session, std::move(change));
}

/// The backup that was noted, or that a lost answer left; nothing when there is none.
Task<Result<std::optional<Transfer>>> find_noted(Session& session, std::string app) {
  const std::optional<Retirement> noted = session.journal.record().retirement;
  if (!noted) co_return std::optional<Transfer>();
  if (!noted->backup.id.empty()) {
    Result<Transfer> transfer = co_await session.services.data.transfer(app, noted->backup.id, patient_poll());
    if (!transfer && transfer.error().code == ErrorCode::not_found) co_return std::optional<Transfer>();
    if (!transfer) co_return fail(transfer.error());
    co_return std::optional<Transfer>(std::move(*transfer));
  }
  Result<std::vector<Transfer>> transfers = co_await session.services.data.transfers(app, patient_poll());
  if (!transfers) co_return fail(transfers.error());
  for (const Transfer& transfer : *transfers) {
    if (!is_final_backup(transfer, noted, session.facts.source_database)) continue;
    Result<void> adopted = co_await adopt(session, transfer);
    if (!adopted) co_return fail(adopted.error());
    co_return std::optional<Transfer>(transfer);
  }
  co_return std::optional<Transfer>();
}

Task<Result<Check>> check(Session& session, const Action& action, Look) {
  const std::string app = action.parameters["app"].as_string();
  Result<std::optional<Transfer>> found = co_await find_noted(session, app);
  if (!found) co_return fail(found.error());
  if (!*found) co_return Check::ready();
  const Transfer& backup = **found;
  if (!backup.finished)
    co_return wait_for("backup " + backup.name() + " to finish", milliseconds{50}, milliseconds{5'000});
  if (backup.succeeded) {
    const WallTime now = session.services.loop.clock().wall_now();
    std::function<void(Retirement&)> change = [now](Retirement& retirement) { retirement.backed_up_at = now; };
    if (!session.journal.record().retirement->backed_up_at) {
      Result<void> noted = co_await note(session, std::move(change));
      if (!noted) co_return fail(noted.error());
    }
    co_return Check::satisfied(backup.name() + " of " + app);
  }
  // The next apply takes another one.
  const std::string name = backup.name();
  std::function<void(RecordedMigration&)> forget = [](RecordedMigration& record) { record.retirement.reset(); };
  Result<void> forgotten = co_await session.journal.write(forget);
  if (!forgotten) co_return fail(forgotten.error());
  co_return Check::failed({ErrorCode::precondition,
                           "the final backup of " + action.subject + " failed, so nothing is destroyed",
                           "see `heroku pg:backups:info " + name + " -a " + app + "`, then apply again",
                           {}});
}

Task<Result<void>> perform(Session& session, const Action& action) {
  const std::string app = action.parameters["app"].as_string();
  Result<std::vector<Transfer>> before = co_await session.services.data.transfers(app);
  if (!before) co_return fail(before.error());
  std::int64_t newest = 0;
  for (const Transfer& transfer : *before) newest = std::max(newest, transfer.number);
  std::function<void(Retirement&)> intent = [newest](Retirement& retirement) {
    retirement = {};
    retirement.transfers_before = newest;
  };
  Result<void> noted = co_await note(session, std::move(intent));
  if (!noted) co_return noted;
  Result<Transfer> captured = co_await session.services.data.capture(action.parameters["addon_id"].as_string());
  if (!captured) co_return fail(captured.error().in("taking the final backup of " + action.subject));
  const Transfer backup = std::move(*captured);
  co_return co_await adopt(session, backup);
}

}  // namespace

const ActionHandler backup_capture{Kind::backup_capture, check, perform};

}  // namespace changeover::heroku
