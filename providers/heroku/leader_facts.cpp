#include "providers/heroku/leader_facts.h"

#include <utility>

namespace changeover::heroku {

LeaderFacts leader_facts(const LeaderIdentity& identity, PreflightFacts found) {
  LeaderFacts facts;
  facts.system_identifier = identity.system_identifier;
  facts.server_version = identity.server_version;
  facts.tables = found.tables;
  facts.unlogged_tables = std::move(found.unlogged_tables);
  facts.unlockable_tables = std::move(found.unlockable_tables);
  facts.unendable_roles = std::move(found.unendable_roles);
  facts.foreign_servers = std::move(found.foreign_servers);
  facts.collation_mismatches = std::move(found.outdated_collations);
  facts.logical_slots = static_cast<int>(found.logical_slots.size());
  facts.prepared_transactions = found.prepared_transactions;
  facts.subscriptions = found.subscriptions;
  facts.sequences = found.sequences;
  facts.large_objects = found.large_objects;
  facts.lock_capacity = found.lock_capacity;
  facts.read_only = found.read_only;
  for (const OpenTransaction& open : found.open_for_long)
    facts.long_transactions.push_back(
        {open.backend.pid, open.backend.role, open.backend.state, std::chrono::seconds{open.seconds}});
  if (found.free_connections >= 0) facts.free_connections = found.free_connections;
  return facts;
}

}  // namespace changeover::heroku
