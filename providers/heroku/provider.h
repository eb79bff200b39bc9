// HerokuProvider: Heroku as the executor's provider.
//
// Owner: cmd/wiring. Thread rule: the event loop's thread. The services outlive it.
#pragma once

#include "executor/provider.h"
#include "providers/heroku/session.h"

namespace changeover::heroku {

class HerokuProvider final : public Provider {
 public:
  explicit HerokuProvider(Services services) : services_(services) {}

  [[nodiscard]] Task<Result<Observed>> observe(const std::vector<const Migration*>& migrations,
                                               const Recorded& recorded) override;
  [[nodiscard]] Task<WritesSince> old_database_writes(const Migration& migration, const MigrationFacts& facts,
                                                      const RecordedMigration& recorded) override;
  [[nodiscard]] std::unique_ptr<Hands> hands(const Migration& migration, const Observed& facts,
                                             Journal& journal) override;
  [[nodiscard]] Traffic traffic() const override;

 private:
  Services services_;
};

}  // namespace changeover::heroku
