#include "emulator/world_names.h"

#include <algorithm>
#include <set>
#include <vector>

#include "core/text.h"
#include "emulator/model/addon_name.h"
#include "emulator/model/app_life.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/credentials.h"

namespace changeover::emulator {
namespace {

template <class T>
std::vector<std::string> names_of(const std::vector<T>& things) {
  std::vector<std::string> names;
  names.reserve(things.size());
  for (const T& thing : things) names.push_back(thing.name);
  return names;
}

class Checker {
 public:
  Checker(const World& world, const WorldPositions& positions, Diagnostics& diagnostics)
      : world_(world), positions_(positions), diagnostics_(diagnostics) {
    for (const WorldApp& app : world.apps) apps_.emplace(app.name, &app);
    for (const WorldAddon& addon : world.addons) addons_.emplace(addon.name, &addon);
  }

  void check() {
    for (const WorldSpace& space : world_.spaces)
      if (std::ranges::find(world_.teams, space.team) == world_.teams.end())
        unknown(positions_.spaces.at(space.name), "team", space.team, world_.teams);
    for (const WorldApp& app : world_.apps) check_app(app);
    for (const WorldAddon& addon : world_.addons) check_addon(addon);
    for (std::size_t i = 0; i < world_.attachments.size(); ++i)
      check_attachment(world_.attachments[i], positions_.attachments[i]);
  }

 private:
  void unknown(Position at, std::string_view kind, const std::string& name, const std::vector<std::string>& known) {
    const auto near = nearest(name, known);
    std::string help = near ? "did you mean `" + *near + "`?" : "list it under `" + std::string(kind) + "s`";
    diagnostics_.error(at, "there is no " + std::string(kind) + " `" + name + "` in this world", std::move(help));
  }

  void check_app(const WorldApp& app) {
    const Position at = positions_.apps.at(app.name);
    if (!is_app_name(app.name))
      diagnostics_.error(at, "`" + app.name + "` is no app name",
                         "a lower-case letter, then letters, digits and dashes, no dash at the end; 3 to 30 in all");
    const auto spaces = names_of(world_.spaces);
    if (app.space && std::ranges::find(spaces, *app.space) == spaces.end()) unknown(at, "space", *app.space, spaces);
    if (app.team && std::ranges::find(world_.teams, *app.team) == world_.teams.end())
      unknown(at, "team", *app.team, world_.teams);
    if (!app.space && app.region != "us" && app.region != "eu")
      diagnostics_.error(at, "app `" + app.name + "` is outside a space, so its region must be us or eu",
                         "name a `space` for region " + app.region);
    if (app.space && app.preboot)
      diagnostics_.error(at, "app `" + app.name + "` is in a space, where there is no preboot", "leave `preboot` out");
    for (const std::string& domain : app.domains)
      if (!domains_.insert(domain).second) diagnostics_.error(at, "the domain " + domain + " leads to two apps");
    const bool scheduled = std::ranges::any_of(world_.addons, [&](const WorldAddon& addon) {
      return addon.app == app.name && addon.plan.starts_with(scheduler_service);
    });
    if (!app.scheduler.empty() && !scheduled)
      diagnostics_.error(positions_.schedulers.at(app.name),
                         "app `" + app.name + "` has jobs, but no add-on of the Scheduler",
                         "add one under `addons`, for example `" + app.name + "-scheduler: {app: " + app.name +
                             ", plan: scheduler:standard}`");
  }

  void check_addon(const WorldAddon& addon) {
    const Position at = positions_.addons.at(addon.name);
    if (!is_addon_name(addon.name))
      diagnostics_.error(at, "`" + addon.name + "` is no add-on name", "a letter, then letters, digits, - and _");
    const auto app = apps_.find(addon.app);
    if (app == apps_.end()) return unknown(at, "app", addon.app, names_of(world_.apps));
    if (!addon.attachment.empty()) taken(addon.app, addon.attachment, at);
    if (!addon.plan.starts_with(postgres_service)) return;
    const Plan* plan = find_postgres_plan(addon.plan);
    if (plan == nullptr)
      return diagnostics_.error(at, "there is no plan `" + addon.plan + "`",
                                "for example standard-0, premium-4 or private-4");
    if (plan->in_space && !app->second->space)
      diagnostics_.error(at, "plan " + addon.plan + " needs an app inside a space, and " + addon.app + " is in none");
    if (addon.follow) check_follow(addon, *plan, at);
    check_credentials(addon, *plan, at);
    for (const std::string& link : addon.links)
      if (!addons_.contains(link) || link == addon.name) unknown(at, "addon", link, names_of(world_.addons));
  }

  void check_credentials(const WorldAddon& addon, const Plan& plan, Position at) {
    if (addon.credentials.empty()) return;
    if (addon.follow)
      diagnostics_.error(at, "`" + addon.name + "` follows, so its credentials are its leader's",
                         "list them at `" + *addon.follow + "`");
    else if (!plan.followers)
      diagnostics_.error(at, "plan " + addon.plan + " has the default credential only");
    std::set<std::string> seen;
    for (const std::string& name : addon.credentials)
      if (!Credentials::is_name(name) || !seen.insert(name).second)
        diagnostics_.error(at, "`" + name + "` is no name for a further credential of `" + addon.name + "`",
                           "a letter, then letters, digits, - and _; each once, and none of PostgreSQL's own");
  }

  void check_follow(const WorldAddon& addon, const Plan& plan, Position at) {
    const auto leader = addons_.find(*addon.follow);
    if (leader == addons_.end()) return unknown(at, "addon", *addon.follow, names_of(world_.addons));
    const Plan* leader_plan = find_postgres_plan(leader->second->plan);
    if (leader->second->follow)
      diagnostics_.error(at, "`" + *addon.follow + "` is a follower itself, and followers cannot be followed");
    else if (leader_plan == nullptr || !leader_plan->followers || !plan.followers)
      diagnostics_.error(at, "`" + addon.name + "` cannot follow `" + *addon.follow + "`",
                         "both must be heroku-postgresql of Standard tier or above");
    if (!addon.seed_sql.empty())
      diagnostics_.error(at, "`" + addon.name + "` follows, so it cannot have a seed", "seed the leader instead");
  }

  void check_attachment(const WorldAttachment& attachment, Position at) {
    if (!apps_.contains(attachment.app)) unknown(at, "app", attachment.app, names_of(world_.apps));
    const auto addon = addons_.find(attachment.addon);
    if (addon == addons_.end())
      unknown(at, "addon", attachment.addon, names_of(world_.addons));
    else if (!attachment.ns.empty())
      check_namespace(attachment, *addon->second, at);
    taken(attachment.app, attachment.name, at);
  }

  void check_namespace(const WorldAttachment& attachment, const WorldAddon& addon, Position at) {
    const std::size_t colon = attachment.ns.find(':');
    const std::string kind = attachment.ns.substr(0, colon);
    if (colon == std::string::npos || (kind != "credential" && kind != "connection-pooling"))
      return diagnostics_.error(at, "`" + attachment.ns + "` is no namespace",
                                "credential:NAME or connection-pooling:NAME");
    const std::string name = attachment.ns.substr(colon + 1);
    const auto leader = addon.follow ? addons_.find(*addon.follow) : addons_.end();
    const std::vector<std::string>& names = (leader != addons_.end() ? *leader->second : addon).credentials;
    if (name != "default" && std::ranges::find(names, name) == names.end())
      diagnostics_.error(at, "`" + attachment.addon + "` has no credential `" + name + "`",
                         "list it under the add-on's `credentials`");
  }

  void taken(const std::string& app, const std::string& name, Position at) {
    if (!attachment_names_.emplace(app, name).second)
      diagnostics_.error(at, "app `" + app + "` has two attachments named " + name);
  }

  const World& world_;
  const WorldPositions& positions_;
  Diagnostics& diagnostics_;
  std::map<std::string, const WorldApp*> apps_;
  std::map<std::string, const WorldAddon*> addons_;
  std::set<std::pair<std::string, std::string>> attachment_names_;
  std::set<std::string> domains_;
};

}  // namespace

void check_names(const World& world, const WorldPositions& positions, Diagnostics& diagnostics) {
  Checker(world, positions, diagnostics).check();
}

}  // namespace changeover::emulator
