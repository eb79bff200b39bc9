// PostgresStore: the shared document in tables of a PostgreSQL database (docs/decisions/0008-remote-state.md).
//
// Owner: the wiring. Thread rule: the event loop's thread; libpq blocks, so a thread of its own talks to the server
// (postgres/worker.h). A change is one transaction, during which no other writes: whole when it has returned.
//
//   SCHEMA.state   one row: lineage, serial, record (the JSON text of record_file.h), written_at
//   SCHEMA.leases  one row a migration: fence, lock_id, who, host, pid, command, since, expires, quiet_until
//
// Both are made by the first change. Times are the server's.
#pragma once

#include <memory>
#include <string>

#include "core/event_loop.h"
#include "core/random.h"
#include "core/secret.h"
#include "executor/state/shared_store.h"

namespace changeover {

class PostgresStore final : public SharedStore {
 public:
  struct Options {
    Secret url;
    std::string url_env;  ///< the variable it came from, for people
    std::string schema = "changeover";
  };

  PostgresStore(EventLoop& loop, Random& random, Options options);
  PostgresStore(const PostgresStore&) = delete;
  PostgresStore& operator=(const PostgresStore&) = delete;
  ~PostgresStore() override;

  [[nodiscard]] Task<Result<StateView>> read() override;
  [[nodiscard]] Task<Result<StateView>> change(StateChange change) override;
  [[nodiscard]] std::string describe() const override;

 private:
  struct Backend;
  struct Thread;
  Random& random_;
  std::string describe_;
  std::unique_ptr<Thread> thread_;
};

}  // namespace changeover
