// Databases without PostgreSQL: the DatabaseEngine over the DataPlane.
//
// Owner: the program's wiring or a simulation. Thread rule: the model's thread. What cannot be modelled is left out in
// one place: seed SQL is not run, extensions are not made, roles own nothing. Nothing fails by itself; DataPlane::fail
// does that.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "emulator/engine.h"
#include "emulator/modelled/data_plane.h"

namespace changeover::emulator {

class ModelledDatabases final : public DatabaseEngine {
 public:
  ModelledDatabases(DataPlane& plane, const Clock& clock) : plane_(plane), clock_(clock) {}

  void create_leader(const std::string& id, const std::string& database, const std::string& user,
                     const Secret& password, const std::string& seed_sql) override;
  void create_follower(const std::string& id, const std::string& leader_id) override;
  void create_fork(const std::string& id, const std::string& source_id) override;
  void promote(const std::string& id) override;
  void stall_replay(const std::string& id, bool stalled) override;
  void set_role(const std::string& id, const std::string& user, const Secret& password) override;
  void drop_role(const std::string& id, const std::string& user) override;
  void repair_owner(const std::string& /*id*/) override {}
  void reset(const std::string& id, const std::vector<std::string>& extensions) override;
  void reset_connections(const std::string& id) override;
  [[nodiscard]] int open_pool(const std::string& id) override;
  void terminate(const std::string& /*id*/, int /*pid*/) override {}
  void destroy(const std::string& id) override;
  [[nodiscard]] DatabaseStatus status(const std::string& id) const override;
  void request_sample(const std::string& id) override;
  [[nodiscard]] std::optional<DatabaseSample> latest_sample(const std::string& id) const override;

 private:
  DataPlane& plane_;
  const Clock& clock_;
  std::map<std::string, DatabaseSample> samples_;
};

}  // namespace changeover::emulator
