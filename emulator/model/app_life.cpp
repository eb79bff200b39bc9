#include "emulator/model/app_life.h"

#include <algorithm>
#include <array>
#include <utility>

namespace changeover::emulator {
namespace {

constexpr std::array<std::string_view, 8> manners{"calm",   "fierce", "floating", "gentle",
                                                  "hidden", "quiet",  "sleepy",   "vast"};
constexpr std::array<std::string_view, 8> places{"beach", "brook",   "cliffs", "dusk",
                                                 "fjord", "harbour", "meadow", "shore"};
constexpr std::size_t shortest = 3;
constexpr std::size_t longest = 30;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The add-on and all its attachments. Releases are made on other apps only: this one ends.
void destroy_addon_of(Control& control, const App& app, AddOn& addon) {
  while (!addon.attachments.empty()) {
    Attachment& attachment = *addon.attachments.back();
    if (attachment.app == &app)
      control.estate.detach(attachment);
    else
      control.attachments.detach(attachment);
  }
  if (addon.database != nullptr) control.databases.destroy(addon);
  control.estate.addons.remove(addon);
}

}  // namespace

bool is_app_name(std::string_view name) {
  return name.size() >= shortest && name.size() <= longest && is_lower(name.front()) && name.back() != '-' &&
         std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

std::string free_app_name(Random& random, const Estate& estate) {
  for (;;) {
    std::string name = std::string(manners.at(random.next() % manners.size())) + "-" +
                       std::string(places.at(random.next() % places.size())) + "-" +
                       std::to_string(10'000 + random.next() % 90'000);
    if (estate.apps.find(name) == nullptr) return name;
  }
}

std::string usual_stack(const App& app) { return app.fir() ? "cnb" : "heroku-24"; }

App& make_app(Control& control, NewApp wanted) {
  auto app = std::make_unique<App>();
  app->id = control.random.uuid();
  app->name = std::move(wanted.name);
  app->space = wanted.space;
  app->region = wanted.space != nullptr ? wanted.space->region : wanted.region;
  app->team = wanted.space != nullptr ? wanted.space->team : wanted.team;
  app->owner = app->team != nullptr ? app->team->name + "@herokumanager.com" : std::move(wanted.owner);
  app->locked = wanted.locked;
  app->internal_routing = wanted.internal_routing;
  app->stack = wanted.stack.empty() ? usual_stack(*app) : wanted.stack;
  app->build_stack = app->stack;
  app->created_at = app->updated_at = control.clock.wall_now();
  App& made = control.estate.apps.add(std::move(app));
  control.releases.make(made, "Initial release", Releases::By::history);
  return made;
}

void destroy_app(Control& control, App& app) {
  for (AddOn* addon : control.estate.addons.all())
    if (addon->app == &app) destroy_addon_of(control, app, *addon);
  while (!app.attachments.empty()) control.estate.detach(*app.attachments.begin()->second);
  control.dynos.abandon(app);
  control.releases.forget(app);
  control.estate.apps.remove(app);
}

}  // namespace changeover::emulator
