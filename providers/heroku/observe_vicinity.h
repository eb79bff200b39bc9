// The closer look at migrations that are about to be cut over: what no list of the account tells
// (planner/vicinity.h).
//
// Owner: Observation, for the time of one observation; it writes into the facts it was given. Thread rule: the event
// loop's thread. Only reads, in parallel. It costs several requests a migration, so it is bounded in number and by the
// account's rate limit; what is not looked at, or could not be read, is said in the facts.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "planner/observed.h"
#include "planner/recorded.h"
#include "providers/heroku/account_lists.h"
#include "providers/heroku/copied_urls.h"
#include "providers/heroku/session.h"

namespace changeover::heroku {

/// So many migrations of one plan, in the order of the spec.
inline constexpr std::size_t most_looked_at = 25;
/// So many apps whose config vars one plan reads: those the migrations name first, then the others by name.
inline constexpr std::size_t most_apps_searched = 60;
/// Requests of the account that are left for the work itself.
inline constexpr int requests_kept = 500;
/// How many requests the look at one migration costs at most, beside the search: who is attached and seven kinds of
/// things around, of which three are asked on both sides.
inline constexpr int requests_a_migration = 10;
inline constexpr int requests_of_a_closer_look = requests_a_migration + static_cast<int>(most_apps_searched);

class CloserLook {
 public:
  /// `observed` has the facts of `migrations`, in their order.
  CloserLook(Services services, const std::vector<const Migration*>& migrations, const Recorded& recorded,
             Observed& observed)
      : services_(services), migrations_(migrations), recorded_(recorded), observed_(observed) {}

  /// Once the databases are read: gives a vicinity to those that are looked at, and to the others the reason why not.
  void choose();
  /// The config vars of `apps` belong to attachments: those are no copies.
  [[nodiscard]] Task<void> run(VisibleApps apps);

 private:
  struct Subject {
    const Migration* migration;
    MigrationFacts* facts;
  };
  [[nodiscard]] CallOptions brief(Asked asked, const std::string& of);
  [[nodiscard]] std::vector<Task<int>> all_questions();
  [[nodiscard]] bool is_worth_it(const Migration& migration, const MigrationFacts& facts) const;
  [[nodiscard]] bool may_have_copied(const std::string& app, const Subject& subject) const;
  [[nodiscard]] std::vector<std::string> apps_to_search();
  [[nodiscard]] Task<int> search(std::string app);
  [[nodiscard]] Task<int> ask_followers(Subject subject);
  [[nodiscard]] Task<int> ask_settings(Subject subject);
  [[nodiscard]] Task<int> ask_schedules(Subject subject);
  [[nodiscard]] Task<int> ask_links(Subject subject);
  [[nodiscard]] Task<int> ask_domains(Subject subject);
  [[nodiscard]] Task<int> ask_maintenance(Subject subject, std::string addon_id, std::string name);

  Services services_;
  const std::vector<const Migration*>& migrations_;
  const Recorded& recorded_;
  VisibleApps apps_{};
  Observed& observed_;
  std::vector<Subject> subjects_{};
};

}  // namespace changeover::heroku
