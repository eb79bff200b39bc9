// Logical backups, restores and copies (heroku-api.md 3.11): real ones, by the transfer engine.
//
// Owner: the model. Thread rule: the model's thread. A transfer belongs to the app its database is billed to and keeps
// its number there; it outlives the database. A dump goes when its transfer is deleted or no longer retained.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/random.h"
#include "emulator/model/estate.h"
#include "emulator/timers.h"
#include "emulator/world.h"

namespace changeover::emulator {

struct Transfer {
  enum class Kind { backup, restore, copy };
  std::string id;
  int number = 0;
  Kind kind = Kind::backup;
  std::string app_id;
  std::string addon_id;  ///< the database it was asked of
  std::string from_name;
  Secret from_url;
  std::string to_name;
  Secret to_url;
  std::optional<std::string> schedule_id;
  std::int64_t source_bytes = 0;
  WallTime created_at;
  std::optional<WallTime> started_at;
  std::optional<WallTime> finished_at;
  std::optional<WallTime> canceled_at;
  SteadyTime not_before{};  ///< of its end
  TransferStatus status;    ///< as the engine said last
  bool succeeded = false;   ///< once finished
  struct PublicUrl {
    std::string token;
    WallTime until;
  };
  std::vector<PublicUrl> public_urls;

  [[nodiscard]] bool has_dump() const { return kind == Kind::backup && succeeded; }
};

/// What is copied from where to where; an empty id is a database outside the emulator.
struct CopyOrder {
  std::string from_name;
  TransferEnd from;
  std::string to_name;
  TransferEnd to;
};

class Transfers {
 public:
  Transfers(const Clock& clock, Random& random, const Timing& timing, Timers& timers, Estate& estate,
            TransferEngine& engine)
      : clock_(clock), random_(random), timing_(timing), timers_(timers), estate_(estate), engine_(engine) {}

  Transfer& capture(const AddOn& addon, const std::optional<std::string>& schedule_id);
  /// `dump` has a dump; `name`: what the restore is said to come from.
  Transfer& restore(const AddOn& target, const Transfer& dump, const std::vector<std::string>& extensions);
  /// `addon`: whose list it is in.
  Transfer& copy(const AddOn& addon, const CopyOrder& order);
  /// False when it is over already.
  [[nodiscard]] bool cancel(Transfer& transfer);
  void remove(const Transfer& transfer);
  /// A word that opens the dump to whoever has it, until a time.
  [[nodiscard]] const Transfer::PublicUrl& publish(Transfer& transfer);

  /// Oldest first.
  [[nodiscard]] std::deque<Transfer>& of(const App& app) { return by_app_[app.id]; }
  /// By id, or nullptr.
  [[nodiscard]] Transfer* find(std::string_view id);
  /// By id or number.
  [[nodiscard]] Transfer* find(const App& app, const std::string& key);

  /// Looks at every transfer under way.
  void refresh();
  [[nodiscard]] bool moving() const { return !moving_.empty(); }

 private:
  Transfer& begin(Transfer transfer, const AddOn& addon, const TransferOrder& order);
  void finish(Transfer& transfer);
  void purge(const Transfer& newest);

  const Clock& clock_;
  Random& random_;
  const Timing& timing_;
  Timers& timers_;
  Estate& estate_;
  TransferEngine& engine_;
  std::map<std::string, std::deque<Transfer>> by_app_;
  std::map<std::string, int> last_number_;  ///< by app id
  std::set<std::string> moving_;            ///< ids
};

}  // namespace changeover::emulator
