// addon.destroy: by uuid, never forced, never the database an app runs on (safety S3, S28).
#include <algorithm>

#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

Task<Result<Check>> check(Session& session, const Action& action, Look look) {
  const std::string id = action.parameters["addon_id"].as_string();
  if (look == Look::known) co_return Check::ready();
  Result<Addon> addon = co_await session.services.platform.addon(id, patient_poll());
  if (!addon && addon.error().code == ErrorCode::not_found) co_return Check::satisfied("it is gone");
  if (!addon) co_return fail(addon.error());
  if (addon->state == "deprovisioned") co_return Check::satisfied("it is gone");
  if (addon->state == "deprovisioning") co_return wait_for("Heroku removes it", milliseconds{200}, milliseconds{5'000});
  co_return Check::ready();
}

/// The old database, right before it goes: the copy is what the target runs on, and nobody else is attached.
Task<Result<void>> not_in_use(Session& session, const Action& action, const std::vector<Attachment>& attached) {
  const auto& target = session.desired.target;
  const std::string id = action.parameters["addon_id"].as_string();
  if (!session.facts.source || session.facts.source->id != id)
    co_return fail(ErrorCode::precondition, action.subject + " is not the database that was moved", "plan again");
  const std::string pays = session.facts.source->app.id;
  for (const Attachment& attachment : attached)
    if (attachment.app.id != pays)
      co_return fail(ErrorCode::precondition,
                     action.subject + " is attached to " + attachment.app.name + " as " + attachment.name +
                         ": it is not destroyed",
                     "plan again");
  Result<std::vector<Attachment>> on_target = co_await session.services.platform.app_attachments(target.app);
  if (!on_target) co_return fail(on_target.error());
  const auto holder = std::ranges::find(*on_target, target.attachment, &Attachment::name);
  const bool serves = session.facts.copy && holder != on_target->end() && holder->addon.id == session.facts.copy->id;
  if (!serves)
    co_return fail(ErrorCode::precondition,
                   target.attachment + " of " + target.app + " is not " + session.facts.copy_name +
                       ", so the old database is not destroyed",
                   "plan again");
  co_return Result<void>{};
}

Task<Result<void>> perform(Session& session, const Action& action) {
  const std::string id = action.parameters["addon_id"].as_string();
  const RecordedMigration& recorded = session.journal.record();
  if (recorded.live && recorded.copy.id == id)
    co_return fail(ErrorCode::precondition, action.subject + " went live: it is never destroyed by this tool",
                   "plan again");
  Result<std::vector<Attachment>> attachments = co_await session.services.platform.attachments_of(id);
  if (!attachments && attachments.error().code != ErrorCode::not_found) co_return fail(attachments.error());
  const std::vector<Attachment> attached = attachments ? *attachments : std::vector<Attachment>{};
  if (action.group == Group::retire) {
    Result<void> unused = co_await not_in_use(session, action, attached);
    if (!unused) co_return unused;
  }
  const bool in_use = std::ranges::any_of(attached, [&](const Attachment& attachment) {
    return attachment.name == session.desired.target.attachment && attachment.app.name == session.desired.target.app;
  });
  if (in_use)
    co_return fail(ErrorCode::precondition,
                   action.subject + " is the " + session.desired.target.attachment + " of " +
                       session.desired.target.app + ": it is not destroyed",
                   "plan again");
  Result<Addon> destroyed = co_await session.services.platform.destroy_addon(action.parameters["app"].as_string(), id);
  if (!destroyed && destroyed.error().code != ErrorCode::not_found) co_return fail(destroyed.error());
  if (session.facts.copy && session.facts.copy->id == id) {
    session.facts.copy.reset();
    session.facts.copy_database.reset();
    std::function<void(RecordedMigration&)> change = [](RecordedMigration& record) {
      record.copy = {};
      record.create_intent.clear();
    };
    co_return co_await session.journal.write(change);
  }
  co_return Result<void>{};
}

}  // namespace

const ActionHandler addon_destroy{Kind::addon_destroy, check, perform};

}  // namespace changeover::heroku
