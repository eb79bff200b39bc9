// Grounds: the facts and the rules of safety that each row of the tables rests on: every kind of action, every finding.
//
// Owner: nobody; one constant table. Thread rule: none. Whoever adds an action or a finding adds its row here; a test
// holds the three tables together. What a ground says of one migration is told by planner/told_facts.h.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace changeover {

enum class Ground {
  spec,
  record,
  now,
  ends,             ///< the two apps
  source,           ///< the add-on
  source_database,  ///< what the Data API says of it
  copy,             ///< the add-on of the copy, or what has its name
  copy_database,
  attachments,        ///< of the source, on every app
  target_attachment,  ///< who holds the wanted name there
  formations,         ///< of every app that a cutover stops, as dynos and addons
  dynos,
  addons,
  releases,  ///< of the target
  plan,      ///< the offer
  sql,       ///< what SQL said of the source
  copied_urls,
  followers,
  settings,
  schedules,
  links,
  domains,
  maintenances,
  retirement,
  not_read,  ///< everything that was wanted and could not be had
};

struct GroundsRow {
  std::string_view id;  ///< of a finding, or the name of a kind of action
  std::vector<Ground> facts;
  std::vector<std::string_view> rules;  ///< ids of planner/safety_rules.h
  std::string_view question{};          ///< where SQL told it: what was asked
};

[[nodiscard]] const std::vector<GroundsRow>& grounds_table();
/// Nothing for what is neither.
[[nodiscard]] const GroundsRow* grounds_of(std::string_view id);

/// What the phase table asks, whatever its row.
[[nodiscard]] std::span<const Ground> grounds_of_the_phase();

}  // namespace changeover
