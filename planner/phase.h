// Phases: where a migration stands, decided by one table from what is observed (design 4).
//
// Owner: nobody; a constant table and pure functions. Thread rule: none. The first row that matches wins; the same
// table prints docs/phases.md, the log line and the reason in a plan.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace changeover {

struct Situation;

enum class Phase {
  retired,
  live,
  promoted,
  standalone,
  spent,
  drained,
  quiesced,
  replicating,
  catching_up,
  provisioning,
  absent,
};

[[nodiscard]] std::string_view to_string(Phase phase);

struct PhaseRow {
  Phase phase;
  std::string_view evidence;  ///< for the docs: what must be observed
  std::string_view meaning;   ///< for people: what that is
  bool (*matches)(const Situation&);
};

[[nodiscard]] std::span<const PhaseRow> phase_table();

/// The first matching row; the last row matches always.
[[nodiscard]] const PhaseRow& phase_of(const Situation& situation);

}  // namespace changeover
