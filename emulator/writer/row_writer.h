// One writer of the ledger: rows with numbers of its own, each acknowledged by the database before the ledger has it.
//
// Owner: the write loop, or the web process. Thread rule: one thread at a time. A row whose answer was lost is never
// repeated: its number is skipped, and it may or may not be in the table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/random.h"
#include "core/result.h"
#include "core/secret.h"
#include "emulator/engine/sql.h"
#include "emulator/writer/ledger.h"

namespace changeover::writer {

class RowWriter {
 public:
  /// `dyno`: "web.1"; the writer's id is this, the process id and a random word. `stop_descriptor`: when it becomes
  /// readable, waits for the database end; -1 for none.
  RowWriter(Secret url, Ledger ledger, const std::string& dyno, Random& random, int stop_descriptor);

  enum class Outcome {
    acknowledged,  ///< the row is committed and in the ledger
    refused,       ///< the database said no (read-only, fenced, no table): the row is not there
    lost,          ///< the connection broke, or there is none: if the row was sent, nobody knows
  };
  /// Opens a connection when there is none. An error makes going on senseless: the URL or the ledger.
  [[nodiscard]] Result<Outcome> write();
  /// Whether there is a connection; opens one when there is none.
  [[nodiscard]] Result<bool> connect();

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] std::int64_t newest() const { return n_; }
  /// Host and port of the newest connection, "" before the first.
  [[nodiscard]] const std::string& peer() const { return peer_; }
  [[nodiscard]] bool connected() const { return session_.has_value(); }

 private:
  void complain_once();

  Secret url_;
  Ledger ledger_;
  std::string id_;
  int stop_descriptor_;
  std::optional<emulator::SqlSession> session_{};
  std::string peer_{};
  std::int64_t n_ = 0;
  bool complained_ = false;
};

/// What a world file's seed has to hold for this program.
inline constexpr const char* seed_sql =
    "CREATE TABLE ledger(writer text NOT NULL, n bigint NOT NULL, written_at timestamptz NOT NULL DEFAULT "
    "clock_timestamp(), PRIMARY KEY (writer, n))";

}  // namespace changeover::writer
