// restore.attachment: the target's DATABASE as it was before the attempt.
#include <algorithm>

#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

Task<Result<Check>> check(Session& session, const Action& action, Look look) {
  if (look == Look::fresh) {
    Result<std::vector<Attachment>> attachments =
        co_await session.services.platform.app_attachments(action.subject, critical());
    if (!attachments) co_return fail(attachments.error());
    session.observed.attachments_by_app[action.subject] = std::move(*attachments);
  }
  const bool still =
      std::ranges::any_of(session.observed.attachments_by_app[action.subject], [&](const Attachment& attachment) {
        return attachment.name == action.parameters["attachment"].as_string() &&
               attachment.addon.id == action.parameters["addon_id"].as_string();
      });
  co_return still ? Check::ready() : Check::satisfied("the copy is not attached there");
}

Task<Result<void>> perform(Session& session, const Action& action) {
  const std::string name = action.parameters["attachment"].as_string();
  std::vector<Attachment>& known = session.observed.attachments_by_app[action.subject];
  const auto held = std::ranges::find(known, name, &Attachment::name);
  if (held == known.end()) co_return Result<void>{};
  if (action.parameters.has("previous")) {
    NewAttachment back{action.parameters["previous"].as_string(), action.subject, name, "", action.subject};
    Result<Attachment> made = co_await session.services.platform.create_attachment(back, critical());
    if (!made) co_return fail(made.error());
    *held = std::move(*made);
    co_return Result<void>{};
  }
  const std::string id = held->id;
  Result<void> gone = co_await session.services.platform.delete_attachment(id, critical());
  if (!gone && gone.error().code != ErrorCode::not_found) co_return gone;
  std::erase_if(known, [&](const Attachment& attachment) { return attachment.id == id; });
  co_return Result<void>{};
}

}  // namespace

const ActionHandler restore_attachment{Kind::restore_attachment, check, perform};

}  // namespace changeover::heroku
