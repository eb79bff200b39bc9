// Origins: from which call each fact was read, and when, so that a plan can be asked what it rests on.
//
// Owner: the Observed that they came with. Thread rule: none. Noted where the call is made (providers/heroku), by the
// client that sends it; nobody decides by them.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "core/clock.h"

namespace changeover {

/// What one call tells. Of all apps, add-ons and attachments there is one list each, of the rest one answer for each
/// app or database.
enum class Asked {
  apps,
  addons,
  attachments,
  plans,
  app,  ///< of an app, as the next three
  formation,
  dynos,
  releases,
  config_vars,
  domains,
  transfers,
  database,  ///< of a database, as the rest
  attached,
  sql,
  followers,
  settings,
  backup_schedules,
  links,
  maintenance,
  record,  ///< of the state
};

struct Origin {
  std::string call;  ///< "GET /apps/orders/formation"; "" when it was not answered
  WallTime at;       ///< when the answer came; of a list over several pages the first of them
};

/// By what was asked and of which app or database, by name; "" for what is of the whole account.
using Origins = std::map<std::pair<Asked, std::string>, Origin>;

}  // namespace changeover
