#include "emulator/model/following.h"

#include "emulator/model/attachment_url.h"

namespace changeover::emulator {
namespace {

AddOn* named(const Control& control, const App& app, const std::string& follow) {
  if (follow.starts_with("postgres://") || follow.starts_with("postgresql://"))
    return database_at(control.estate, follow);
  if (const std::size_t colons = follow.find("::"); colons != follow.npos) {
    const App* other = control.estate.apps.find(follow.substr(0, colons));
    if (other == nullptr) return nullptr;
    const Attachment* attachment = Estate::attachment_named(*other, follow.substr(colons + 2));
    return attachment != nullptr ? attachment->addon : nullptr;
  }
  if (const Attachment* attachment = Estate::attachment_named(app, follow)) return attachment->addon;
  return control.estate.addons.find(follow);
}

}  // namespace

tl::expected<AddOn*, std::string> leader_to_follow(const Control& control, const App& app, const Plan& plan,
                                                   const std::string& follow) {
  const auto refuse = [](std::string sentence) { return tl::unexpected<std::string>(std::move(sentence)); };
  AddOn* leader = named(control, app, follow);
  if (leader == nullptr || leader->database == nullptr) return refuse("No database to follow is named by that value.");
  const Plan leader_plan = plan_named(leader->plan);
  if (!leader_plan.followers) return refuse(leader->name + " is on " + leader->plan + ", which cannot be followed.");
  if (!plan.followers) return refuse("A database on " + plan.name + " cannot be a follower.");
  if (leader->database->follows())
    return refuse(leader->name + " is a follower itself, and a follower cannot be followed.");
  if (leader->state != AddOn::State::provisioned) return refuse(leader->name + " is not available yet.");
  if (!control.databases.can_be_followed(*leader))
    return refuse("Fork/Follow of " + leader->name + " is temporarily unavailable.");
  if (leader_plan.tier == "shield" && leader->app->space != app.space)
    return refuse(leader->name + " is in a Shield Space and can be followed inside that space only.");
  if (leader->database->sample && leader->database->sample->sample.bytes > plan.disk_bytes)
    return refuse("The data of " + leader->name + " does not fit on " + plan.name + ".");
  return leader;
}

}  // namespace changeover::emulator
