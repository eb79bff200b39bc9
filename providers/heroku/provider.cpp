#include "providers/heroku/provider.h"

#include <algorithm>
#include <set>

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
  const auto found = std::ranges::find(facts.migrations, migration.name, &MigrationFacts::name);
  MigrationFacts own = found == facts.migrations.end() ? MigrationFacts{} : *found;
  const Situation situation = assess(migration, facts, own, &journal.record());
  std::set<std::string> apps{migration.source.app, migration.target.app};
  for (const QuiescedApp& app : situation.quiesced) apps.insert(app.app.name);
  for (const Attachment& attachment : own.source_attachments) apps.insert(attachment.app.name);
  if (const auto& attempt = journal.record().attempt)
    for (const Baseline& baseline : attempt->baseline) apps.insert(baseline.app.name);
  Session session{services_, migration, facts.of_one(migration.name, apps), std::move(own), journal};
  return std::make_unique<HerokuHands>(std::move(session));
}

Traffic HerokuProvider::traffic() const {
  const RequestCounts counts = services_.api.counts();
  return {counts.total - counts.polls, counts.polls, services_.outside.total()};
}

}  // namespace changeover::heroku
