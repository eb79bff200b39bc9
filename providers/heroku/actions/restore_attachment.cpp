// restore.attachment: the target's DATABASE as it was before the attempt.
#include <algorithm>

#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

/// Whose the name was, as far as the app still shows it; "": nobody's.
std::string holder_before(const Action& action, const std::vector<Attachment>& of_app) {
  if (action.parameters.has("previous")) return action.parameters["previous"].as_string();
  if (!action.parameters.has("previous_if_preserved")) return {};
  const std::string addon = action.parameters["previous_if_preserved"].as_string();
  const bool preserved =
      std::ranges::any_of(of_app, [&](const Attachment& attachment) { return attachment.addon.name == addon; });
  return preserved ? addon : std::string();
}

Task<Result<Check>> check(Session& session, const Action& action, Look look) {
  if (look == Look::fresh) {
    Result<std::vector<Attachment>> attachments =
        co_await session.services.platform.app_attachments(action.subject, critical());
    if (!attachments) co_return fail(attachments.error());
    session.observed.attachments_by_app[action.subject] = std::move(*attachments);
  }
  const std::vector<Attachment>& known = session.observed.attachments_by_app[action.subject];
  const auto held = std::ranges::find(known, action.parameters["attachment"].as_string(), &Attachment::name);
  if (held == known.end() && !holder_before(action, known).empty()) co_return Check::ready("nothing is attached there");
  const bool still = held != known.end() && held->addon.id == action.parameters["addon_id"].as_string();
  co_return still ? Check::ready() : Check::satisfied("the copy is not attached there");
}

/// Whoever runs on a copy that takes writes has made some: taking it away would lose them (safety S3).
Task<Result<void>> nobody_runs_on_it(Session& session, const Action& action) {
  const auto& copy = session.facts.copy_database;
  if (!copy || copy->following) co_return Result<void>{};
  Result<std::vector<Dyno>> dynos = co_await session.services.platform.dynos(action.subject, critical());
  if (!dynos) co_return fail(dynos.error());
  if (dynos->empty()) co_return Result<void>{};
  co_return fail(ErrorCode::precondition,
                 "dynos of " + action.subject + " run on " + session.facts.copy_name +
                     ", and writes may have reached it: it stays their " + action.parameters["attachment"].as_string(),
                 "find out which of the two databases has which writes, then scale " + action.subject +
                     " to zero if the new one may go; docs/restore.md says how it can stay");
}

Task<Result<void>> perform(Session& session, const Action& action) {
  const std::string name = action.parameters["attachment"].as_string();
  std::vector<Attachment>& known = session.observed.attachments_by_app[action.subject];
  const auto held = std::ranges::find(known, name, &Attachment::name);
  if (held != known.end()) {
    Result<void> idle = co_await nobody_runs_on_it(session, action);
    if (!idle) co_return idle;
  }
  if (const std::string previous = holder_before(action, known); !previous.empty()) {
    NewAttachment back{previous, action.subject, name, "", action.subject};
    Result<Attachment> made = co_await session.services.platform.create_attachment(back, critical());
    if (!made) co_return fail(made.error());
    std::erase_if(known, [&](const Attachment& attachment) { return attachment.name == name; });
    known.push_back(std::move(*made));
    co_return Result<void>{};
  }
  if (held == known.end()) co_return Result<void>{};
  const std::string id = held->id;
  Result<void> gone = co_await session.services.platform.delete_attachment(id, critical());
  if (!gone && gone.error().code != ErrorCode::not_found) co_return gone;
  std::erase_if(known, [&](const Attachment& attachment) { return attachment.id == id; });
  co_return Result<void>{};
}

}  // namespace

const ActionHandler restore_attachment{Kind::restore_attachment, check, perform};

}  // namespace changeover::heroku
