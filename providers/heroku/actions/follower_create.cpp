// follower.create: the copy in the space, under a name that makes the call safe to look up (safety S15, S23).
#include <algorithm>
#include <cctype>

#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

/// Never left to Heroku, which would make the first database of an app its DATABASE (heroku-api.md 2.4).
std::string attachment_name(const std::string& migration) {
  std::string name = "HEROKU_POSTGRESQL_" + migration;
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return name;
}

/// Notes what was made: from here on the copy is known by its uuid.
Task<Result<void>> adopt(Session& session, Addon addon) {
  session.facts.copy = addon;
  if (session.journal.record().copy.id == addon.id) co_return Result<void>{};
  std::function<void(RecordedMigration&)> change = [&addon](RecordedMigration& record) {
    record.copy = {addon.id, addon.name};
  };
  co_return co_await session.journal.write(change);
}

Task<Result<Check>> check(Session& session, const Action& action, Look look) {
  if (look == Look::known) co_return session.facts.copy ? Check::satisfied("it exists") : Check::ready();
  Result<Addon> addon = co_await session.services.platform.addon(action.subject, critical());
  if (!addon && addon.error().code == ErrorCode::not_found) co_return Check::ready();
  if (!addon) co_return fail(addon.error());
  const AppFacts& target = session.app(session.desired.target.app);
  if (!is_our_copy(*addon, std::nullopt, *session.facts.source, target.app.id, &session.journal.record()))
    co_return Check::failed({ErrorCode::conflict,
                             "there is an add-on " + addon->name + " already, and it is not this migration's copy",
                             "give another target.addon_name",
                             {}});
  Result<void> noted = co_await adopt(session, *addon);
  if (!noted) co_return fail(noted.error());
  co_return Check::satisfied("it exists");
}

Task<Result<void>> perform(Session& session, const Action& action) {
  std::function<void(RecordedMigration&)> intent = [&action](RecordedMigration& record) {
    record.create_intent = action.subject;
    record.copy = {};  // one that is gone must not hide the one that is made now
  };
  Result<void> noted = co_await session.journal.write(intent);
  if (!noted) co_return noted;
  NewAddon addon;
  addon.app = action.parameters["app"].as_string();
  addon.plan = action.parameters["plan"].as_string();
  addon.name = action.subject;
  addon.attachment = attachment_name(session.desired.name);
  addon.follow = action.parameters["follow"].as_string();
  Result<Addon> made = co_await session.services.platform.create_addon(addon);
  if (!made) co_return fail(made.error().in("creating " + action.subject));
  co_return co_await adopt(session, *made);
}

}  // namespace

const ActionHandler follower_create{Kind::follower_create, check, perform};

}  // namespace changeover::heroku
