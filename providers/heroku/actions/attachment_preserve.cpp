// attachment.preserve: a second attachment for the add-on whose DATABASE is about to be replaced, because an add-on
// may not lose its last one on the app that pays for it (heroku-api.md 2.6).
#include <algorithm>

#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

bool has_another(const std::vector<Attachment>& attachments, const Action& action) {
  return std::ranges::any_of(attachments, [&](const Attachment& attachment) {
    return attachment.addon.id == action.parameters["addon_id"].as_string() &&
           attachment.name != action.parameters["attachment"].as_string();
  });
}

Task<Result<Check>> check(Session& session, const Action& action, Look look) {
  const std::string app = action.parameters["app"].as_string();
  if (look == Look::fresh) {
    Result<std::vector<Attachment>> attachments = co_await session.services.platform.app_attachments(app);
    if (!attachments) co_return fail(attachments.error());
    session.observed.attachments_by_app[app] = std::move(*attachments);
  }
  co_return has_another(session.observed.attachments_by_app[app], action)
      ? Check::satisfied("it has another attachment")
      : Check::ready();
}

Task<Result<void>> perform(Session& session, const Action& action) {
  NewAttachment attachment{action.subject, action.parameters["app"].as_string(), ""};
  Result<Attachment> made = co_await session.services.platform.create_attachment(attachment);
  if (!made) co_return fail(made.error());
  session.observed.attachments_by_app[attachment.app].push_back(std::move(*made));
  co_return Result<void>{};
}

}  // namespace

const ActionHandler attachment_preserve{Kind::attachment_preserve, check, perform};

}  // namespace changeover::heroku
