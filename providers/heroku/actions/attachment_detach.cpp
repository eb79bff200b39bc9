// attachment.detach: one attachment of the old database goes from an app that is parked, by its uuid (safety S28).
#include <algorithm>

#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

// Always asked: an attachment that somebody removed and made again has another id, and is none of ours.
Task<Result<Check>> check(Session& session, const Action& action, Look) {
  const std::string addon = action.parameters["addon_id"].as_string();
  Result<std::vector<Attachment>> attachments = co_await session.services.platform.attachments_of(addon);
  if (!attachments && attachments.error().code == ErrorCode::not_found)
    co_return Check::satisfied("it went with its database");
  if (!attachments) co_return fail(attachments.error());
  const bool there = std::ranges::any_of(*attachments, [&](const Attachment& attachment) {
    return attachment.id == action.parameters["attachment_id"].as_string() && attachment.addon.id == addon;
  });
  co_return there ? Check::ready() : Check::satisfied("it is not attached there");
}

Task<Result<void>> perform(Session& session, const Action& action) {
  Result<void> gone =
      co_await session.services.platform.delete_attachment(action.parameters["attachment_id"].as_string());
  if (!gone && gone.error().code != ErrorCode::not_found)
    co_return fail(
        gone.error().in("detaching " + action.parameters["attachment"].as_string() + " from " + action.subject));
  co_return Result<void>{};
}

}  // namespace

const ActionHandler attachment_detach{Kind::attachment_detach, check, perform};

}  // namespace changeover::heroku
