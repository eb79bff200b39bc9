#include "emulator/engine/cluster_template.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include "core/random.h"
#include "core/text.h"
#include "emulator/engine/certificate.h"
#include "emulator/engine/postgres_programs.h"

namespace changeover::emulator {
namespace {

namespace fs = std::filesystem;

// Throw-away data: durability is off, everything else is as a real server has it. Followers are never held back
// (hot_standby_feedback) and look for the leader often. Statements are not logged: they may hold what a customer typed.
constexpr std::string_view settings = R"(
listen_addresses = '127.0.0.1'
unix_socket_permissions = 0700
max_connections = 120
superuser_reserved_connections = 10
shared_buffers = 4MB
dynamic_shared_memory_type = mmap
fsync = off
full_page_writes = off
wal_level = replica
max_wal_senders = 10
max_prepared_transactions = 10
wal_keep_size = 32MB
max_wal_size = 64MB
min_wal_size = 5MB
hot_standby = on
hot_standby_feedback = off
wal_retrieve_retry_interval = 50ms
autovacuum = on
password_encryption = scram-sha-256
ssl = on
log_min_error_statement = panic
log_checkpoints = off
logging_collector = off
timezone = 'UTC'
log_timezone = 'UTC'
)";

constexpr std::string_view access_rules = R"(
local all postgres trust
host replication changeover_replication 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
)";

bool write_private(const fs::path& file, std::string_view text, std::ios::openmode mode,
                   const std::optional<Account>& account) {
  std::ofstream out(file, mode);
  out << text;
  out.close();
  return out && chmod(file.c_str(), 0600) == 0 && (!account || chown(file.c_str(), account->user, account->group) == 0);
}

Result<void> configure(const ClusterTemplate& made) {
  auto certificate = make_certificate();
  if (!certificate) return fail(std::move(certificate.error()));
  const bool written =
      write_private(made.folder / "postgresql.conf", settings, std::ios::app, made.account) &&
      write_private(made.folder / "pg_hba.conf", access_rules, std::ios::trunc, made.account) &&
      write_private(made.folder / "server.crt", certificate->certificate, std::ios::trunc, made.account) &&
      write_private(made.folder / "server.key", certificate->key.reveal(), std::ios::trunc, made.account);
  if (!written) return fail(ErrorCode::unavailable, "cannot write the settings below " + made.folder.string());
  return {};
}

Result<void> run_initdb(const Keeper& keeper, const ClusterTemplate& wanted) {
  Spawn initdb;
  initdb.command = {(wanted.programs / "initdb").string(),
                    "--pgdata=" + wanted.folder.string(),
                    std::string("--username=") + superuser,
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--wal-segsize=1",
                    "--auth=scram-sha-256",
                    "--auth-local=trust",
                    "--no-sync",
                    "--no-instructions"};
  initdb.environment = postgres_environment();
  initdb.folder = wanted.folder.parent_path();
  initdb.output = keeper.folder() / "initdb.log";
  initdb.account = wanted.account;
  const auto code = run_to_end(keeper, initdb);
  if (!code) return fail(code.error());
  if (*code == 0) return {};
  return fail(ErrorCode::unavailable, "initdb failed: " + last_complaint(initdb.output),
              "every emulated database starts from its result; see to the cause and start again");
}

/// Another PostgreSQL, or another account, has a cluster of its own.
fs::path kept_cluster(const fs::path& cache, const fs::path& programs, const std::optional<Account>& account) {
  const std::string name = programs.string() + "#" + std::to_string(account ? account->user : getuid());
  return cache / ("initdb-" + sha256_hex(name).substr(0, 16));
}

/// As the one we run as: what is copied keeps its owner.
bool copy_folder(const Keeper& keeper, const fs::path& from, const fs::path& to) {
  Spawn copy;
  copy.command = {"/bin/cp", "-a", "-T", from.string(), to.string()};
  copy.environment = postgres_environment();
  copy.folder = "/";
  return run_to_end(keeper, copy).value_or(-1) == 0;
}

/// Under its name it is whole or not there, whoever else does the same and whenever we are killed.
void keep(const Keeper& keeper, const fs::path& made, const fs::path& kept) {
  SystemRandom random;
  const fs::path part = kept.string() + "." + random.uuid();
  std::error_code ignored;
  fs::create_directories(kept.parent_path(), ignored);
  if (copy_folder(keeper, made, part)) fs::rename(part, kept, ignored);
  fs::remove_all(part, ignored);
}

}  // namespace

Result<void> make_private_folder(const fs::path& folder, const std::optional<Account>& account) {
  if (mkdir(folder.c_str(), 0700) == 0 && (!account || chown(folder.c_str(), account->user, account->group) == 0)) {
    return {};
  }
  return fail(ErrorCode::unavailable, "cannot make the folder " + folder.string() + ": " + std::strerror(errno),
              "free some room there");
}

std::string last_complaint(const fs::path& log) {
  std::ifstream file(log);
  std::string last;
  std::string complaint;
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) continue;
    last = line;
    for (const std::string_view word : {"FATAL:", "PANIC:", "ERROR:", "error:"}) {
      if (const auto at = line.find(word); at != std::string::npos) complaint = line.substr(at);
    }
  }
  return complaint.empty() ? last : complaint;
}

Result<ClusterTemplate> ClusterTemplate::make(const Keeper& keeper, const fs::path& cache) {
  auto programs = postgres_programs();
  if (!programs) return fail(std::move(programs.error()));
  auto account = server_account();
  if (!account) return fail(std::move(account.error()));
  const fs::path home = keeper.folder() / "template";
  if (auto made = make_private_folder(home, *account); !made) return fail(std::move(made.error()));

  SystemRandom random;
  ClusterTemplate result{*programs, home / "data", *account, Secret(random.uuid())};
  const fs::path kept = cache.empty() ? fs::path() : kept_cluster(cache, *programs, *account);
  const bool reused = !kept.empty() && fs::exists(kept / "PG_VERSION") && copy_folder(keeper, kept, result.folder);
  if (!reused) {
    if (auto made = run_initdb(keeper, result); !made) return fail(std::move(made.error()));
    if (!kept.empty()) keep(keeper, result.folder, kept);
  }
  if (auto configured = configure(result); !configured) return fail(std::move(configured.error()));
  return result;
}

}  // namespace changeover::emulator
