#include "planner/phase.h"

#include <array>

#include "planner/situation.h"

namespace changeover {
namespace {

/// `consumer: external`: nobody can see who uses the copy, so what counts instead of an attachment is the record.
bool handed_over(const Situation& s) {
  return s.desired.target.consumer == Consumer::external && s.copy_follows_nobody() &&
         (s.latched_live() || s.past_point_of_no_return());
}

constexpr std::array<PhaseRow, 11> rows{{
    {Phase::retired, "the source add-on is gone, the copy is the target's DATABASE",
     "the database lives in the space and the old one is gone",
     [](const Situation& s) { return !s.facts.source && (s.copy_is_attached || handed_over(s)); }},
    {Phase::live, "the copy follows nobody, is the target's DATABASE, and the target resumed on it (latched)",
     "the space's database is the writable primary and the target app runs on it",
     [](const Situation& s) { return s.copy_follows_nobody() && s.latched_live(); }},
    // What an app may run on is never spent, whatever has become of the certificate (safety S3): the late-write check
    // tells whether it may stay.
    {Phase::promoted,
     "the copy follows nobody, is the target's DATABASE, and an app may have written to it, or its certificate is "
     "valid and all writers are parked",
     "the copy is the target's DATABASE; the target has not resumed yet",
     [](const Situation& s) {
       return s.copy_follows_nobody() && s.copy_is_attached &&
              (s.way_back_is_closed() || (s.certificate_valid() && s.writers_parked()));
     }},
    // A writer that is not seen parked may have written since the certificate (safety S1).
    {Phase::standalone, "the copy follows nobody, its certificate is valid, all writers are parked, DATABASE elsewhere",
     "the copy holds every acknowledged write and is on its own, not yet in use",
     [](const Situation& s) {
       return s.copy_follows_nobody() && !s.copy_is_attached &&
              ((s.certificate_valid() && s.writers_parked()) || handed_over(s));
     }},
    // A copy that is attached to nothing, was never available and follows nobody is still being made.
    {Phase::spent, "the copy follows nobody, and no valid certificate, or a writer that is not parked, speaks for it",
     "nothing proves that the copy holds every write: it is never promoted, only destroyed",
     [](const Situation& s) { return s.copy_follows_nobody() && s.copy_available(); }},
    {Phase::drained, "the copy follows the source, all writers are parked, the certificate is recorded",
     "nobody writes, and the copy has replayed everything",
     [](const Situation& s) { return s.copy_follows_source() && s.writers_parked() && s.certificate_valid(); }},
    {Phase::quiesced, "the copy follows the source, all writers are parked",
     "nobody writes; what the copy still lacks is not proven to be nothing",
     [](const Situation& s) { return s.copy_follows_source() && s.writers_parked(); }},
    {Phase::replicating, "the copy follows the source and is within start_lag",
     "the copy in the space keeps up with the source",
     [](const Situation& s) { return s.copy_follows_source() && s.copy_available() && s.within_start_lag(); }},
    {Phase::catching_up, "the copy follows the source; its lag is above start_lag or not known",
     "the copy in the space is still catching up",
     [](const Situation& s) { return s.copy_follows_source() && s.copy_available(); }},
    {Phase::provisioning, "our add-on exists, its database is not available", "the copy is being made",
     [](const Situation& s) { return s.copy_exists(); }},
    {Phase::absent, "no copy", "the database has no copy of ours in the space", [](const Situation&) { return true; }},
}};

}  // namespace

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::retired:
      return "retired";
    case Phase::live:
      return "live";
    case Phase::promoted:
      return "promoted";
    case Phase::standalone:
      return "standalone";
    case Phase::spent:
      return "spent";
    case Phase::drained:
      return "drained";
    case Phase::quiesced:
      return "quiesced";
    case Phase::replicating:
      return "replicating";
    case Phase::catching_up:
      return "catching_up";
    case Phase::provisioning:
      return "provisioning";
    case Phase::absent:
      return "absent";
  }
  return "absent";
}

std::span<const PhaseRow> phase_table() { return rows; }

const PhaseRow& phase_of(const Situation& situation) {
  for (const PhaseRow& row : rows)
    if (row.matches(situation)) return row;
  return rows.back();
}

}  // namespace changeover
