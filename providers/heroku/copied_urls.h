// Copied URLs: which config vars of an app lead to a database, by its host and its name.
//
// Owner: nobody; pure. Thread rule: none. Values are compared and forgotten; only names of config vars come out. User,
// password and port do not count: a copy may be of another credential or of a pool.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/secret.h"

namespace changeover::heroku {

struct ConfigVar {
  std::string name;
  Secret value;
};

/// What every URL of a database has in common.
struct DatabasePlace {
  std::string host;
  std::string database;
};

/// Nothing for what is no URL with host and database.
[[nodiscard]] std::optional<DatabasePlace> place_of(const Secret& url);

/// Vars that hold both in one value, whatever the form (postgres://, jdbc:, key=value), or the host alone when another
/// var of the same app is the database's name (PGHOST and PGDATABASE). In the order of the vars.
[[nodiscard]] std::vector<std::string> vars_that_lead_to(const DatabasePlace& place,
                                                         const std::vector<ConfigVar>& vars);

}  // namespace changeover::heroku
