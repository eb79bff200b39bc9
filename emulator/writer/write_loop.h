// The writer's work: a row all the time, and a line in the ledger for each that the database acknowledged.
//
// Owner: main.cpp. Thread rule: one thread, with SIGTERM and SIGINT blocked. A connection that is lost is opened anew
// within milliseconds; a database that refuses (read-only, fenced, gone) is asked again without a word. A row whose
// answer was lost is never repeated: its number is skipped, and it may or may not be in the table.
#pragma once

#include <chrono>
#include <string>

#include "core/random.h"
#include "core/result.h"
#include "core/secret.h"

namespace changeover::writer {

struct WriteSettings {
  Secret url;
  std::string ledger;
  std::string dyno;                    ///< "web.1"; the writer's id is this, its process id and a random word
  std::chrono::milliseconds every{5};  ///< from one row to the next
  std::chrono::milliseconds drain{0};  ///< how long it goes on writing after SIGTERM, as a slow dyno does
};

/// Inserts into the table `ledger`, which the database's seed SQL makes (row_writer.h). Returns after SIGTERM or
/// SIGINT, or with the error that makes going on senseless (URL or ledger file).
[[nodiscard]] Result<void> write_until_told(const WriteSettings& settings, Random& random);

}  // namespace changeover::writer
