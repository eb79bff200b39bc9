#include "executor/state/postgres_store.h"

#include <algorithm>
#include <utility>

#include "executor/state/record_file.h"
#include "postgres/connection.h"
#include "postgres/worker.h"

namespace changeover {

using postgres::Rows;

/// What the thread has: one connection, opened when it is needed.
struct PostgresStore::Backend {
  Backend(const postgres::Interrupt& bell, Options chosen, std::string where)
      : connection(bell, "the state database"), options(std::move(chosen)), describe(std::move(where)) {}

  void close() { connection.close(); }
  [[nodiscard]] std::string table(const char* name) const { return connection.quoted(options.schema) + "." + name; }

  [[nodiscard]] Result<std::vector<Rows>> ask(const std::string& sql, const char* doing);
  [[nodiscard]] Result<void> open();
  [[nodiscard]] Result<bool> has_tables();
  [[nodiscard]] Result<void> make_tables();
  [[nodiscard]] std::string selects() const;
  [[nodiscard]] Result<StateView> view_of(const std::vector<Rows>& answers) const;
  [[nodiscard]] Result<StateView> read();
  [[nodiscard]] Result<StateView> change(const StateChange& change, const std::string& new_lineage);
  [[nodiscard]] std::string writes(const StateDocument& before, const StateDocument& after) const;
  [[nodiscard]] std::string write_lease(const LeaseEntry& entry) const;

  postgres::Connection connection;
  Options options;
  std::string describe;
};

struct PostgresStore::Thread {
  Thread(EventLoop& loop, Options options, std::string where)
      : worker(loop, mailroom, std::move(options), std::move(where)) {}
  Mailroom mailroom;
  postgres::Worker<Backend> worker;
};

namespace {

using postgres::number;
using postgres::text;

std::string milliseconds_of(WallTime time) { return std::to_string(time.time_since_epoch().count()); }

/// A time as SQL; the server keeps milliseconds of ours exactly.
std::string time_sql(const std::optional<WallTime>& time) {
  return time ? "pg_catalog.to_timestamp(" + milliseconds_of(*time) + " / 1000.0)" : "NULL";
}

std::string epoch(const char* column) {
  return "pg_catalog.round(extract(epoch FROM " + std::string(column) + ") * 1000)::bigint";
}

WallTime time_at(const postgres::Row& row, std::size_t column) {
  return WallTime{std::chrono::milliseconds{number(row, column)}};
}

LeaseEntry lease_of(const postgres::Row& row) {
  LeaseEntry entry;
  entry.migration = text(row, 0);
  entry.fence = number(row, 1);
  if (row[2])
    entry.holder = Holder{text(row, 2), text(row, 3),    text(row, 4),   number(row, 5),
                          text(row, 6), time_at(row, 7), time_at(row, 8)};
  if (row[9]) entry.quiet_until = time_at(row, 9);
  return entry;
}

bool same(const LeaseEntry& a, const LeaseEntry& b) {
  if (a.fence != b.fence || a.quiet_until != b.quiet_until || a.holder.has_value() != b.holder.has_value())
    return false;
  return !a.holder || (a.holder->id == b.holder->id && a.holder->expires == b.holder->expires);
}

/// What a refusal of the server means for a state.
Error to_state_error(const postgres::SqlError& error, const std::string& doing) {
  Error made = postgres::to_error(error, doing);
  const bool passing = error.state.starts_with("40") || error.state == "55P03" || error.state.starts_with("53") ||
                       error.state.starts_with("57") || error.state == "42P07" || error.state == "23505";
  if (error.kind == postgres::SqlError::Kind::lost) made.advice = "";
  if (error.kind == postgres::SqlError::Kind::refused && passing) made.code = ErrorCode::unavailable;
  if (error.state == "42501") {
    made.code = ErrorCode::unauthorized;
    made.advice = "the role needs CREATE on the database once, or a schema that it owns; then nothing but that schema";
  }
  if (error.state == "25006") {
    made.code = ErrorCode::precondition;
    made.advice = "the state database takes no writes: name one that does, no follower";
  }
  return made;
}

}  // namespace

Result<std::vector<Rows>> PostgresStore::Backend::ask(const std::string& sql, const char* doing) {
  auto answers = connection.query(sql);
  if (!answers) return fail(to_state_error(answers.error(), std::string(doing) + " the state in " + describe));
  return std::move(*answers);
}

Result<void> PostgresStore::Backend::open() {
  if (connection.is_open()) return {};
  Result<void> opened = connection.open(options.url);
  if (!opened) return fail(opened.error().in("state in " + describe));
  // Every acknowledged write has to outlive the server, whatever it does for its other sessions.
  auto set = ask("SET synchronous_commit TO on", "opening");
  if (!set) return fail(set.error());
  return {};
}

Result<bool> PostgresStore::Backend::has_tables() {
  auto found = ask("SELECT pg_catalog.to_regclass(" + connection.literal(table("leases")) + ") IS NOT NULL", "reading");
  if (!found) return fail(found.error());
  return postgres::truth(found->front().front(), 0);
}

/// Two who do it at once: one of them is refused by the catalogue, and tries again.
Result<void> PostgresStore::Backend::make_tables() {
  const std::string schema = connection.quoted(options.schema);
  auto known = ask("SELECT pg_catalog.to_regnamespace(" + connection.literal(schema) + ") IS NOT NULL", "making");
  if (!known) return fail(known.error());
  std::string sql = "BEGIN; ";
  if (!postgres::truth(known->front().front(), 0)) sql += "CREATE SCHEMA " + schema + "; ";
  sql +=
      "CREATE TABLE " + table("state") +
      " (one boolean PRIMARY KEY DEFAULT true CHECK (one), lineage text NOT NULL, serial bigint NOT NULL, record text "
      "NOT NULL, written_at timestamptz NOT NULL); CREATE TABLE " +
      table("leases") +
      " (migration text PRIMARY KEY, fence bigint NOT NULL, lock_id text, who text, host text, pid bigint, command "
      "text, since timestamptz, expires timestamptz, quiet_until timestamptz); COMMIT";
  auto made = ask(sql, "making");
  if (!made) return fail(made.error());
  return {};
}

std::string PostgresStore::Backend::selects() const {
  return "SELECT record FROM " + table("state") + "; SELECT migration, fence, lock_id, who, host, pid, command, " +
         epoch("since") + ", " + epoch("expires") + ", " + epoch("quiet_until") + " FROM " + table("leases") +
         " ORDER BY migration; SELECT " + epoch("pg_catalog.clock_timestamp()");
}

Result<StateView> PostgresStore::Backend::view_of(const std::vector<Rows>& answers) const {
  StateView view;
  const Rows& records = answers.at(0);
  if (!records.empty()) {
    Result<Recorded> recorded = read_record(text(records.front(), 0), "the state in " + describe);
    if (!recorded) return fail(recorded.error());
    view.document.recorded = std::move(*recorded);
  }
  for (const postgres::Row& row : answers.at(1)) view.document.leases.push_back(lease_of(row));
  view.now = time_at(answers.at(2).front(), 0);
  return view;
}

Result<StateView> PostgresStore::Backend::read() {
  Result<void> opened = open();
  if (!opened) return fail(opened.error());
  const Result<bool> there = has_tables();
  if (!there) return fail(there.error());
  if (!*there) return StateView{};
  auto answers = ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; " + selects() + "; COMMIT", "reading");
  if (!answers) return fail(answers.error());
  return view_of(*answers);
}

std::string PostgresStore::Backend::write_lease(const LeaseEntry& entry) const {
  std::string holder = "NULL, NULL, NULL, NULL, NULL, NULL, NULL";
  if (entry.holder)
    holder = connection.literal(entry.holder->id) + ", " + connection.literal(entry.holder->who) + ", " +
             connection.literal(entry.holder->host) + ", " + std::to_string(entry.holder->pid) + ", " +
             connection.literal(entry.holder->command) + ", " + time_sql(entry.holder->since) + ", " +
             time_sql(entry.holder->expires);
  return "DELETE FROM " + table("leases") + " WHERE migration = " + connection.literal(entry.migration) +
         "; INSERT INTO " + table("leases") + " VALUES (" + connection.literal(entry.migration) + ", " +
         std::to_string(entry.fence) + ", " + holder + ", " + time_sql(entry.quiet_until) + "); ";
}

/// Only what the change touched: a renewal writes rows of leases, and leaves the record alone.
std::string PostgresStore::Backend::writes(const StateDocument& before, const StateDocument& after) const {
  std::string sql;
  for (const LeaseEntry& entry : after.leases) {
    const auto old = std::ranges::find(before.leases, entry.migration, &LeaseEntry::migration);
    if (old == before.leases.end() || !same(*old, entry)) sql += write_lease(entry);
  }
  if (after.recorded.serial == before.recorded.serial) return sql;
  return sql + "DELETE FROM " + table("state") + "; INSERT INTO " + table("state") + " VALUES (true, " +
         connection.literal(after.recorded.lineage) + ", " + std::to_string(after.recorded.serial) + ", " +
         connection.literal(record_text(after.recorded)) + ", pg_catalog.clock_timestamp()); ";
}

Result<StateView> PostgresStore::Backend::change(const StateChange& change, const std::string& new_lineage) {
  Result<void> opened = open();
  if (!opened) return fail(opened.error());
  const Result<bool> there = has_tables();
  if (!there) return fail(there.error());
  if (!*there) {
    Result<void> made = make_tables();
    if (!made) return fail(made.error());
  }
  auto answers = ask("BEGIN; LOCK TABLE " + table("leases") + " IN SHARE ROW EXCLUSIVE MODE; " + selects(), "locking");
  if (!answers) return fail(answers.error());
  Result<StateView> view = view_of(*answers);
  Result<bool> wanted = false;
  StateDocument before;
  if (view) {
    before = view->document;
    wanted = change(view->document, view->now);
  }
  if (!view || !wanted || !*wanted) {
    auto ended = ask("ROLLBACK", "leaving");
    if (!ended) connection.close();
    if (!view) return fail(view.error());
    if (!wanted) return fail(wanted.error());
    return view;
  }
  Recorded& recorded = view->document.recorded;
  const bool touched = record_text(recorded) != record_text(before.recorded) || recorded.serial == 0;
  if (recorded.lineage.empty()) recorded.lineage = new_lineage;
  if (touched) ++recorded.serial;
  auto written = ask(writes(before, view->document), "writing");
  if (!written) return fail(written.error());
  auto committed = connection.query("COMMIT");
  if (committed) return view;
  Error error = to_state_error(committed.error(), "writing the state in " + describe);
  if (committed.error().kind != postgres::SqlError::Kind::refused) error.code = ErrorCode::outcome_unknown;
  return fail(std::move(error));
}

PostgresStore::PostgresStore(EventLoop& loop, Random& random, Options options)
    : random_(random), describe_("PostgreSQL ($" + options.url_env + ", schema " + options.schema + ")") {
  thread_ = std::make_unique<Thread>(loop, std::move(options), describe_);
}

PostgresStore::~PostgresStore() = default;

std::string PostgresStore::describe() const { return describe_; }

Task<Result<StateView>> PostgresStore::read() {
  std::function<Result<StateView>(Backend&)> work = [](Backend& backend) { return backend.read(); };
  co_return co_await thread_->worker.run<StateView>(std::move(work));
}

Task<Result<StateView>> PostgresStore::change(StateChange change) {
  std::function<Result<StateView>(Backend&)> work = [change = std::move(change), lineage = random_.uuid()](
                                                        Backend& backend) { return backend.change(change, lineage); };
  co_return co_await thread_->worker.run<StateView>(std::move(work));
}

}  // namespace changeover
