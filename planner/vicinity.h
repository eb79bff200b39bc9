// Vicinity: what lies around a database beside its two apps: whoever copied its URL, who else follows it, what does not
// come along.
//
// Owner: whoever observed (providers/heroku/observe_vicinity); plain values. Thread rule: none. It takes requests
// of its own, so it is read for the migrations that are about to be cut over, and for so many of them only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"

namespace changeover {

/// Config vars, by name alone, whose values lead to the source and that belong to no attachment.
struct CopiedUrl {
  std::string app;
  std::vector<std::string> config_vars;
};

/// A setting of the source that the copy has not, or would not have.
struct DifferingSetting {
  std::string name;
  std::string here;
  std::string there;
};

/// What Heroku has announced for a database or is doing to it (heroku-api.md 3.11).
struct AnnouncedMaintenance {
  std::string database;
  std::string status;  ///< pending, preparing, ready, running
  std::optional<WallTime> scheduled_for;
};

struct Vicinity {
  std::vector<CopiedUrl> copied_urls;         ///< by app
  std::vector<std::string> unread_config;     ///< apps whose config vars could not be read
  int unsearched_apps = 0;                    ///< visible ones, beyond what one plan searches
  std::vector<std::string> other_followers;   ///< add-ons that follow the source, without the copy
  std::vector<DifferingSetting> settings;     ///< by name
  std::vector<std::string> backup_schedules;  ///< "03:00 UTC"
  std::vector<std::string> links;             ///< data links of the source, by name
  std::vector<AnnouncedMaintenance> maintenances;
  std::vector<std::string> domains_left;  ///< on the source app, and not on the target
};

}  // namespace changeover
