// The Data API in our words: what a database is, and the calls that act on it (heroku-api.md 3).
//
// Owner: the wiring makes one over an ApiClient that outlives it; it outlives its tasks. Thread rule: the event loop's
// thread. Repeats and errors are ApiClient's. A 404 is `not_found` whatever its body: while a database is being made
// that means "not yet", which is for the caller to judge (heroku-api.md 3.4).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "planner/observed.h"
#include "providers/heroku/api_client.h"

namespace changeover::heroku {

/// heroku-api.md 3.4; the message is for people and never branched on.
struct WaitStatus {
  bool waiting = false;
  bool failed = false;
  std::string message;
};

/// heroku-api.md 3.11
struct Maintenance {
  std::string status;  ///< none, pending, preparing, ready, running, completed
  std::string reason;
  std::string window;
  std::optional<WallTime> scheduled_for{};
  std::optional<WallTime> required_by{};
};

/// A backup, copy or restore (heroku-api.md 3.11). URLs without their passwords.
struct Transfer {
  std::string id;
  std::int64_t number = 0;
  bool is_backup = false;  ///< from a database into Heroku's store
  bool is_restore = false;
  bool scheduled = false;
  bool finished = false;
  bool succeeded = false;
  std::string from_url;
  std::string to_url;

  /// As the heroku CLI calls it: "b012" taken by hand, "a012" by schedule, "c012" a copy, "r012" a restore.
  [[nodiscard]] std::string name() const;
};

/// heroku-api.md 3.10: a value and Heroku's own default, as text.
struct Setting {
  std::string name;
  std::string value;
  std::string usual;
};

class DataClient {
 public:
  explicit DataClient(ApiClient& api) : api_(api) {}

  /// Of an add-on uuid.
  [[nodiscard]] Task<Result<Database>> database(std::string addon_id, CallOptions options = {});
  [[nodiscard]] Task<Result<WaitStatus>> wait_status(std::string addon_id, CallOptions options = {});
  /// Asks for it; `following` becomes null some time later. Irreversible (heroku-api.md 3.6).
  [[nodiscard]] Task<Result<void>> unfollow(std::string addon_id, CallOptions options = {});
  /// Ends the connections of all credentials; clients that live reconnect at once.
  [[nodiscard]] Task<Result<void>> connection_reset(std::string addon_id, CallOptions options = {});
  /// Sessions by role; sampled (heroku-api.md 3.7).
  [[nodiscard]] Task<Result<std::map<std::string, int>>> user_connections(std::string addon_id,
                                                                          CallOptions options = {});
  [[nodiscard]] Task<Result<Maintenance>> maintenances(std::string addon_id, CallOptions options = {});
  /// Those that follow it.
  [[nodiscard]] Task<Result<std::vector<Database>>> followers(std::string addon_id, CallOptions options = {});
  /// By name.
  [[nodiscard]] Task<Result<std::vector<Setting>>> settings(std::string addon_id, CallOptions options = {});
  /// When it is backed up: "03:00 UTC".
  [[nodiscard]] Task<Result<std::vector<std::string>>> backup_schedules(std::string addon_id, CallOptions options = {});
  /// Names of its data links.
  [[nodiscard]] Task<Result<std::vector<std::string>>> links(std::string addon_id, CallOptions options = {});

  /// Of every database that is billed to the app, or was.
  [[nodiscard]] Task<Result<std::vector<Transfer>>> transfers(std::string app, CallOptions options = {});
  [[nodiscard]] Task<Result<Transfer>> transfer(std::string app, std::string id, CallOptions options = {});
  /// Asks for a backup. Asked twice, two are taken.
  [[nodiscard]] Task<Result<Transfer>> capture(std::string addon_id, CallOptions options = {});

 private:
  ApiClient& api_;
};

}  // namespace changeover::heroku
