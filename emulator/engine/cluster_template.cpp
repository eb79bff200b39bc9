#include "emulator/engine/cluster_template.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include "core/random.h"
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

Result<ClusterTemplate> ClusterTemplate::make(const Keeper& keeper) {
  auto programs = postgres_programs();
  if (!programs) return fail(std::move(programs.error()));
  auto account = server_account();
  if (!account) return fail(std::move(account.error()));
  const fs::path home = keeper.folder() / "template";
  if (auto made = make_private_folder(home, *account); !made) return fail(std::move(made.error()));

  SystemRandom random;
  ClusterTemplate result{*programs, home / "data", *account, Secret(random.uuid())};
  Spawn initdb;
  initdb.command = {(*programs / "initdb").string(),
                    "--pgdata=" + result.folder.string(),
                    std::string("--username=") + superuser,
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--wal-segsize=1",
                    "--auth=scram-sha-256",
                    "--auth-local=trust",
                    "--no-sync",
                    "--no-instructions"};
  initdb.environment = postgres_environment();
  initdb.folder = home;
  initdb.output = keeper.folder() / "initdb.log";
  initdb.account = *account;
  const auto pid = spawn(keeper, initdb);
  if (!pid) return fail(pid.error());
  await_end(*pid);
  if (reap(keeper, *pid) != 0) {
    return fail(ErrorCode::unavailable, "initdb failed: " + last_complaint(initdb.output),
                "every emulated database starts from its result; see to the cause and start again");
  }
  if (auto configured = configure(result); !configured) return fail(std::move(configured.error()));
  return result;
}

}  // namespace changeover::emulator
