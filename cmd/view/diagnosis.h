// Diagnosis: what `doctor` found, each check with its verdict in words, as text and as JSON.
//
// Owner: the doctor command; a plain value. Thread rule: none; pure functions. It is made to be pasted into an issue:
// it names apps, add-ons and the account, never a token, a password or a URL of a database; mask_names() takes the
// names out as well. The document is described by schemas/doctor.schema.json.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/view/text_style.h"
#include "executor/survey.h"
#include "json/value.h"
#include "planner/observed.h"

namespace changeover {

enum class Verdict {
  good,
  notice,   ///< works, and worth knowing
  bad,      ///< stops changeover: exit code 1
  unknown,  ///< could not be checked
};
[[nodiscard]] std::string_view to_string(Verdict verdict);

struct DoctorCheck {
  std::string id;  ///< "credentials"
  Verdict verdict = Verdict::good;
  std::string what;
  std::string remedy;  ///< "" when there is nothing to do
};

struct Diagnosis {
  std::string tool_version;
  WallTime at;
  std::vector<DoctorCheck> checks;
  std::vector<Answered> answered;
  std::vector<Unanswered> unanswered{};

  [[nodiscard]] bool all_good() const;
  /// Replaces each of these wherever it stands: "orders" → "app-1".
  void mask_names(const std::vector<std::pair<std::string, std::string>>& masks);
};

/// What the account-wide examination says.
void add_examination(Diagnosis& diagnosis, const Examination& found);
/// Whether the calls that are left suffice for a plan that needs so many and an apply after it.
void add_rate_limit(Diagnosis& diagnosis, std::optional<int> left, int requests_of_a_plan, int migrations);
/// Whether the databases of one migration are seen, and the leader is reached by SQL.
void add_migration(Diagnosis& diagnosis, const MigrationFacts& facts, bool needs_sql);

[[nodiscard]] std::string diagnosis_as_text(const Diagnosis& diagnosis, const TextStyle& style);
[[nodiscard]] json::Value diagnosis_as_json(const Diagnosis& diagnosis);

}  // namespace changeover
