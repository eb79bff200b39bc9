// Desired: what the spec says, checked and with every default filled in (design 3).
//
// Owner: whoever read the spec; a plain value. Thread rule: none. Reading it is planner/spec_reader.h.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "core/diagnostic.h"

namespace changeover {

/// How far a migration shall go, in this order.
enum class Stage { source, replicating, live, retired };

/// What becomes of a quiesced app afterwards (safety S8).
enum class After { park, resume };

/// Who reads the moved database.
enum class Consumer { app, external };

/// How "drained" is proven (safety, The proof).
enum class Proof { sql, api };

/// Whether a space app's web dynos stay during the cutover to serve the maintenance page (safety S26).
enum class SpaceWeb { keep, stop };

[[nodiscard]] std::string_view to_string(Stage stage);
[[nodiscard]] std::string_view to_string(After after);
[[nodiscard]] std::string_view to_string(Consumer consumer);
[[nodiscard]] std::string_view to_string(Proof proof);
[[nodiscard]] std::string_view to_string(SpaceWeb space_web);

/// What one process type shall be; a size only when the spec names one.
struct DesiredProcess {
  int quantity = 0;
  std::optional<std::string> size;
  friend bool operator==(const DesiredProcess&, const DesiredProcess&) = default;
};

struct LocalState {
  std::string path;  ///< joined to the spec's folder already; default <spec>.state.json
  bool keep_in_ci = false;
};
struct HttpState {
  std::string url;
};
struct PostgresState {
  std::string url_env;  ///< the environment variable that holds the URL
};
using StateLocation = std::variant<LocalState, HttpState, PostgresState>;

/// Half-open, UTC.
struct Window {
  WallTime from;
  WallTime to;
};

struct Migration {
  std::string name;
  Position at;  ///< of its key in the spec
  Stage stage = Stage::source;

  struct Source {
    std::string app;
    std::string database;                               ///< one `_URL` stripped: an attachment name or an add-on name
    std::map<std::string, DesiredProcess> formation{};  ///< what a restore without a record goes back to (safety S4)
  } source;

  struct Target {
    std::string app;
    std::string plan;                     ///< always with the service: "heroku-postgresql:private-4"
    std::string attachment = "DATABASE";  ///< without `_URL`
    std::optional<std::string> addon_name;
    std::map<std::string, DesiredProcess> formation;
    std::optional<std::string> replaces;
    Consumer consumer = Consumer::app;
  } target;

  struct Quiesce {
    After source_after = After::park;
    std::map<std::string, After> apps;
    std::map<std::string, std::map<std::string, DesiredProcess>> formations{};  ///< of `apps`, as source.formation
    std::set<std::string> read_only;
    std::set<std::string> scheduler_stopped;
    SpaceWeb space_web = SpaceWeb::keep;
  } quiesce;

  struct Cutover {
    int start_lag = 200;  ///< commits, inclusive
    std::chrono::seconds max_downtime{300};
    Proof proof = Proof::sql;
    bool unattended = false;
    std::optional<Window> window;
  } cutover;

  using Command = std::vector<std::string>;  ///< argv; argv[0] found beside the spec already when it has a slash
  struct Hooks {
    Command before_downtime;
    Command after_live;
    Command after_abort;
  } hooks;

  struct Retire {
    std::chrono::seconds after{std::chrono::hours{72}};
    bool final_backup = true;
  } retire;

  std::vector<std::string> depends_on;
  std::set<std::string> acknowledge;  ///< ids of findings that block nothing any more (planner/findings.h)
};

/// What concerns the cutovers of all migrations together.
struct FleetRules {
  int max_parallel_cutovers = 1;      ///< never two that touch one app or one database (safety S10)
  std::optional<std::string> canary;  ///< no other cutover begins before this migration is live
};

struct Desired {
  std::string file;         ///< as the user named it: a file, or a folder of them
  std::string spec_sha256;  ///< of the files' bytes
  StateLocation state;
  FleetRules fleet{};
  std::vector<Migration> migrations;  ///< in the order of the file; of a folder, file by file by name

  [[nodiscard]] const Migration* find(std::string_view name) const;
  /// The migrations that `only` names, all when it names none: the canary, then the others in their order.
  [[nodiscard]] std::vector<const Migration*> chosen(const std::set<std::string>& only) const;
};

}  // namespace changeover
