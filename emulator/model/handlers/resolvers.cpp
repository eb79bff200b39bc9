// The lookups that the CLI leans on (heroku-api.md 2.5): from what a person typed to add-ons and attachments.
#include <algorithm>

#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

/// What is asked for, and on which app; `APP::NAME` names the app itself.
struct Asked {
  std::string name;
  std::string service;
  std::string app_name;
  App* app = nullptr;

  [[nodiscard]] bool app_unknown() const { return app == nullptr && !app_name.empty(); }
  [[nodiscard]] bool fits(const AddOn& addon) const { return service.empty() || addon.service() == service; }
};

Asked asked(Control& control, const Call& call, std::string_view key) {
  Asked asked{identity(call.body[key]), identity(call.body["addon_service"]), identity(call.body["app"])};
  if (const std::size_t colons = asked.name.find("::"); colons != std::string::npos) {
    asked.app_name = asked.name.substr(0, colons);
    asked.name.erase(0, colons + 2);
  }
  asked.app = asked.app_name.empty() ? nullptr : control.estate.apps.find(asked.app_name);
  return asked;
}

template <class T>
void add_once(std::vector<T*>& list, T* object) {
  if (std::ranges::find(list, object) == list.end()) list.push_back(object);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

/// A part of the name is enough, in either case: "bronze" is HEROKU_POSTGRESQL_BRONZE.
bool is_part(std::string_view wanted, const std::string& name) {
  if (wanted.ends_with("_URL")) wanted.remove_suffix(4);
  return !wanted.empty() && lower(name).find(lower(wanted)) != std::string::npos;
}

/// The app's attachments by the first of these that fits any: name, add-on, service or plan, part of the name.
std::vector<Attachment*> attachments_on(const App& app, const Asked& asked) {
  std::vector<Attachment*> found;
  const auto collect = [&](auto fits) {
    if (!found.empty()) return;
    for (const auto& [name, attachment] : app.attachments)
      if (asked.fits(*attachment->addon) && fits(*attachment)) found.push_back(attachment);
  };
  const Attachment* named = Estate::attachment_named(app, asked.name);
  collect([&](const Attachment& one) { return &one == named || one.id == asked.name; });
  collect([&](const Attachment& one) { return one.addon->name == asked.name || one.addon->id == asked.name; });
  collect([&](const Attachment& one) { return one.addon->service() == asked.name || one.addon->plan == asked.name; });
  collect([&](const Attachment& one) { return is_part(asked.name, one.name); });
  return found;
}

Response ambiguous(std::string_view kind, const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return error(422, "multiple_matches",
               "Ambiguous identifier; multiple matching " + std::string(kind) + " found: " + list + ".");
}

std::vector<AddOn*> addons_for(const Control& control, const Asked& asked) {
  std::vector<AddOn*> found;
  AddOn* named = control.estate.addons.find(asked.name);
  if (named != nullptr && asked.fits(*named)) return {named};
  if (asked.app != nullptr) {
    for (const Attachment* attachment : attachments_on(*asked.app, asked)) add_once(found, attachment->addon);
    return found;
  }
  for (AddOn* addon : control.estate.addons.all())
    if (asked.fits(*addon) && (addon->service() == asked.name || addon->plan == asked.name)) found.push_back(addon);
  return found;
}

std::vector<Attachment*> attachments_for(const Control& control, const Asked& asked) {
  if (asked.app != nullptr) return attachments_on(*asked.app, asked);
  if (Attachment* by_id = control.estate.attachment(asked.name)) return {by_id};
  const AddOn* addon = control.estate.addons.find(asked.name);
  return addon != nullptr && asked.fits(*addon) ? addon->attachments : std::vector<Attachment*>{};
}

}  // namespace

Response resolve_addon(Control& control, const Call& call) {
  if (auto refusal = unknown_parameters(call.body, {"addon", "app", "addon_service"})) return *refusal;
  const Asked wanted = asked(control, call, "addon");
  if (wanted.app_unknown()) return no_app();
  const std::vector<AddOn*> found = seen(call, addons_for(control, wanted));
  if (found.empty()) return no_addon();
  if (found.size() == 1) return answer(json::Array{render(*found.front(), detail_of(call))});
  std::vector<std::string> names;
  for (const AddOn* addon : found) names.push_back(addon->name);
  return ambiguous("add-ons", names);
}

Response resolve_attachment(Control& control, const Call& call) {
  if (auto refusal = unknown_parameters(call.body, {"addon_attachment", "app", "addon_service"})) return *refusal;
  const Asked wanted = asked(control, call, "addon_attachment");
  if (wanted.app_unknown()) return no_app();
  const std::vector<Attachment*> found = seen(call, attachments_for(control, wanted));
  if (found.empty()) return no_attachment();
  json::Array list;
  std::vector<std::string> names;
  std::vector<AddOn*> addons;
  for (const Attachment* attachment : found) {
    list.push_back(render(*attachment, detail_of(call)));
    names.push_back(attachment->name);
    add_once(addons, attachment->addon);
  }
  // Several ways to one add-on are an answer; who asks chooses.
  return addons.size() == 1 ? answer(std::move(list)) : ambiguous("attachments", names);
}

}  // namespace changeover::emulator::handlers
