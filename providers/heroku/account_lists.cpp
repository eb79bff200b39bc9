#include "providers/heroku/account_lists.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace changeover::heroku {
namespace {

template <class T>
Task<void> keep(Task<Result<T>> question, std::optional<Result<T>>& answer) {
  answer.emplace(co_await question);
}

template <class Map>
const typename Map::mapped_type& found_or_empty(const Map& map, const std::string& key) {
  static const typename Map::mapped_type none{};
  const auto found = map.find(key);
  return found == map.end() ? none : found->second;
}

}  // namespace

Task<Result<void>> AccountLists::read(PlatformClient& platform, Origins& origins) {
  const auto noted = [&](Asked asked) {
    CallOptions options;
    options.noted = &origins[{asked, ""}];
    return options;
  };
  std::optional<Result<std::vector<App>>> apps;
  std::optional<Result<std::vector<Addon>>> addons;
  std::optional<Result<std::vector<Attachment>>> attachments;
  std::vector<Task<void>> lists;
  lists.push_back(keep(platform.apps(noted(Asked::apps)), apps));
  lists.push_back(keep(platform.addons(noted(Asked::addons)), addons));
  lists.push_back(keep(platform.addon_attachments(noted(Asked::attachments)), attachments));
  Task<void> all = all_of(std::move(lists));
  co_await all;
  if (!*apps) co_return fail(apps->error().in("listing the apps"));
  if (!*addons) co_return fail(addons->error().in("listing the add-ons"));
  if (!*attachments) co_return fail(attachments->error().in("listing the attachments"));
  file(std::move(**apps), std::move(**addons), std::move(**attachments));
  co_return Result<void>{};
}

void AccountLists::file(std::vector<App> apps, std::vector<Addon> addons, std::vector<Attachment> attachments) {
  for (App& app : apps) add(std::move(app));
  std::ranges::sort(addons, {}, [](const Addon& addon) { return std::tie(addon.app.name, addon.name, addon.id); });
  for (Addon& addon : addons) {
    std::vector<Addon>& of_app = addons_by_app_[addon.app.name];
    of_app.push_back(std::move(addon));
  }
  for (const auto& [app, of_app] : addons_by_app_)
    for (const Addon& addon : of_app) {
      addons_by_id_[addon.id] = &addon;
      addons_by_name_[addon.name] = &addon;
    }
  std::ranges::sort(attachments, {}, [](const Attachment& attachment) {
    return std::tie(attachment.app.name, attachment.name, attachment.id);
  });
  for (Attachment& attachment : attachments) {
    std::vector<Attachment>& of_app = attachments_by_app_[attachment.app.name];
    of_app.push_back(std::move(attachment));
  }
  for (const auto& [app, of_app] : attachments_by_app_)
    for (const Attachment& attachment : of_app) attachments_by_addon_[attachment.addon.id].push_back(&attachment);
}

void AccountLists::add(App app) {
  std::string name = app.name;
  apps_.insert_or_assign(std::move(name), std::move(app));
}

const App* AccountLists::app(const std::string& name) const {
  const auto found = apps_.find(name);
  return found == apps_.end() ? nullptr : &found->second;
}

const Addon* AccountLists::addon(const std::string& id) const { return found_or_empty(addons_by_id_, id); }

const Addon* AccountLists::addon_named(const std::string& name) const { return found_or_empty(addons_by_name_, name); }

const std::vector<Addon>& AccountLists::addons_of(const std::string& app) const {
  return found_or_empty(addons_by_app_, app);
}

const std::vector<Attachment>& AccountLists::attachments_of_app(const std::string& app) const {
  return found_or_empty(attachments_by_app_, app);
}

std::vector<Attachment> AccountLists::attachments_of_addon(const std::string& id) const {
  std::vector<Attachment> attachments;
  for (const Attachment* attachment : found_or_empty(attachments_by_addon_, id)) attachments.push_back(*attachment);
  return attachments;
}

VisibleApps AccountLists::visible_apps() const {
  VisibleApps visible;
  for (const auto& [name, app] : apps_) visible[name];
  for (const auto& [name, attachments] : attachments_by_app_)
    if (const auto app = visible.find(name); app != visible.end())
      for (const Attachment& attachment : attachments)
        app->second.insert(attachment.config_vars.begin(), attachment.config_vars.end());
  return visible;
}

}  // namespace changeover::heroku
