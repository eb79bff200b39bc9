// The account's three lists, apps, add-ons and attachments: read once for all migrations, found by name and by id.
//
// Owner: one Observation. Thread rule: the event loop's thread. Only reads. Whatever order Heroku lists them in, they
// are given in an order of their own, so that the same world makes the same plan. When a list cannot be read, nothing
// is known.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/task.h"
#include "planner/observed.h"
#include "providers/heroku/platform_client.h"

namespace changeover::heroku {

/// Every app that the account may see, with the config vars that belong to its attachments.
using VisibleApps = std::map<std::string, std::set<std::string>>;

class AccountLists {
 public:
  /// Notes in `origins` when each list was read.
  [[nodiscard]] Task<Result<void>> read(PlatformClient& platform, Origins& origins);
  /// One that the list did not show.
  void add(App app);

  [[nodiscard]] const App* app(const std::string& name) const;
  [[nodiscard]] const Addon* addon(const std::string& id) const;
  [[nodiscard]] const Addon* addon_named(const std::string& name) const;
  /// Billed to this app, by name.
  [[nodiscard]] const std::vector<Addon>& addons_of(const std::string& app) const;
  /// Of this app, by name; of this add-on, by app and name.
  [[nodiscard]] const std::vector<Attachment>& attachments_of_app(const std::string& app) const;
  [[nodiscard]] std::vector<Attachment> attachments_of_addon(const std::string& id) const;
  [[nodiscard]] VisibleApps visible_apps() const;

 private:
  void file(std::vector<App> apps, std::vector<Addon> addons, std::vector<Attachment> attachments);

  std::map<std::string, App> apps_;
  std::map<std::string, std::vector<Addon>> addons_by_app_;
  std::map<std::string, std::vector<Attachment>> attachments_by_app_;
  // Into the two above, which do not change once they are filed.
  std::map<std::string, const Addon*> addons_by_id_;
  std::map<std::string, const Addon*> addons_by_name_;
  std::map<std::string, std::vector<const Attachment*>> attachments_by_addon_;
};

}  // namespace changeover::heroku
