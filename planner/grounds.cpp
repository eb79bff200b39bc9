#include "planner/grounds.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace changeover {
namespace {

std::vector<GroundsRow> of_the_actions() {
  using enum Ground;
  return {
      {"follower.create", {copy, source, source_database, plan, ends}, {"S15", "S23"}},
      {"database.wait_available", {copy, copy_database}, {"S23"}},
      {"follower.wait_caught_up", {copy_database, spec}, {"S5"}},
      {"attachment.preserve", {attachments, target_attachment}, {"S13"}},
      {"pooler.attach", {attachments, target_attachment}, {"S6", "S13"}},
      {"credential.attach", {attachments, target_attachment}, {"S6", "S13"}},
      {"app.enable_maintenance", {ends}, {"S4", "S26"}},
      {"app.scale_down", {formations, dynos, attachments}, {"S4", "S8"}},
      {"app.stop_one_off_dynos", {dynos}, {"S2", "S21"}},
      {"database.reset_connections", {source_database, sql}, {"S22"}},
      {"leader.fence", {sql}, {"S2", "S22"}},
      {"follower.wait_drained", {copy_database, sql}, {"S1"}},
      {"follower.unfollow", {copy_database, record}, {"S1", "S2", "S12", "S19"}},
      {"database.wait_standalone", {copy_database}, {"S19", "S20"}},
      {"leader.verify_no_late_write", {sql, record}, {"S2", "S16"}},
      {"attachment.promote", {target_attachment, releases}, {"S6", "S12", "S13", "S20"}},
      {"release.wait", {formations, releases}, {"S20", "S21"}},
      {"app.scale_up", {formations, spec}, {"S3", "S6", "S20"}},
      {"app.disable_maintenance", {ends, formations}, {"S25"}},
      {"database.verify_live", {target_attachment, dynos, releases}, {"S3", "S20"}},
      {"leader.fence_permanently", {sql, attachments}, {"S9"}},
      {"backup.capture", {source_database, retirement}, {"S28"}},
      {"attachment.detach", {attachments, formations}, {"S28"}},
      {"addon.destroy", {source, copy, target_attachment, record}, {"S3", "S12", "S28"}},
      {"restore.attachment", {target_attachment, record}, {"S1", "S17"}},
      {"restore.leader", {sql, record}, {"S6", "S9", "S17"}},
      {"restore.formation", {formations, record}, {"S4", "S17"}},
      {"restore.maintenance", {ends, record}, {"S4", "S17", "S25"}},
  };
}

std::vector<GroundsRow> of_the_findings() {
  using enum Ground;
  return {
      {"source-not-found", {source, spec}, {}},
      {"app-not-found", {ends}, {}},
      {"tier-without-followers", {source}, {}},
      {"advanced-tier", {source}, {}},
      {"not-heroku-postgres", {source}, {}},
      {"source-is-follower", {source_database}, {}},
      {"follow-not-available", {source_database}, {"S29"}},
      {"target-not-in-space", {ends}, {}},
      {"fir-without-maintenance", {ends}, {"S25"}},
      {"plan-not-found", {plan}, {}},
      {"plan-not-for-spaces", {plan}, {}},
      {"plan-too-small", {plan, source_database}, {}},
      {"plan-nearly-full", {plan, source_database}, {}},
      {"plan-smaller", {plan, source}, {}},
      {"source-size", {source_database}, {}},
      {"plan-disk", {plan}, {}},
      {"addon-name-taken", {copy, copy_database}, {"S15"}},
      {"attachment-held-by-stranger", {target_attachment, attachments, spec}, {"S13"}},
      {"unquiesced-writer", {attachments, formations}, {"S8"}},
      {"scheduler-unacknowledged", {addons, spec}, {"S9"}},
      {"autoscaler-unacknowledged", {addons, spec}, {"S9"}},
      {"connect-unacknowledged", {addons, spec}, {"S9"}},
      {"copied-url", {copied_urls}, {"S8"}},
      {"copy-attached-elsewhere", {copy, spec}, {"S6", "S27"}},
      {"config-vars-unread", {copied_urls, not_read}, {"S8"}},
      {"not-looked-at", {copied_urls}, {"S8"}},
      {"shared-apps", {spec, attachments}, {"S10"}},
      {"same-app-at-once", {spec, ends}, {"S10"}},
      {"shared-app-in-downtime", {spec, attachments, record}, {"S4", "S10"}},
      {"source-feeds-several", {spec, source, attachments}, {"S11"}},
      {"resumed-writer-on-old-leader", {spec, attachments}, {"S8"}},
      {"formation-zero", {formations, spec, record}, {"S4"}},
      {"unknown-process-type", {formations, spec}, {"S4"}},
      {"leader-not-reached", {sql, spec}, {"S2"}},
      {"leader-not-asked", {sql, spec}, {"S14"}},
      {"unlogged-tables", {sql}, {"S14"}, "pg_class where relpersistence = 'u'"},
      {"prepared-transactions", {sql}, {"S14"}, "pg_prepared_xacts of this database"},
      {"source-read-only", {sql}, {"S9"}, "default_transaction_read_only in pg_db_role_setting"},
      {"logical-slots", {sql}, {"S14"}, "pg_replication_slots where slot_type = 'logical'"},
      {"collation-versions",
       {sql},
       {"S14"},
       "pg_collation_actual_version and pg_database_collation_actual_version against what is recorded"},
      {"subscription-writes", {sql}, {"S8"}, "pg_subscription where subenabled"},
      {"unfenced-tables", {sql}, {"S2"}, "pg_class: tables that has_table_privilege denies us"},
      {"unfenced-objects", {sql}, {"S2"}, "pg_class where relkind = 'S', and pg_largeobject_metadata"},
      {"unendable-roles", {sql}, {"S22"}, "pg_roles that may write, and pg_has_role denies us"},
      {"too-many-tables", {sql}, {"S2"}, "pg_class against max_locks_per_transaction"},
      {"long-transaction", {sql}, {"S22"}, "pg_stat_activity by xact_start"},
      {"few-connections", {sql}, {"S30"}, "max_connections against pg_stat_activity"},
      {"proof-api", {spec}, {"S1", "S9"}},
      {"platform-maintenance", {source_database, copy_database, maintenances, now}, {"S16"}},
      {"platform-maintenance-planned", {source_database, copy_database, maintenances, now}, {"S16"}},
      {"local-state-in-ci", {spec}, {"S4"}},
      {"baseline-lost", {formations, dynos, record}, {"S4"}},
      {"parked-before", {formations, dynos, record}, {"S4"}},
      {"release-phase", {formations}, {"S6", "S21"}},
      {"source-stays-parked", {spec}, {"S8", "S9"}},
      {"namespaced-attachment", {attachments}, {"S13"}},
      {"external-promote", {spec}, {"S6"}},
      {"external-resume", {spec}, {"S6"}},
      {"region-differs", {ends}, {}},
      {"app-outside-space", {ends, attachments}, {}},
      {"other-followers", {source_database, followers}, {}},
      {"settings-differ", {settings}, {}},
      {"backup-schedules", {schedules}, {}},
      {"maintenance-window", {source_database}, {}},
      {"data-links", {links, sql}, {}, "pg_foreign_server"},
      {"domains-left", {domains}, {"S24"}},
      {"special-access", {source_database}, {}},
      {"connectors", {spec}, {}},
      {"not-readable", {not_read}, {}},
      {"old-database-written", {retirement, record}, {"S9", "S28"}},
      {"old-database-unknown", {retirement, record}, {"S9", "S28"}},
      {"old-database-followed", {source_database}, {"S28"}},
      {"old-database-unread", {source_database, not_read}, {"S28"}},
      {"transfer-unfinished", {retirement}, {"S28"}},
      {"transfers-unknown", {retirement}, {"S28"}},
      {"old-database-attached", {attachments, formations}, {"S28"}},
      {"retiring-restarts-target", {source}, {"S28"}},
      {"final-backup-too-large", {source_database, spec}, {"S28"}},
      {"final-backup-kept", {spec}, {"S28"}},
      {"retire-age-unknown", {retirement}, {"S28"}},
      {"stage-not-reachable", {spec, record, copy}, {"S3", "S6", "S23"}},
      {"destroy-not-allowed", {copy, spec}, {"S3"}},
      {"copy-in-use", {copy_database, target_attachment, dynos}, {"S3"}},
      {"recorded-not-in-spec", {record}, {"S23"}},
      {"not-known", {not_read, copy_database, formations, dynos}, {"S1", "S3"}},
  };
}

constexpr std::array of_the_phase{Ground::source,     Ground::copy,  Ground::copy_database, Ground::target_attachment,
                                  Ground::formations, Ground::dynos, Ground::record};

}  // namespace

const std::vector<GroundsRow>& grounds_table() {
  static const std::vector<GroundsRow> table = [] {
    std::vector<GroundsRow> all = of_the_actions();
    std::ranges::move(of_the_findings(), std::back_inserter(all));
    return all;
  }();
  return table;
}

const GroundsRow* grounds_of(std::string_view id) {
  const auto found = std::ranges::find(grounds_table(), id, &GroundsRow::id);
  return found == grounds_table().end() ? nullptr : &*found;
}

std::span<const Ground> grounds_of_the_phase() { return of_the_phase; }

}  // namespace changeover
