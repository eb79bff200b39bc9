#include "emulator/engine/cluster.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fstream>

#include "emulator/engine/postgres_programs.h"

namespace changeover::emulator {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto statement_limit = 5s;
constexpr auto seed_limit = 120s;
constexpr auto start_limit = 60s;
constexpr auto promote_limit = 60s;
constexpr int start_look_ms = 4;
constexpr int promote_look_ms = 2;
constexpr int port_tries = 8;

/// A port nobody listens on at this moment; a clash before the server binds it shows as a failed start.
int free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool found = probe >= 0 && bind(probe, generic, length) == 0 && getsockname(probe, generic, &length) == 0;
  if (probe >= 0) close(probe);
  return found ? ntohs(address.sin_port) : 0;
}

Result<SqlSession> open_as_superuser(const ClusterAddress& where, const std::string& database,
                                     std::chrono::milliseconds limit) {
  return SqlSession::open({{"host", where.socket_home.string()},
                           {"port", std::to_string(where.port)},
                           {"user", superuser},
                           {"dbname", database},
                           {"application_name", "changeover-emulator"}},
                          Secret(), limit);
}

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The snapshot's xmax is one past the newest transaction that has ENDED, on a follower one past the newest whose end
// was replayed. So "current transaction at X" proves that X itself has arrived (safety, "The proof").
constexpr const char* newest_transaction =
    "pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint - 1";

}  // namespace

Cluster::~Cluster() {
  session_.reset();
  leader_session_.reset();
  cancel();
  if (child_ != 0) {
    // An immediate shutdown: the data is thrown away anyhow. What outlives it is ended by reap().
    await_end(child_);
    collect(child_);
  }
  std::error_code left_to_keeper;
  std::filesystem::remove_all(home_, left_to_keeper);
}

void Cluster::cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  if (child_ == 0) return;
  if (child_kind_ == ReportKind::server) {
    kill(child_, SIGQUIT);
  } else {
    kill(-child_, SIGKILL);
  }
}

Result<void> Cluster::make_home() { return make_private_folder(home_, source_.account); }

Result<pid_t> Cluster::launch(std::vector<std::string> command, ReportKind kind, const Secret& pg_password) {
  Spawn what;
  what.command = std::move(command);
  what.environment = postgres_environment();
  if (!pg_password.empty()) what.environment["PGPASSWORD"] = pg_password.reveal();
  what.folder = home_;
  what.output = log();
  what.account = source_.account;
  what.kind = kind;
  what.parent_death_signal = kind == ReportKind::server ? SIGQUIT : SIGKILL;
  const std::lock_guard lock(mutex_);
  if (cancelled_) return fail(ErrorCode::cancelled, "the database is being destroyed");
  auto pid = spawn(keeper_, what);
  if (pid) {
    child_ = *pid;
    child_kind_ = kind;
  }
  return pid;
}

int Cluster::collect(pid_t pid) {
  const std::lock_guard lock(mutex_);
  child_ = 0;
  return reap(keeper_, pid);
}

bool Cluster::has_ended(pid_t pid) const {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

Result<void> Cluster::run_tool(std::vector<std::string> command, const Secret& pg_password) {
  const std::string name = std::filesystem::path(command.front()).filename().string();
  const auto pid = launch(std::move(command), ReportKind::group, pg_password);
  if (!pid) return fail(pid.error());
  await_end(*pid);
  if (collect(*pid) == 0) return {};
  return fail(ErrorCode::unavailable, name + " failed: " + last_complaint(log()));
}

Result<void> Cluster::start_leader(const LeaderOrder& order) {
  if (auto made = make_home(); !made) return made;
  if (auto copied = run_tool({"/bin/cp", "-a", source_.folder.string(), data().string()}); !copied) return copied;
  if (auto started = start_server(); !started) return started;
  if (auto made = make_roles_and_database(order); !made) return made;
  database_ = order.database;
  return seed(order);
}

Result<void> Cluster::make_roles_and_database(const LeaderOrder& order) {
  auto session = open_as_superuser(address(), superuser, statement_limit);
  if (!session) return fail(session.error());
  const auto replication = session->verifier(replication_role, source_.replication_password);
  if (!replication) return fail(replication.error());
  const auto customer = session->verifier(order.user, order.password);
  if (!customer) return fail(customer.error());
  const std::string role = SqlSession::identifier(order.user);
  for (const std::string& statement :
       {std::string("CREATE ROLE ") + replication_role + " LOGIN REPLICATION PASSWORD" +
            SqlSession::literal(replication->reveal()),
        "CREATE ROLE " + role + " LOGIN PASSWORD" + SqlSession::literal(customer->reveal()) + " IN ROLE pg_monitor",
        "CREATE DATABASE " + SqlSession::identifier(order.database) + " OWNER " + role}) {
    if (auto done = session->query(statement, seed_limit); !done) return fail(done.error());
  }
  return {};
}

Result<void> Cluster::seed(const LeaderOrder& order) {
  if (order.seed_sql.empty()) return {};
  auto session = SqlSession::open({{"host", "127.0.0.1"},
                                   {"port", std::to_string(port_)},
                                   {"user", order.user},
                                   {"dbname", order.database},
                                   {"sslmode", "disable"}},
                                  order.password, statement_limit);
  if (!session) return fail(session.error());
  auto seeded = session->query(order.seed_sql, seed_limit);
  if (!seeded) return fail(seeded.error().in("seed SQL"));
  return {};
}

Result<void> Cluster::clone(const ClusterAddress& source, const std::string& database) {
  database_ = database;
  if (auto made = make_home(); !made) return made;
  return run_tool({(source_.programs / "pg_basebackup").string(), "--pgdata=" + data().string(), "--host=127.0.0.1",
                   "--port=" + std::to_string(source.port), std::string("--username=") + replication_role,
                   "--no-password", "--checkpoint=fast", "--wal-method=stream", "--no-sync", "--no-manifest"},
                  source_.replication_password);
}

Result<void> Cluster::start_fork(const ClusterAddress& source, const std::string& database) {
  if (auto cloned = clone(source, database); !cloned) return cloned;
  return start_server();  // it replays the log of its base backup and then takes writes
}

Result<void> Cluster::start_follower(const ClusterAddress& leader, const std::string& database,
                                     const std::string& name) {
  if (auto cloned = clone(leader, database); !cloned) return cloned;
  if (auto following = follow(leader, name); !following) return following;
  return start_server();
}

Result<void> Cluster::follow(const ClusterAddress& leader, const std::string& name) {
  std::string shown = name;
  std::replace_if(shown.begin(), shown.end(), [](char c) { return c == '\'' || c == '\\' || c == '\n'; }, '_');
  // Both files lie in a folder of mode 0700; as root's, the signal file would keep the server from ending recovery.
  std::ofstream settings(data() / "postgresql.auto.conf", std::ios::app);
  settings << "primary_conninfo = 'host=127.0.0.1 port=" << leader.port << " user=" << replication_role
           << " password=" << source_.replication_password.reveal() << " application_name=''" << shown
           << "'' sslmode=disable'\n";
  settings.close();
  const std::filesystem::path signal = data() / "standby.signal";
  std::ofstream mark(signal);
  mark.close();
  const bool owned = !source_.account || chown(signal.c_str(), source_.account->user, source_.account->group) == 0;
  if (settings && mark && owned) return {};
  return fail(ErrorCode::unavailable, "cannot write the follower's settings below " + data().string());
}

Result<void> Cluster::start_server() {
  Result<void> started;
  for (int attempt = 0; attempt < port_tries; ++attempt) {
    port_ = free_port();
    const auto pid = launch({(source_.programs / "postgres").string(), "-D", data().string(), "-c",
                             "port=" + std::to_string(port_), "-c", "unix_socket_directories=" + home_.string()},
                            ReportKind::server, Secret());
    if (!pid) return fail(pid.error());
    started = await_connections();
    if (started || child_ != 0) return started;
    const bool clash = started.error().what.find("listen") != std::string::npos ||
                       started.error().what.find("bind") != std::string::npos ||
                       started.error().what.find("TCP/IP") != std::string::npos;
    if (!clash) return started;
  }
  return started;
}

Result<void> Cluster::await_connections() {
  const auto until = Steady::now() + start_limit;
  const pid_t server = child_;
  while (true) {
    auto session = open_as_superuser(address(), database_.empty() ? superuser : database_, statement_limit);
    if (session) return {};
    if (has_ended(server)) {
      collect(server);
      return fail(ErrorCode::unavailable, "the PostgreSQL server ended at start: " + last_complaint(log()));
    }
    if (Steady::now() > until) {
      return fail(ErrorCode::unavailable, "the PostgreSQL server takes no connections: " + last_complaint(log()));
    }
    poll(nullptr, 0, start_look_ms);
  }
}

Result<SqlRows> Cluster::query(const std::string& sql) {
  if (!session_) {
    auto opened = open_as_superuser(address(), database_, statement_limit);
    if (!opened) return fail(opened.error());
    session_.emplace(std::move(*opened));
  }
  auto rows = session_->query(sql, statement_limit);
  if (!rows && rows.error().code != ErrorCode::precondition) session_.reset();
  return rows;
}

Result<void> Cluster::run(const std::string& sql) {
  auto rows = query(sql);
  if (!rows) return fail(std::move(rows.error()));
  return {};
}

Result<void> Cluster::promote() {
  // Without waiting: the server's own wait sleeps in steps of 100 ms (measured.md).
  if (auto asked = query("SELECT pg_catalog.pg_promote(false)"); !asked) return fail(asked.error());
  const auto until = Steady::now() + promote_limit;
  while (true) {
    const auto recovering = query("SELECT pg_catalog.pg_is_in_recovery()");
    if (!recovering) return fail(recovering.error());
    if (recovering->front().front() == "f") return {};
    if (Steady::now() > until) return fail(ErrorCode::unavailable, "the server does not leave recovery");
    poll(nullptr, 0, promote_look_ms);
  }
}

Result<void> Cluster::stall_replay(bool stalled) {
  return run(stalled ? "SELECT pg_catalog.pg_wal_replay_pause()" : "SELECT pg_catalog.pg_wal_replay_resume()");
}

Result<void> Cluster::reset_connections() {
  return run(
      "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity a"
      " JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid"
      " WHERE backend_type = 'client backend' AND NOT r.rolsuper");
}

Result<void> Cluster::terminate(int pid) {
  return run(
      "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity a"
      " JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid"
      " WHERE backend_type = 'client backend' AND NOT r.rolsuper AND pid = " +
      std::to_string(pid));
}

Result<DatabaseSample> Cluster::sample(const std::optional<ClusterAddress>& leader) {
  const auto rows =
      query(std::string("SELECT ") + newest_transaction +
            ", pg_catalog.pg_database_size(pg_catalog.current_database()),"
            " (SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            "  WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),"
            " pg_catalog.current_setting('server_version')");
  if (!rows) return fail(rows.error());
  const auto clients = query(
      "SELECT r.rolname, count(*) FROM pg_catalog.pg_stat_activity a JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid"
      " WHERE a.backend_type = 'client backend' AND NOT r.rolsuper GROUP BY 1");
  if (!clients) return fail(clients.error());
  // Reads a file for every extension there could be, so only when one is installed besides plpgsql.
  const auto extensions = query(
      "SELECT name FROM pg_catalog.pg_available_extensions WHERE installed_version <> default_version"
      " AND (SELECT count(*) FROM pg_catalog.pg_extension) > 1 ORDER BY name");
  if (!extensions) return fail(extensions.error());
  const std::vector<std::string>& row = rows->front();
  DatabaseSample sample;
  sample.current_transaction = number(row[0]);
  sample.bytes = number(row[1]);
  sample.tables = static_cast<int>(number(row[2]));
  sample.server_version = row[3].substr(0, row[3].find(' '));
  for (const auto& client : *clients) {
    sample.connections_of[client[0]] = static_cast<int>(number(client[1]));
    sample.connections += sample.connections_of[client[0]];
  }
  for (const auto& extension : *extensions) sample.upgradable_extensions.push_back(extension[0]);
  if (leader) {
    // The leader is read after the follower: what commits in between counts as missing, never as arrived.
    if (const auto newest = newest_transaction_of(*leader)) {
      sample.commits_behind = std::max<std::int64_t>(0, *newest - sample.current_transaction);
    }
  }
  return sample;
}

std::optional<std::int64_t> Cluster::newest_transaction_of(const ClusterAddress& leader) {
  for (int attempt = 0; attempt < 2; ++attempt) {  // the kept session may have been lost since the last sample
    if (!leader_session_) {
      auto opened = open_as_superuser(leader, database_, statement_limit);
      if (!opened) return std::nullopt;
      leader_session_.emplace(std::move(*opened));
    }
    const auto rows = leader_session_->query(std::string("SELECT ") + newest_transaction, statement_limit);
    if (rows) return number(rows->front().front());
    leader_session_.reset();
  }
  return std::nullopt;
}

Result<void> Cluster::check_running() {
  if (!has_ended(child_)) return {};
  session_.reset();
  collect(child_);
  return fail(ErrorCode::unavailable, "the PostgreSQL server has ended by itself: " + last_complaint(log()));
}

}  // namespace changeover::emulator
