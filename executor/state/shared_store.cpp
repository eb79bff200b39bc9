#include "executor/state/shared_store.h"

#include <algorithm>

#include "core/text.h"
#include "executor/state/holder.h"
#include "executor/state/record_file.h"
#include "json/fields.h"

namespace changeover {
namespace {

json::Value write_lease(const LeaseEntry& entry) {
  json::Value object = json::Value::object();
  object.set("migration", entry.migration).set("fence", entry.fence);
  if (entry.holder) object.set("holder", to_json(LockNote{entry.migration, *entry.holder}));
  if (entry.quiet_until) object.set("quiet_until", format_time(*entry.quiet_until));
  return object;
}

LeaseEntry read_lease(const json::Fields& fields) {
  LeaseEntry entry;
  entry.migration = fields.text("migration");
  entry.fence = fields.integer("fence");
  entry.quiet_until = fields.optional_time("quiet_until");
  if (!fields.has("holder")) return entry;
  const json::Fields held = fields.inside("holder");
  entry.holder = Holder{held.text("id"),      held.text("who"),   held.text("host"),   held.integer("pid"),
                        held.text("command"), held.time("since"), held.time("expires")};
  return entry;
}

}  // namespace

LeaseEntry* StateDocument::lease_of(std::string_view migration) {
  const auto found = std::ranges::find(leases, migration, &LeaseEntry::migration);
  return found == leases.end() ? nullptr : &*found;
}

std::string shared_text(const StateDocument& document) {
  json::Value leases = json::Value::array();
  for (const LeaseEntry& entry : document.leases) leases.push(write_lease(entry));
  return record_document(document.recorded).set("leases", std::move(leases)).pretty();
}

Result<StateDocument> read_shared(std::string_view text, const std::string& where) {
  StateDocument document;
  if (text.empty()) return document;
  Result<Recorded> recorded = read_record(text, where);
  if (!recorded) return fail(recorded.error());
  document.recorded = std::move(*recorded);
  const Result<json::Value> whole = json::parse(text);
  std::string problem;
  const json::Fields fields(*whole, "", problem);
  if (fields.has("leases")) document.leases = fields.list("leases", read_lease);
  if (!problem.empty()) return fail(ErrorCode::corrupt, where + " is damaged: " + problem, "restore an older version");
  return document;
}

}  // namespace changeover
