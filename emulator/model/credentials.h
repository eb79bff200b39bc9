// Credentials: names for the login roles of a database, and what becomes of them (heroku-api.md 3.8).
//
// Owner: the model. Thread rule: the model's thread. The default credential is the role that owns the database; every
// other one is a role with the credential's own name. A change is asked of the engine and true once the engine has it:
// then config vars change by a release of the provider. A follower has its leader's credentials.
#pragma once

#include <set>
#include <string>

#include "emulator/model/lineage.h"
#include "emulator/model/releases.h"

namespace changeover::emulator {

class Credentials {
 public:
  Credentials(Random& random, const DataSwitches& switches, Estate& estate, const Lineage& lineage, Releases& releases,
              DatabaseEngine& engine)
      : random_(random),
        switches_(switches),
        estate_(estate),
        lineage_(lineage),
        releases_(releases),
        engine_(engine) {}

  /// The credential of a new database.
  [[nodiscard]] Credential make_default();
  /// The caller has seen to it that the name is free and allowed, and that the add-on leads.
  void create(AddOn& addon, const std::string& name);
  void destroy(AddOn& addon, Credential& credential);
  /// A new password. `ends_connections`: of all credentials, once it is in force.
  void rotate(AddOn& addon, Credential& credential, bool ends_connections);
  /// What a follower keeps when it follows no more.
  void settle_standalone(AddOn& addon);

  /// Looks at every change under way.
  void refresh();
  [[nodiscard]] bool moving() const { return !moving_.empty(); }
  [[nodiscard]] static bool under_way(const Database& database);

  /// By name, or nullptr.
  [[nodiscard]] static Credential* find(Database& database, std::string_view name);
  /// A letter, then letters, digits, - and _; no name that PostgreSQL or the emulator keeps to itself.
  [[nodiscard]] static bool is_name(std::string_view name);

 private:
  void step(AddOn& addon, const DatabaseStatus& status);
  [[nodiscard]] Secret new_password();

  Random& random_;
  const DataSwitches& switches_;
  Estate& estate_;
  const Lineage& lineage_;
  Releases& releases_;
  DatabaseEngine& engine_;
  std::set<std::string> moving_;  ///< add-on ids
};

}  // namespace changeover::emulator
