#include "planner/explanation.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/text.h"
#include "planner/grounds.h"
#include "planner/situation.h"

namespace changeover {
namespace {

constexpr std::size_t most_suggestions = 3;

bool is_meant(const Action& action, std::string_view asked) {
  return action.id == asked || to_string(action.kind) == asked || action.id.starts_with(std::string(asked) + "/");
}

using FindingList = std::pair<FindingKind, const std::vector<Finding> MigrationPlan::*>;
constexpr std::array<FindingList, 4> finding_lists{{{FindingKind::blocker, &MigrationPlan::blockers},
                                                    {FindingKind::warning, &MigrationPlan::warnings},
                                                    {FindingKind::manual, &MigrationPlan::manual},
                                                    {FindingKind::unknown, &MigrationPlan::unknowns}}};

std::vector<const SafetyRule*> rules_of(const GroundsRow* grounds) {
  std::vector<const SafetyRule*> rules;
  if (grounds != nullptr)
    for (const std::string_view id : grounds->rules)
      if (const SafetyRule* rule = safety_rule(id)) rules.push_back(rule);
  return rules;
}

/// One migration of the plan, put in relation again: explaining is asked for rarely, and a plan keeps no situation.
class Explainer {
 public:
  Explainer(const Desired& desired, const Observed& observed, const Recorded& recorded, const MigrationPlan& plan)
      : plan_(plan) {
    const Migration* migration = desired.find(plan.name);
    const auto facts = std::ranges::find(observed.migrations, plan.name, &MigrationFacts::name);
    if (migration == nullptr || facts == observed.migrations.end()) return;  // recorded, and not in the spec any more
    situation_.emplace(assess(*migration, observed, *facts, recorded.find(plan.name)));
  }

  [[nodiscard]] Explanation of(const Action& action) const {
    Explanation made = begun(action.id);
    made.action = action;
    const GroundsRow* grounds = grounds_of(to_string(action.kind));
    made.rules = rules_of(grounds);
    add_facts(made, grounds);
    if (situation_)
      for (const Ground ground : grounds_of_the_phase()) add(made, tell(ground, *situation_));
    return made;
  }

  [[nodiscard]] Explanation of(const Finding& finding, FindingKind stands_as) const {
    Explanation made = begun(finding.id);
    made.finding = finding;
    made.stands_as = stands_as;
    made.row = finding_row(finding.id);
    const GroundsRow* grounds = grounds_of(finding.id);
    made.rules = rules_of(grounds);
    add_facts(made, grounds);
    return made;
  }

 private:
  [[nodiscard]] Explanation begun(const std::string& id) const {
    Explanation made{id, plan_.name};
    if (!situation_) return made;
    made.phase = &phase_of(*situation_);
    made.course = &course_of(plan_.stage, made.phase->phase);
    return made;
  }

  void add_facts(Explanation& made, const GroundsRow* grounds) const {
    if (grounds == nullptr || !situation_) return;
    for (const Ground ground : grounds->facts) add(made, tell(ground, *situation_, grounds->question));
  }

  /// The phase rests on some facts that the action rests on as well.
  static void add(Explanation& made, std::vector<ToldFact> facts) {
    for (ToldFact& fact : facts)
      if (std::ranges::find(made.facts, fact) == made.facts.end()) made.facts.push_back(std::move(fact));
  }

  const MigrationPlan& plan_;
  std::optional<Situation> situation_;
};

std::vector<Explanation> found_in(const Desired& desired, const Observed& observed, const Recorded& recorded,
                                  const Plan& plan, std::string_view asked) {
  std::vector<Explanation> found;
  for (const MigrationPlan& migration : plan.migrations) {
    std::optional<Explainer> explainer;
    const auto its = [&]() -> const Explainer& {
      if (!explainer) explainer.emplace(desired, observed, recorded, migration);
      return *explainer;
    };
    for (const Action& action : migration.actions)
      if (is_meant(action, asked)) found.push_back(its().of(action));
    for (const auto& [kind, list] : finding_lists)
      for (const Finding& finding : migration.*list)
        if (finding.id == asked || migration.name + "/" + finding.id == asked) found.push_back(its().of(finding, kind));
  }
  return found;
}

/// What is near, and else where the ids stand.
Error nothing_of_that_name(const Plan& plan, const std::string& asked) {
  std::vector<std::string> known;
  for (const GroundsRow& row : grounds_table()) known.emplace_back(row.id);
  for (const MigrationPlan& migration : plan.migrations)
    for (const Action& action : migration.actions) known.push_back(action.id);
  std::vector<std::string> near;
  while (near.size() < most_suggestions) {
    const std::optional<std::string> next = nearest(asked, known);
    if (!next) break;
    near.push_back("`" + *next + "`");
    std::erase(known, *next);
  }
  std::string advice = near.empty() ? "" : "did you mean " + and_list(near) + "? ";
  advice += "Ids of actions stand in `plan --format json`, those of findings behind what they say";
  return {ErrorCode::not_found,
          "this plan has no action and no finding `" + asked + "`, and there is no such kind",
          std::move(advice),
          {}};
}

}  // namespace

Result<std::vector<Explanation>> explain(const Desired& desired, const Observed& observed, const Recorded& recorded,
                                         const Plan& plan, std::string_view asked) {
  std::vector<Explanation> found = found_in(desired, observed, recorded, plan, asked);
  if (!found.empty()) return found;
  const GroundsRow* grounds = grounds_of(asked);
  if (grounds == nullptr) return fail(nothing_of_that_name(plan, std::string(asked)));
  Explanation row_alone{std::string(asked), ""};
  row_alone.row = finding_row(asked);
  row_alone.rules = rules_of(grounds);
  found.push_back(std::move(row_alone));
  return found;
}

}  // namespace changeover
