// attachment.promote: the target finds the new database under its usual name. A holder of that name is replaced only
// because the plan says so (safety S13, heroku-api.md 2.6).
#include <algorithm>

#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

const Attachment* holder_of(const Session& session, const Action& action) {
  const auto attachments = session.observed.attachments_by_app.find(action.parameters["app"].as_string());
  if (attachments == session.observed.attachments_by_app.end()) return nullptr;
  const auto found =
      std::ranges::find(attachments->second, action.parameters["attachment"].as_string(), &Attachment::name);
  return found == attachments->second.end() ? nullptr : &*found;
}

Task<Result<Check>> check(Session& session, const Action& action, Look look) {
  const std::string app = action.parameters["app"].as_string();
  if (look == Look::fresh) {
    Result<std::vector<Attachment>> attachments = co_await session.services.platform.app_attachments(app, critical());
    if (!attachments) co_return fail(attachments.error());
    session.observed.attachments_by_app[app] = std::move(*attachments);
  }
  const Attachment* holder = holder_of(session, action);
  co_return holder != nullptr && holder->addon.id == session.facts.copy->id ? Check::satisfied("attached")
                                                                            : Check::ready();
}

Task<Result<void>> perform(Session& session, const Action& action) {
  NewAttachment attachment;
  attachment.addon = session.facts.copy->name;
  attachment.app = action.parameters["app"].as_string();
  attachment.name = action.parameters["attachment"].as_string();
  if (holder_of(session, action) != nullptr) attachment.confirm = attachment.app;
  Result<Attachment> made = co_await session.services.platform.create_attachment(attachment, critical());
  if (!made) co_return fail(made.error().in("attaching " + attachment.addon + " as " + attachment.name));
  std::vector<Attachment>& known = session.observed.attachments_by_app[attachment.app];
  std::erase_if(known, [&](const Attachment& old) { return old.name == attachment.name; });
  known.push_back(std::move(*made));
  co_return Result<void>{};
}

}  // namespace

const ActionHandler attachment_promote{Kind::attachment_promote, check, perform};

}  // namespace changeover::heroku
