// Observing: the facts of the world for a set of migrations, by few requests, nothing twice, in parallel.
//
// Owner: HerokuProvider, for the time of one observation. Thread rule: the event loop's thread. Only reads. What one
// migration needs and cannot be had is noted in its facts; what all need (the lists) is an error of the whole.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "planner/name_index.h"
#include "planner/observed.h"
#include "planner/recorded.h"
#include "planner/situation.h"
#include "providers/heroku/account_lists.h"
#include "providers/heroku/observe_vicinity.h"
#include "providers/heroku/session.h"

namespace changeover::heroku {

/// In a fleet one plan retires the old databases of so many: what that rests on takes several requests more for each.
inline constexpr std::size_t most_retired = 25;

/// Requests: three lists for all (apps, add-ons, attachments), one for prices when a copy has to be made, for each
/// migration its databases, four more, and a SQL session, where an old database is to be retired, and up to three where
/// the copy of an attempt is not listed any more. What only a cutover, or the way back from one, rests on is read of so
/// few migrations as `observed_in_full` says, and in a fleet where one is near: its apps' formations, the dynos of apps
/// that look parked, and, of those that are looked at closer, who is attached to the source beyond the account's own
/// list. At most `questions_at_once` are under way, and whatever order the answers come in, the facts are the same.
class Observation {
 public:
  Observation(Services services, const std::vector<const Migration*>& migrations, const Recorded& recorded);

  [[nodiscard]] Task<Result<Observed>> run();

 private:
  /// One migration, while it is looked at.
  struct Subject {
    const Migration& migration;
    const RecordedMigration* record;
    MigrationFacts& facts;  ///< of `observed_`
    bool cutover_is_near = false;
    bool retires = false;  ///< what retiring its old database rests on is read
  };
  /// What is asked at the same time.
  struct Round {
    std::vector<Task<int>> questions{};
    int of_the_platform = 0;  ///< those that count against the account's rate limit
    void platform(Task<int> question) {
      questions.push_back(std::move(question));
      ++of_the_platform;
    }
    void data(Task<int> question) { questions.push_back(std::move(question)); }
  };

  /// Says where and when the answer was read; what is not answered stays without a call.
  [[nodiscard]] CallOptions noted(Asked asked, const std::string& of = {});
  [[nodiscard]] Round missing_apps();
  [[nodiscard]] Round databases_and_apps();
  void choose_retirements();
  [[nodiscard]] Round what_was_chosen();
  [[nodiscard]] Round what_those_lead_to();
  [[nodiscard]] Round dynos_of_the_parked();
  [[nodiscard]] Result<void> can_be_paid(const Round& round) const;

  [[nodiscard]] Task<int> read_app(std::string name);
  [[nodiscard]] Task<int> read_formation(std::string name);
  [[nodiscard]] Task<int> read_dynos(std::string name);
  [[nodiscard]] Task<int> read_releases(std::string name);
  [[nodiscard]] Task<int> read_source(Subject& subject);
  [[nodiscard]] Task<int> read_copy(Subject& subject);
  [[nodiscard]] Task<int> look_for_lost_copy(Subject& subject);
  [[nodiscard]] Task<int> read_attachments(Subject& subject);
  [[nodiscard]] Task<int> read_plans();
  [[nodiscard]] static bool leader_can_be_asked(const Subject& subject);
  [[nodiscard]] Task<int> ask_leader(Subject& subject);
  [[nodiscard]] Task<int> ask_old_database(Subject& subject);
  void resolve_source(Subject& subject);
  void find_copy(Subject& subject);
  void judge_copy(Subject& subject);
  void file_apps();
  [[nodiscard]] bool cutover_is_near(const Subject& subject) const;
  [[nodiscard]] bool is_latched(const Subject& subject) const;
  [[nodiscard]] bool is_under_way(const Subject& subject) const;
  [[nodiscard]] bool few() const { return subjects_.size() <= observed_in_full; }
  [[nodiscard]] bool hidden_writers_matter(const Subject& subject) const;
  [[nodiscard]] bool retiring_is_asked(const Subject& subject) const;
  [[nodiscard]] static std::set<std::string> apps_of(const Subject& subject);
  [[nodiscard]] bool is_promoted(const Subject& subject) const;
  [[nodiscard]] static bool record_wants_copy(const Subject& subject);

  Services services_;
  const std::vector<const Migration*>& migrations_;
  const Recorded& recorded_;
  AccountLists lists_;
  Observed observed_;
  std::vector<Subject> subjects_;
  std::set<std::string> cutover_apps_;  ///< apps that a cutover which is near touches
  std::optional<std::vector<PlanOffer>> plans_;
  std::string plans_problem_;
};

}  // namespace changeover::heroku
