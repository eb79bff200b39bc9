#include <algorithm>

#include "core/text.h"
#include "emulator/model/attachment_url.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

Response addon_page(const Call& call, std::vector<AddOn*> addons) {
  const Detail detail = detail_of(call);
  return named_page(call, std::move(addons), [&](const AddOn& addon) { return render(addon, detail); });
}

}  // namespace

Response app_addons(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  // Also those billed elsewhere and attached here (heroku-api.md 2.4).
  std::vector<AddOn*> list;
  for (const auto& [name, attachment] : app->attachments)
    if (std::ranges::find(list, attachment->addon) == list.end()) list.push_back(attachment->addon);
  return addon_page(call, std::move(list));
}

Response addons(Control& control, const Call& call) {
  return addon_page(call, seen(call, control.estate.addons.all()));
}

Response team_addons(Control& control, const Call& call) {
  const Team* team = control.estate.teams.find(call["team"]);
  if (team == nullptr) return not_found("team", "Couldn't find that team.");
  std::vector<AddOn*> list = seen(call, control.estate.addons.all());
  std::erase_if(list, [&](const AddOn* addon) { return addon->app->team != team; });
  return addon_page(call, std::move(list));
}

Response addon(Control& control, const Call& call) {
  AddOn* found = addon_of(control, call);
  if (!call["app"].empty()) {
    App* app = app_of(control, call);
    if (app == nullptr) return no_app();
    const Attachment* named = Estate::attachment_named(*app, call["addon"]);
    if (found == nullptr && named != nullptr) found = named->addon;
    const auto here = [&](const Attachment* attachment) { return attachment->app == app; };
    if (found != nullptr && found->app != app && std::ranges::none_of(found->attachments, here)) found = nullptr;
  }
  return found != nullptr ? answer(render(*found, detail_of(call))) : no_addon();
}

Response destroy_addon(Control& control, const Call& call) {
  AddOn* found = addon_of(control, call);
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  if (found == nullptr || found->app != app) return no_addon();
  const bool force = call.body["force"].as_bool();
  const auto foreign = [&](const Attachment* attachment) { return attachment->app != app; };
  const bool refuse = !force && control.switches.attached_elsewhere == Verdict::refuse;
  if (refuse && std::ranges::any_of(found->attachments, foreign))
    return invalid_params("Add-on " + found->name + " is attached to other apps. Detach it there or use force.");
  if (!control.switches.data.destroy_followed_leader && !control.lineage.followers(*found).empty())
    return invalid_params("Add-on " + found->name + " has followers. Destroy them or let them unfollow first.");
  if (found->state == AddOn::State::deprovisioning) return answer(render(*found, detail_of(call)), 202);
  found->state = AddOn::State::deprovisioning;
  found->updated_at = control.clock.wall_now();
  control.attachments.detach_all(*found);
  const bool asynchronous = found->database != nullptr && control.timing.deprovision.count() > 0;
  if (!asynchronous) found->state = AddOn::State::deprovisioned;
  Response response = answer(render(*found, detail_of(call)), asynchronous ? 202 : 200);
  const auto end = [&control, id = found->id] {
    AddOn* gone = control.estate.addons.find(id);
    if (gone == nullptr) return;
    if (gone->database != nullptr) control.databases.destroy(*gone);
    if (!control.switches.data.reuse_addon_names) control.retired_names.insert(gone->name);
    control.estate.addons.remove(*gone);
  };
  if (asynchronous)
    control.timers.at(control.clock.steady_now() + control.timing.deprovision, end);
  else
    end();
  return response;
}

Response addon_config(Control& control, const Call& call) {
  const AddOn* found = addon_of(control, call);
  if (found == nullptr) return no_addon();
  json::Array list;
  if (found->database != nullptr && found->database->endpoint) {
    const std::string space = call["namespace"];
    const Credential* credential = credential_of(*found->database, space.empty() ? std::nullopt : std::optional(space));
    if (credential != nullptr)
      list.emplace_back(
          json::Object{{"name", "URL"}, {"value", postgres_url(*found->database->endpoint, *credential).reveal()}});
  }
  return page(call, list, {"name"});
}

}  // namespace changeover::emulator::handlers
