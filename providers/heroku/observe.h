// Observing: the facts of the world for a set of migrations, by few requests, nothing twice, in parallel.
//
// Owner: HerokuProvider, for the time of one observation. Thread rule: the event loop's thread. Only reads. What one
// migration needs and cannot be had is noted in its facts; what all need (the lists) is an error of the whole.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "planner/observed.h"
#include "planner/recorded.h"
#include "planner/situation.h"
#include "providers/heroku/observe_vicinity.h"
#include "providers/heroku/session.h"

namespace changeover::heroku {

/// Requests: three lists for all (apps, add-ons, attachments), one for prices when a copy has to be made, and for each
/// migration its apps' formations, its databases and the source's attachments; dynos only of apps that look parked;
/// and four more, and a SQL session, where an old database is to be retired.
class Observation {
 public:
  Observation(Services services, const std::vector<const Migration*>& migrations, const Recorded& recorded)
      : services_(services), migrations_(migrations), recorded_(recorded) {}

  [[nodiscard]] Task<Result<Observed>> run();

 private:
  [[nodiscard]] Task<Result<void>> read_lists();
  [[nodiscard]] Task<int> read_app(std::string name);
  [[nodiscard]] Task<int> read_formation(std::string name);
  [[nodiscard]] Task<int> read_dynos(std::string name);
  [[nodiscard]] Task<int> read_releases(std::string name);
  [[nodiscard]] Task<int> read_databases(MigrationFacts& facts);
  [[nodiscard]] Task<int> read_attachments(MigrationFacts& facts);
  [[nodiscard]] Task<int> read_plans();
  [[nodiscard]] Task<int> ask_leader(const Migration& migration, MigrationFacts& facts);
  [[nodiscard]] Task<int> ask_old_database(const Migration& migration, MigrationFacts& facts);
  void resolve_source(const Migration& migration, MigrationFacts& facts);
  void find_copy(const Migration& migration, MigrationFacts& facts);
  void judge_copy(const Migration& migration, MigrationFacts& facts);
  void file_lists();
  [[nodiscard]] VisibleApps visible_apps() const;
  [[nodiscard]] const Addon* addon_by_id(const std::string& id) const;
  [[nodiscard]] const Addon* addon_by_name(const std::string& name) const;

  Services services_;
  const std::vector<const Migration*>& migrations_;
  const Recorded& recorded_;
  Observed observed_;
  std::map<std::string, App> apps_;
  std::map<std::string, Addon> addons_;  ///< by id
  std::map<std::string, std::string> addon_ids_;
  std::vector<Attachment> attachments_;
  std::optional<std::vector<PlanOffer>> plans_;
  std::string plans_problem_;
};

}  // namespace changeover::heroku
