#include "providers/heroku/named_attachment.h"

#include <algorithm>

namespace changeover::heroku {
namespace {

const Attachment* holder_of(Session& session, const Action& action) {
  const std::vector<Attachment>& known = session.observed.attachments_by_app[action.parameters["app"].as_string()];
  const auto found = std::ranges::find(known, action.parameters["attachment"].as_string(), &Attachment::name);
  return found == known.end() ? nullptr : &*found;
}

}  // namespace

Task<Result<Check>> check_named_attachment(Session& session, const Action& action, Look look) {
  const std::string app = action.parameters["app"].as_string();
  if (look == Look::fresh) {
    Result<std::vector<Attachment>> attachments = co_await session.services.platform.app_attachments(app, critical());
    if (!attachments) co_return fail(attachments.error());
    session.observed.attachments_by_app[app] = std::move(*attachments);
  }
  const Attachment* holder = holder_of(session, action);
  if (holder == nullptr) co_return Check::ready();
  if (session.facts.copy && holder->addon.id == session.facts.copy->id &&
      holder->name_space == action.parameters["namespace"].as_string())
    co_return Check::satisfied("attached");
  if (holder->addon.name == action.parameters["replaces"].as_string()) co_return Check::ready();
  co_return Check::failed({ErrorCode::precondition,
                           holder->name + " of " + app + " is " + holder->addon.name + ", which nobody gave up",
                           "detach it there, or give it another name, then apply again",
                           {}});
}

Task<Result<void>> make_named_attachment(Session& session, const Action& action) {
  NewAttachment attachment;
  attachment.addon = session.facts.copy->name;
  attachment.app = action.parameters["app"].as_string();
  attachment.name = action.parameters["attachment"].as_string();
  attachment.name_space = action.parameters["namespace"].as_string();
  if (holder_of(session, action) != nullptr) attachment.confirm = attachment.app;
  Result<Attachment> made = co_await session.services.platform.create_attachment(attachment, critical());
  if (!made)
    co_return fail(
        made.error().in("attaching " + attachment.name_space + " of " + attachment.addon + " as " + attachment.name));
  std::vector<Attachment>& known = session.observed.attachments_by_app[attachment.app];
  std::erase_if(known, [&](const Attachment& old) { return old.name == attachment.name; });
  known.push_back(std::move(*made));
  co_return Result<void>{};
}

}  // namespace changeover::heroku
