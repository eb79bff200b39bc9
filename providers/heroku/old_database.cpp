#include "providers/heroku/old_database.h"

#include <algorithm>
#include <memory>

#include "providers/heroku/api_error.h"

namespace changeover::heroku {
namespace {

using Verdict = WritesSince::Verdict;

constexpr int newest_releases = 10;

WritesSince not_known(std::string why) { return {Verdict::not_known, std::move(why)}; }

/// "host:port/database" of a URL; "" when there is none. Two databases never have the same.
std::string place_of(std::string_view url) {
  url = url.substr(0, url.find('?'));
  const std::size_t at = url.find('@');
  if (at != url.npos) return std::string(url.substr(at + 1));
  const std::size_t scheme = url.find("://");
  return std::string(scheme == url.npos ? url : url.substr(scheme + 3));
}

bool names(const Transfer& transfer, const std::optional<Database>& old) {
  if (!old || old->url.empty()) return false;
  const std::string place = place_of(masked(old->url.reveal()));
  return place_of(transfer.from_url) == place || place_of(transfer.to_url) == place;
}

/// What SQL can compare with; nothing where samples have to do.
std::optional<Marker> certified_marker(const Migration& migration, const RecordedMigration* recorded) {
  const bool certified = recorded != nullptr && recorded->attempt && recorded->attempt->certificate;
  if (!certified || migration.cutover.proof == Proof::api) return std::nullopt;
  return marker_from_text(recorded->attempt->certificate->evidence);
}

Task<WritesSince> ask_by_sql(Services services, const Database& database, Marker marker) {
  const OutsideTime::Span outside(services.outside);
  const std::unique_ptr<LeaderSession> leader = services.leaders.open(database.url);
  Result<LeaderIdentity> identity = co_await leader->connect();
  if (!identity) co_return not_known("SQL does not reach it: " + identity.error().what);
  Result<heroku::Aftermath> writes = co_await leader->writes_since(marker);
  if (!writes) co_return not_known("SQL could not ask it: " + writes.error().what);
  switch (writes->verdict) {
    case heroku::Aftermath::Verdict::none:
      co_return WritesSince{Verdict::none, writes->why};
    case heroku::Aftermath::Verdict::written:
      co_return WritesSince{Verdict::written, writes->why};
    case heroku::Aftermath::Verdict::not_known:
      break;
  }
  co_return not_known(writes->why);
}

WritesSince compare_samples(const Database& database, const Certificate& certificate) {
  if (!database.current_transaction || !database.sampled_at || *database.sampled_at <= certificate.at)
    return not_known("Heroku has no sample of it that is newer than the cutover");
  if (*database.current_transaction == certificate.transaction)
    return {Verdict::none, "no transaction since, by Heroku's sample"};
  return not_known("its transaction id went from " + std::to_string(certificate.transaction) + " to " +
                   std::to_string(*database.current_transaction) +
                   ": a write, or housekeeping; samples can not tell them apart");
}

/// When its Attach release was made; the attachment is as old, and it stays readable when releases have passed by.
Task<std::optional<WallTime>> attached_at(Services services, const Migration& migration, const Attachment* attachment,
                                          Origins& origins) {
  CallOptions options;
  options.noted = &origins[{Asked::releases, migration.target.app}];
  Result<std::vector<Release>> releases =
      co_await services.platform.releases(migration.target.app, newest_releases, options);
  if (releases) {
    const auto attach = std::ranges::find_if(*releases, [&](const Release& release) {
      return release.description.starts_with("Attach " + migration.target.attachment + " ");
    });
    if (attach != releases->end() && attach->created_at) co_return attach->created_at;
  }
  co_return attachment == nullptr ? std::nullopt : attachment->created_at;
}

/// In the list of the app that pays for it every transfer counts, elsewhere those that name it.
Task<Result<void>> add_unfinished(Services services, const MigrationFacts& facts, std::string app,
                                  const std::optional<Retirement>& noted, std::vector<std::string>& unfinished,
                                  Origins& origins) {
  const bool pays = app == facts.source->app.name;
  CallOptions options;
  options.noted = &origins[{Asked::transfers, app}];
  Result<std::vector<Transfer>> transfers = co_await services.data.transfers(app, options);
  if (!transfers) co_return fail(transfers.error());
  for (const Transfer& transfer : *transfers)
    if (!transfer.finished && (pays || names(transfer, facts.source_database)) &&
        !is_final_backup(transfer, noted, facts.source_database))
      unfinished.push_back(transfer.name() + " of " + app);
  co_return Result<void>{};
}

}  // namespace

bool is_final_backup(const Transfer& transfer, const std::optional<Retirement>& noted,
                     const std::optional<Database>& old) {
  if (!noted) return false;
  if (!noted->backup.id.empty()) return transfer.id == noted->backup.id;
  return transfer.is_backup && !transfer.scheduled && transfer.number > noted->transfers_before && names(transfer, old);
}

Task<WritesSince> writes_since_cutover(Services services, const Migration& migration, const MigrationFacts& facts,
                                       const RecordedMigration* recorded) {
  if (recorded == nullptr || !recorded->attempt || !recorded->attempt->certificate)
    co_return not_known("no record of the cutover tells what it was when it was drained");
  if (!facts.source_database) co_return not_known("it could not be read");
  const Certificate certificate = *recorded->attempt->certificate;
  const std::optional<Marker> marker = certified_marker(migration, recorded);
  if (!marker) co_return compare_samples(*facts.source_database, certificate);
  if (facts.source_database->url.empty()) co_return not_known("Heroku does not say how to reach it");
  co_return co_await ask_by_sql(services, *facts.source_database, *marker);
}

Task<RetirementFacts> read_retirement(Services services, const Migration& migration, const MigrationFacts& facts,
                                      const std::vector<Attachment>& on_target, const RecordedMigration* recorded,
                                      Origins& origins) {
  RetirementFacts found;
  const auto attachment = std::ranges::find(on_target, migration.target.attachment, &Attachment::name);
  const Attachment* held = attachment == on_target.end() ? nullptr : &*attachment;
  found.attached_at = co_await attached_at(services, migration, held, origins);
  found.writes = co_await writes_since_cutover(services, migration, facts, recorded);
  if (certified_marker(migration, recorded) && found.writes.verdict != Verdict::not_known)
    origins[{Asked::sql, facts.source->name}] = {"SQL", services.loop.clock().wall_now()};
  const std::optional<Retirement> noted = recorded == nullptr ? std::nullopt : recorded->retirement;
  std::vector<std::string> apps{facts.source->app.name};
  if (migration.target.app != apps.front()) apps.push_back(migration.target.app);  // where copies of it may arrive
  for (const std::string& app : apps) {
    Result<void> read = co_await add_unfinished(services, facts, app, noted, found.unfinished_transfers, origins);
    if (!read) found.transfers_problem = read.error().what;
  }
  co_return found;
}

}  // namespace changeover::heroku
