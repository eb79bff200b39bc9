#include "providers/heroku/provider.h"

#include <algorithm>

#include "providers/heroku/hands.h"
#include "providers/heroku/observe.h"
#include "providers/heroku/old_database.h"

namespace changeover::heroku {

Task<Result<Observed>> HerokuProvider::observe(const std::vector<const Migration*>& migrations,
                                               const Recorded& recorded) {
  Observation observation(services_, migrations, recorded);
  co_return co_await observation.run();
}

Task<WritesSince> HerokuProvider::old_database_writes(const Migration& migration, const MigrationFacts& facts,
                                                      const RecordedMigration& recorded) {
  co_return co_await writes_since_cutover(services_, migration, facts, &recorded);
}

std::unique_ptr<Hands> HerokuProvider::hands(const Migration& migration, const Observed& facts, Journal& journal) {
  const auto own = std::ranges::find(facts.migrations, migration.name, &MigrationFacts::name);
  MigrationFacts migration_facts = own == facts.migrations.end() ? MigrationFacts{} : *own;
  Session session{services_, migration, facts, std::move(migration_facts), journal};
  return std::make_unique<HerokuHands>(std::move(session));
}

Traffic HerokuProvider::traffic() const {
  const RequestCounts counts = services_.api.counts();
  return {counts.total - counts.polls, counts.polls, services_.outside.total()};
}

}  // namespace changeover::heroku
