// The recorded facts as JSON text: the one format that every state backend keeps (design 9).
//
// Owner: nobody; pure functions. Thread rule: none. The same facts give the same bytes: members in a fixed order,
// migrations by name, two spaces, a newline at the end.
//
//   {"format_version": 1, "lineage": UUID, "serial": N, "migrations": [{"name": ..., "source": {"id", "name"},
//    "source_app", "target_app", "copy", "create_intent", "started_plan", "attempt": {...}, "live", "live_since",
//    "retirement", "spent_plans", "history"}]}
//
// Lineage names the state from its first write to its end; serial grows by one with each write. Times are RFC 3339 UTC.
// What is not set is left out. Readers ignore members they do not know, upgrade older formats and refuse newer ones.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "json/value.h"
#include "planner/recorded.h"

namespace changeover {

inline constexpr int record_format_version = 1;

[[nodiscard]] json::Value record_document(const Recorded& recorded);
[[nodiscard]] std::string record_text(const Recorded& recorded);

/// `corrupt` for what is no record, in words that name the place; `where` names the record ("state file ./x.json").
[[nodiscard]] Result<Recorded> read_record(std::string_view text, const std::string& where);

/// Changes a document of one format version into the next.
using RecordUpgrade = Result<void> (*)(json::Value& document);

/// Brings a document to the newest version, which is one more than there are upgrades: upgrades[0] makes version 2 of
/// version 1. A newer version is refused.
[[nodiscard]] Result<json::Value> upgrade_record(json::Value document, std::span<const RecordUpgrade> upgrades,
                                                 const std::string& where);

/// Replaces the record of one migration, or adds it, and keeps the order by name. The serial is the caller's.
void put_migration(Recorded& recorded, const RecordedMigration& migration);

}  // namespace changeover
