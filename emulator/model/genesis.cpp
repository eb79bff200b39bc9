#include "emulator/model/genesis.h"

#include "emulator/model/app_life.h"
#include "emulator/model/attachment_url.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/clockwork.h"
#include "emulator/model/dyno_sizes.h"

namespace changeover::emulator {
namespace {

void create_space(Control& control, const WorldSpace& described) {
  auto space = std::make_unique<Space>();
  space->id = control.random.uuid();
  space->name = described.name;
  space->team = control.estate.teams.find(described.team);
  space->region = described.region;
  space->shield = described.shield;
  space->generation = described.generation;
  space->created_at = space->updated_at = control.clock.wall_now();
  Space& made = control.estate.spaces.add(std::move(space));
  if (described.allocating.count() > 0) allocate(control, made, described.allocating);
}

void create_app(Control& control, const WorldApp& described) {
  auto app = std::make_unique<App>();
  app->id = control.random.uuid();
  app->name = described.name;
  app->maintenance = described.maintenance;
  app->two_factor = described.two_factor;
  app->suspended = described.suspended;
  app->region = described.region;
  if (described.team) app->team = control.estate.teams.find(*described.team);
  if (described.space) {
    app->space = control.estate.spaces.find(*described.space);
    app->region = app->space->region;
    if (app->team == nullptr) app->team = app->space->team;
  }
  app->owner = app->team != nullptr ? app->team->name + "@herokumanager.com" : control.account;
  app->stack = app->build_stack = usual_stack(*app);
  app->config = described.config;
  app->domains = described.domains;
  app->preboot = described.preboot;
  app->created_at = app->updated_at = control.clock.wall_now();
  for (const WorldProcess& process : described.formation) {
    app->formation.push_back({control.random.uuid(), process.type, process.quantity,
                              process.size.empty() ? usual_size(*app) : process.size, process.command, process.drain,
                              process.quantity, app->created_at, app->created_at});
  }
  control.estate.apps.add(std::move(app));
}

void create_addon(Control& control, const WorldAddon& described) {
  auto made = std::make_unique<AddOn>();
  made->id = control.random.uuid();
  made->name = described.name;
  made->provider_id = "resource-" + made->id.substr(0, 8) + "@heroku.com";
  made->app = control.estate.apps.find(described.app);
  made->plan = described.plan;
  made->state = AddOn::State::provisioned;
  made->created_at = made->updated_at = control.clock.wall_now();
  AddOn& addon = control.estate.addons.add(std::move(made));
  if (addon.service() == postgres_service) {
    AddOn* leader = described.follow ? control.estate.addons.find(*described.follow) : nullptr;
    control.databases.create_settled(addon, {leader, nullptr, described.seed_sql});
    for (const std::string& name : described.credentials) control.credentials.create(addon, name);
    if (described.maintenance_window) addon.database->window = *described.maintenance_window;
  }
  const std::string name =
      described.attachment.empty() ? Attachments::default_name(*addon.app, addon) : described.attachment;
  control.attachments.attach_settled(*addon.app, addon, name, std::nullopt);
}

/// What a database is in the middle of when the world begins.
void settle_database(Control& control, const WorldAddon& described) {
  AddOn& addon = *control.estate.addons.find(described.name);
  if (described.stalled) control.engine.stall_replay(addon.id, true);
  if (described.maintenance_due || described.maintenance_in)
    control.maintenances.announce(addon, "A server update is due.", described.maintenance_in);
  for (const std::string& name : described.links) {
    const AddOn& remote = *control.estate.addons.find(name);
    addon.database->links.push_back(
        {control.random.uuid(), name, name, remote.attachments.front()->name, control.clock.wall_now()});
  }
}

}  // namespace

void allocate(Control& control, Space& space, std::chrono::milliseconds time) {
  space.state = Space::State::allocating;
  control.timers.at(control.clock.steady_now() + time, [&control, id = space.id] {
    Space* again = control.estate.spaces.find(id);
    if (again == nullptr || again->state != Space::State::allocating) return;
    again->state = Space::State::allocated;
    again->updated_at = control.clock.wall_now();
  });
}

void create_world(Control& control, const World& world) {
  for (const std::string& team : world.teams)
    control.estate.teams.add(std::make_unique<Team>(Team{control.random.uuid(), team}));
  for (const WorldSpace& space : world.spaces) create_space(control, space);
  for (const WorldApp& app : world.apps) create_app(control, app);
  control.accounts.settle(world, control.estate);
  // Leaders first: a follower's leader must exist, in whatever order the file names them.
  for (const WorldAddon& addon : world.addons)
    if (!addon.follow) create_addon(control, addon);
  for (const WorldAddon& addon : world.addons)
    if (addon.follow) create_addon(control, addon);
  for (const WorldAttachment& attachment : world.attachments)
    control.attachments.attach_settled(*control.estate.apps.find(attachment.app),
                                       *control.estate.addons.find(attachment.addon), attachment.name,
                                       attachment.ns.empty() ? std::nullopt : std::optional(attachment.ns));
}

void set_in_motion(Control& control, const World& world) {
  for (const WorldAddon& addon : world.addons) settle_database(control, addon);
  for (const Attachment* attachment : control.estate.attachments())
    if (is_pool(attachment->ns)) static_cast<void>(control.databases.open_pool(*attachment->addon));
  for (const WorldApp& described : world.apps) {
    App& app = *control.estate.apps.find(described.name);
    // By::provider: what was there before the world began ran its release phase then.
    control.releases.make(app, "Initial release", Releases::By::history);
    for (const auto& [name, attachment] : app.attachments)
      control.releases.make(app, "Attach " + name + " (@ref:" + attachment->addon->name + ")", Releases::By::history);
    const std::string slug = fixed_uuid("slug:" + app.name);
    control.releases.make(app, "Deploy " + slug.substr(0, 8), Releases::By::history).slug = slug;
    control.dynos.fit(app);
    for (const std::string& command : described.one_off)
      control.dynos.run(app, *app.release(app.current_release), {"run", command, {}});
    wind_up(control, app, described);
  }
}

}  // namespace changeover::emulator
