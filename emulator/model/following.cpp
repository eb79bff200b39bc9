#include "emulator/model/following.h"

#include "emulator/model/attachment_url.h"

namespace changeover::emulator {
namespace {

using Found = tl::expected<AddOn*, std::string>;

Found refuse(std::string sentence) { return tl::unexpected<std::string>(std::move(sentence)); }

AddOn* named(const Control& control, const App& app, const std::string& name) {
  if (name.starts_with("postgres://") || name.starts_with("postgresql://")) return database_at(control.estate, name);
  if (const std::size_t colons = name.find("::"); colons != name.npos) {
    const App* other = control.estate.apps.find(name.substr(0, colons));
    // An app's id does not do here (heroku-api.md 2.4).
    if (other == nullptr || other->name != name.substr(0, colons)) return nullptr;
    const Attachment* attachment = Estate::attachment_named(*other, name.substr(colons + 2));
    return attachment != nullptr ? attachment->addon : nullptr;
  }
  if (const Attachment* attachment = Estate::attachment_named(app, name)) return attachment->addon;
  AddOn* addon = control.estate.addons.find(name);
  const bool by_id = addon != nullptr && addon->name != name;
  return by_id && !control.switches.data.follow_by_id ? nullptr : addon;
}

/// Shield data stays in its space as far as anybody knows (heroku-api.md 8, row 31).
bool leaves_shield(const Control& control, const AddOn& source, const Wish& wish) {
  if (control.switches.data.shield_follows_across_spaces) return false;
  const bool shield = plan_named(source.plan).tier == "shield" || wish.plan.tier == "shield";
  return shield && source.app->space != nullptr && source.app->space != wish.app.space;
}

/// `done`: "followed" or "forked".
Found source_of(const Control& control, const Wish& wish, const std::string& done) {
  AddOn* source = named(control, wish.app, wish.named);
  const bool seen = source != nullptr && (wish.caller == nullptr || wish.caller->sees(*source->app));
  if (!seen || source->database == nullptr) return refuse("No database to be " + done + " is named by that value.");
  if (!plan_named(source->plan).followers)
    return refuse(source->name + " is on " + source->plan + ", which cannot be " + done + ".");
  if (!wish.plan.followers)
    return refuse(done == "followed" ? "A database on " + wish.plan.name + " cannot be a follower."
                                     : "A database on " + wish.plan.name + " cannot be a fork.");
  if (source->database->follows())
    return refuse(source->name + " is a follower itself, and a follower cannot be " + done + ".");
  if (source->state != AddOn::State::provisioned) return refuse(source->name + " is not available yet.");
  if (!control.databases.can_be_followed(*source))
    return refuse("Fork/Follow of " + source->name + " is temporarily unavailable.");
  if (leaves_shield(control, *source, wish))
    return refuse(source->name + " can be " + done + " inside its own space only, because of Shield.");
  if (source->database->sample && source->database->sample->sample.bytes > wish.plan.disk_bytes)
    return refuse("The data of " + source->name + " does not fit on " + wish.plan.name + ".");
  return source;
}

}  // namespace

Found leader_to_follow(const Control& control, const Wish& wish) {
  Found leader = source_of(control, wish, "followed");
  const int most = control.switches.data.max_followers;
  if (leader && most > 0 && control.lineage.followers(**leader).size() >= static_cast<std::size_t>(most))
    return refuse((*leader)->name + " has as many followers as a database may have.");
  return leader;
}

Found database_to_fork(const Control& control, const Wish& wish) { return source_of(control, wish, "forked"); }

}  // namespace changeover::emulator
