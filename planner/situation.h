// Situation: the facts of one migration put in relation: who writes, what is parked, whose copy, which proof holds.
//
// Owner: the planner, for the time of one plan; it points into the spec, the facts and the record, which must outlive
// it. Thread rule: none. Everything that judges (phase table, preflight, graph) asks here, so that one question has one
// answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "planner/desired.h"
#include "planner/observed.h"
#include "planner/recorded.h"

namespace changeover {

/// An app that a cutover stops.
struct QuiescedApp {
  Reference app;
  const AppFacts* facts = nullptr;  ///< none: it could not be read
  bool writer = false;              ///< its dynos can write the source
  bool is_source = false;
  bool is_target = false;
  bool keeps_web = false;  ///< its web dynos stay up to serve the maintenance page (safety S26)
  After after = After::park;

  /// Whether this process type is stopped for the cutover; `release` is never scaled (heroku-api.md 2.2).
  [[nodiscard]] bool stops(std::string_view process_type) const {
    return process_type != "release" && !(keeps_web && process_type == "web");
  }
};

struct Situation {
  const Migration& desired;
  const Observed& observed;
  const MigrationFacts& facts;
  const RecordedMigration* recorded = nullptr;

  const AppFacts* source_app = nullptr;
  const AppFacts* target_app = nullptr;
  std::vector<QuiescedApp> quiesced;              ///< by name: every writer, and the target
  const Attachment* target_attachment = nullptr;  ///< who holds the wanted name on the target today
  /// A copy that nobody may run on any more is what the target would find: it goes before any dyno comes back.
  [[nodiscard]] bool spoils_the_target() const {
    return copy_is_attached && copy_follows_nobody() && !way_back_is_closed() &&
           !(certificate_valid() && writers_parked());
  }
  bool copy_is_attached = false;  ///< that holder is the copy
  /// The promotion took the name from another database, and with the copy nobody holds it any more.
  [[nodiscard]] bool target_lost_its_database() const;

  [[nodiscard]] bool copy_exists() const { return facts.copy.has_value(); }
  /// The Data API knows the copy and it is past preparing.
  [[nodiscard]] bool copy_available() const;
  [[nodiscard]] bool copy_follows_source() const;
  [[nodiscard]] bool copy_follows_nobody() const;
  [[nodiscard]] bool within_start_lag() const;
  /// Every writer in maintenance, its formation zero, no dyno left; false when anything of it is not known.
  [[nodiscard]] bool writers_parked() const;
  [[nodiscard]] bool is_parked(const QuiescedApp& app) const;
  /// The old database is read-only by default: nobody writes to it by mistake (safety S9).
  [[nodiscard]] bool source_is_closed() const { return facts.leader && facts.leader->read_only; }
  /// What the phase hangs on and could not be read, in words; "" when all is known. An unread fact is no fact.
  [[nodiscard]] std::string not_known() const;
  /// Safety S1, as far as facts can tell: recorded in an open attempt, for this copy of this leader.
  [[nodiscard]] bool certificate_valid() const;
  /// A run recorded the end of the attempt, or (state lost) the target runs on the copy (safety S3).
  [[nodiscard]] bool latched_live() const;
  /// The attempt that a run left unfinished.
  [[nodiscard]] const Attempt* open_attempt() const;
  /// The open attempt has let the new database take writes, or was about to (safety S6).
  [[nodiscard]] bool past_point_of_no_return() const;
  /// Or somebody else has: dynos of the target came while the copy stood alone as their database. What was never
  /// opened closes no way.
  [[nodiscard]] bool way_back_is_closed() const;
  /// The point of no return is recorded, and yet the copy never became the target's database: nobody wrote to it.
  [[nodiscard]] bool never_opened() const;
  /// Somebody destroyed the copy of the open attempt.
  [[nodiscard]] bool copy_was_destroyed() const;
  /// And nobody can have written to it: it followed until then, or by the record nothing was opened yet and by the
  /// facts no dyno of the target can have found it.
  [[nodiscard]] bool destroyed_unused() const;
  /// The newest attempt was given up and not everything is restored.
  [[nodiscard]] bool restore_is_due() const;
  /// An attempt was begun, its way back is open, and the stage does not ask to go on with it (safety S17).
  [[nodiscard]] bool attempt_to_undo() const;
  /// Somebody else has it attached; or a copy of its own is the target's DATABASE, and it is not known that no dyno
  /// runs there. It is never destroyed (safety S3), whatever the record says.
  [[nodiscard]] bool copy_may_be_in_use() const;
  [[nodiscard]] bool has_release_phase() const;
  /// Apps that have the copy attached, and that neither the cutover stops nor the spec declares to read only: from the
  /// unfollow on they can write to it (safety S6).
  [[nodiscard]] std::vector<std::string> users_of_the_copy() const;
  /// A pooler or a named credential of the copy is attached to the target by now.
  [[nodiscard]] bool target_has_a_pool_of_the_copy() const;
  /// No dyno of the target runs or may come by itself, and it does not write to the source: what is attached to it is
  /// read by nobody yet. False when its formation is not known.
  [[nodiscard]] bool target_serves_nobody() const;
  /// The target has a Scheduler, or a one-off dyno was seen there: the formation alone does not keep it quiet.
  [[nodiscard]] bool target_starts_jobs() const;
  [[nodiscard]] const QuiescedApp* find(std::string_view app_name) const;
};

[[nodiscard]] Situation assess(const Migration& desired, const Observed& observed, const MigrationFacts& facts,
                               const RecordedMigration* recorded);

/// In an order of their own: Heroku promises none, and the same world gives the same plan.
[[nodiscard]] std::vector<Attachment> by_app_and_name(std::vector<Attachment> attachments);

/// Add-ons that start dynos behind our back (safety S9).
[[nodiscard]] bool is_scheduler(const Addon& addon);
[[nodiscard]] bool is_autoscaler(const Addon& addon);

/// The add-on name of the copy: the spec's, else derived, stable and unique (safety S15).
[[nodiscard]] std::string copy_name(const Migration& migration, std::string_view source_id,
                                    std::string_view target_app_id);

/// Whether an existing add-on is our copy: its uuid is recorded, or it is billed to the target app and follows the
/// source (safety S15).
[[nodiscard]] bool is_our_copy(const Addon& addon, const std::optional<Database>& database, const Addon& source,
                               std::string_view target_app_id, const RecordedMigration* recorded);

/// The formation the target shall have after the cutover: listed types override, unlisted keep the target's baseline.
[[nodiscard]] std::vector<Process> resumed_formation(const Situation& situation);

}  // namespace changeover
