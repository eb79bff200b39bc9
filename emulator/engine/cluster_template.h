// The folder every emulated database is copied from, and the server programs that run it.
//
// One initdb per run (about a second); each leader is a copy of its result (about 40 ms to a running server:
// measured.md). Owner: PostgresClusters makes one. Thread rule: immutable after make(). A failure leaves at most a
// part-made folder inside the run's folder, which the keeper removes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/secret.h"
#include "emulator/engine/keeper.h"
#include "emulator/engine/spawn.h"

namespace changeover::emulator {

/// The superuser of the clusters; he comes in by Unix socket only.
inline constexpr const char* superuser = "postgres";
/// The role followers stream as.
inline constexpr const char* replication_role = "changeover_replication";

struct ClusterTemplate {
  std::filesystem::path programs;  ///< folder of initdb, postgres, pg_basebackup
  std::filesystem::path folder;    ///< the template's data folder
  std::optional<Account> account;  ///< PostgreSQL refuses root: who its servers run as then
  Secret replication_password;

  /// `cache`: a folder that keeps what initdb made for runs to come; empty: none. What cannot be kept there is not.
  [[nodiscard]] static Result<ClusterTemplate> make(const Keeper& keeper, const std::filesystem::path& cache);
};

/// Makes a folder that only `account` (or we) may enter.
[[nodiscard]] Result<void> make_private_folder(const std::filesystem::path& folder,
                                               const std::optional<Account>& account);

/// The last line of a log that says what went wrong; "" when there is none.
[[nodiscard]] std::string last_complaint(const std::filesystem::path& log);

}  // namespace changeover::emulator
