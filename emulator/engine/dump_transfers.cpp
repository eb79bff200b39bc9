#include "emulator/engine/dump_transfers.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include "emulator/engine/postgres_programs.h"
#include "emulator/engine/spawn.h"

namespace changeover::emulator {
namespace {

namespace fs = std::filesystem;
using State = TransferStatus::State;

constexpr auto erase_limit = std::chrono::seconds{120};
constexpr std::size_t most_lines = 5'000;  ///< of a log; what comes after is dropped
constexpr std::string_view ignored_errors = "errors ignored on restore: ";

// Leaves a database as a new one is, for a role that owns it and is no superuser.
constexpr const char* erase_everything = R"(
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT nspname FROM pg_catalog.pg_namespace
              WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', name);
  END LOOP;
  CREATE SCHEMA public;
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'pg_database_owner') THEN
    ALTER SCHEMA public OWNER TO pg_database_owner;
  END IF;
  GRANT USAGE ON SCHEMA public TO PUBLIC;
  PERFORM pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata;
END $$)";

/// An open file; closed with the value.
class File {
 public:
  File(const fs::path& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

/// One transfer. `order` and `worker` are fixed; everything else is guarded by the engine's mutex.
struct DumpTransfers::Transfer {
  std::string id{};  ///< empty once removed
  fs::path file{};   ///< the dump that is made or read, a copy's own on the way
  TransferOrder order{};
  TransferStatus status{};
  int input = -1;  ///< what the running program reads, -1 for none; its position tells how far it is
  int output = -1;
  pid_t child = 0;
  bool cancelled = false;
  bool finished = false;
  std::thread worker{};
};

DumpTransfers::DumpTransfers(const Keeper& keeper, const Clock& clock, fs::path folder)
    : keeper_(keeper), clock_(clock), folder_(std::move(folder)) {}

DumpTransfers::~DumpTransfers() {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& transfer : transfers_) {
      transfer->cancelled = true;
      if (transfer->child != 0) kill(-transfer->child, SIGKILL);
    }
  }
  for (const auto& transfer : transfers_) transfer->worker.join();
}

void DumpTransfers::start(const std::string& id, const TransferOrder& order) {
  sweep();
  auto made = std::make_unique<Transfer>();
  made->id = id;
  made->file = file_of(order.from ? id : order.source);
  made->order = order;
  Transfer& transfer = *made;
  const std::lock_guard lock(mutex_);
  transfers_.push_back(std::move(made));
  transfer.worker = std::thread([this, &transfer] { work(transfer); });
}

void DumpTransfers::cancel(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Transfer* const transfer = find(id);
  if (transfer == nullptr || transfer->finished) return;
  transfer->cancelled = true;
  if (transfer->child != 0) kill(-transfer->child, SIGKILL);
}

void DumpTransfers::remove(const std::string& id) {
  cancel(id);
  const std::lock_guard lock(mutex_);
  Transfer* const transfer = find(id);
  if (transfer == nullptr) return;
  transfer->id.clear();
  std::error_code gone;
  if (transfer->finished && !transfer->status.file.empty()) fs::remove(transfer->status.file, gone);
}

TransferStatus DumpTransfers::status(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const Transfer* const transfer = find(id);
  if (transfer == nullptr) {
    TransferStatus unknown;
    unknown.state = State::failed;
    return unknown;
  }
  TransferStatus status = transfer->status;
  // Both ends of a program share one file position.
  if (transfer->output >= 0) status.processed_bytes = std::max<off_t>(0, lseek(transfer->output, 0, SEEK_CUR));
  if (transfer->input >= 0) status.processed_bytes = std::max<off_t>(0, lseek(transfer->input, 0, SEEK_CUR));
  return status;
}

TransferStatus DumpTransfers::await_end(const std::string& id) const {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return find(id) == nullptr || find(id)->finished; });
  }
  return status(id);
}

DumpTransfers::Transfer* DumpTransfers::find(const std::string& id) const {
  const auto found = std::ranges::find_if(transfers_, [&](const auto& transfer) { return transfer->id == id; });
  return id.empty() || found == transfers_.end() ? nullptr : found->get();
}

/// Forgets what was removed and is over.
void DumpTransfers::sweep() {
  std::vector<std::unique_ptr<Transfer>> over;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(transfers_, [&](std::unique_ptr<Transfer>& transfer) {
      if (!transfer->finished || !transfer->id.empty()) return false;
      over.push_back(std::move(transfer));
      return true;
    });
  }
  for (const auto& transfer : over) transfer->worker.join();
}

/// The life of a worker.
void DumpTransfers::work(Transfer& transfer) {
  const TransferOrder& order = transfer.order;
  Result<void> done;
  if (order.from) done = dump(transfer, *order.from, transfer.file);
  if (done && order.to) done = restore(transfer, transfer.file, *order.to);
  if (!done) note(transfer, done.error().what);
  const bool keeps_dump = done && order.from && !order.to;
  std::error_code ignored;
  const auto bytes = fs::file_size(transfer.file, ignored);
  const std::lock_guard lock(mutex_);
  if (done && !ignored) transfer.status.processed_bytes = static_cast<std::int64_t>(bytes);
  const bool removed = transfer.id.empty();
  if (order.from && (!keeps_dump || removed)) fs::remove(transfer.file, ignored);
  if (keeps_dump) transfer.status.file = transfer.file.string();
  transfer.status.state = done ? State::succeeded : transfer.cancelled ? State::cancelled : State::failed;
  transfer.finished = true;
  changed_.notify_all();
}

Result<void> DumpTransfers::dump(Transfer& transfer, const TransferEnd& from, const fs::path& file) {
  auto source = SqlSession::target_of(from.url);
  if (!source) return fail(std::move(source.error()));
  std::error_code problem;
  fs::create_directories(folder_, problem);
  const File output(file, O_RDWR | O_CREAT | O_TRUNC);
  if (output.descriptor() < 0) {
    return fail(ErrorCode::unavailable, "cannot write " + file.string() + ": " + std::strerror(errno));
  }
  {
    const std::lock_guard lock(mutex_);
    transfer.output = output.descriptor();
  }
  auto code = run(transfer, "pg_dump", {"--format=custom", "--verbose"}, *source);
  const std::lock_guard lock(mutex_);
  transfer.output = -1;
  if (!code) return fail(std::move(code.error()));
  if (*code == 0) return {};
  return fail(ErrorCode::unavailable, "pg_dump ended with " + std::to_string(*code));
}

Result<void> DumpTransfers::restore(Transfer& transfer, const fs::path& file, const TransferEnd& to) {
  const File input(file, O_RDONLY);
  if (input.descriptor() < 0) {
    return fail(ErrorCode::not_found, "cannot read " + file.string() + ": " + std::strerror(errno));
  }
  if (auto erased = erase(transfer, to); !erased) return erased;
  auto target = SqlSession::target_of(to.url);
  if (!target) return fail(std::move(target.error()));
  {
    const std::lock_guard lock(mutex_);
    transfer.input = input.descriptor();
  }
  auto code = run(transfer, "pg_restore",
                  {"--verbose", "--no-owner", "--no-acl", "--dbname=" + target->parameter("dbname")}, *target);
  const std::lock_guard lock(mutex_);
  transfer.input = -1;
  if (!code) return fail(std::move(code.error()));
  // What it could not bring in is a warning: it says how many there were and goes on.
  if (*code == 0 || transfer.status.warnings > 0) return {};
  return fail(ErrorCode::unavailable, "pg_restore ended with " + std::to_string(*code));
}

Result<void> DumpTransfers::erase(Transfer& transfer, const TransferEnd& target) {
  auto session = SqlSession::open(target.url, erase_limit);
  if (!session) return fail(std::move(session.error()));
  note(transfer, "erasing the target");
  if (auto erased = session->query(erase_everything, erase_limit); !erased) return fail(std::move(erased.error()));
  for (const std::string& extension : transfer.order.extensions) {
    const std::size_t dot = extension.find('.');
    const std::string schema = dot == std::string::npos ? "public" : SqlSession::identifier(extension.substr(0, dot));
    auto made = session->query("CREATE SCHEMA IF NOT EXISTS " + schema + "; CREATE EXTENSION IF NOT EXISTS " +
                                   SqlSession::identifier(extension.substr(dot + 1)) + " SCHEMA " + schema,
                               erase_limit);
    if (!made) return fail(made.error().in("extension " + extension));
  }
  return {};
}

Result<int> DumpTransfers::run(Transfer& transfer, const std::string& program, std::vector<std::string> arguments,
                               const SqlSession::Target& target) {
  auto programs = postgres_programs();
  if (!programs) return fail(std::move(programs.error()));
  auto account = server_account();
  if (!account) return fail(std::move(account.error()));
  std::array<int, 2> pipe{-1, -1};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    return fail(ErrorCode::unavailable, std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  Spawn what;
  what.command = {(*programs / program).string()};
  std::ranges::move(arguments, std::back_inserter(what.command));
  what.environment = postgres_environment();
  for (const auto& [word, variable] :
       std::initializer_list<std::pair<const char*, const char*>>{{"host", "PGHOST"},
                                                                  {"port", "PGPORT"},
                                                                  {"user", "PGUSER"},
                                                                  {"dbname", "PGDATABASE"},
                                                                  {"sslmode", "PGSSLMODE"}})
    if (std::string value = target.parameter(word); !value.empty()) what.environment[variable] = std::move(value);
  what.environment["PGPASSWORD"] = target.password.reveal();
  what.folder = keeper_.folder();  // where the next run looks for what this one left
  what.account = *account;
  what.error_descriptor = pipe[1];
  what.parent_death_signal = SIGKILL;
  Result<pid_t> child = fail(ErrorCode::cancelled, "cancelled");
  {
    const std::lock_guard lock(mutex_);
    what.input_descriptor = transfer.input;
    what.output_descriptor = transfer.output;
    if (!transfer.cancelled) child = spawn(keeper_, what);
    if (child) transfer.child = *child;
  }
  ::close(pipe[1]);
  if (child) listen(transfer, pipe[0]);
  ::close(pipe[0]);
  if (!child) return fail(std::move(child.error()));
  emulator::await_end(*child);
  const std::lock_guard lock(mutex_);
  transfer.child = 0;
  const int code = reap(keeper_, *child);
  if (transfer.cancelled) return fail(ErrorCode::cancelled, "cancelled");
  return code;
}

/// Until the program has closed its end.
void DumpTransfers::listen(Transfer& transfer, int descriptor) {
  std::string unfinished;
  std::array<char, 4096> block{};
  for (;;) {
    const ssize_t count = ::read(descriptor, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    unfinished.append(block.data(), static_cast<std::size_t>(count));
    for (std::size_t end = unfinished.find('\n'); end != unfinished.npos; end = unfinished.find('\n')) {
      note(transfer, unfinished.substr(0, end));
      unfinished.erase(0, end + 1);
    }
  }
  if (!unfinished.empty()) note(transfer, unfinished);
}

void DumpTransfers::note(Transfer& transfer, const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (const std::size_t at = line.find(ignored_errors); at != line.npos) {
    const char* const digits = line.data() + at + ignored_errors.size();
    std::from_chars(digits, line.data() + line.size(), transfer.status.warnings);
  }
  if (transfer.status.log.size() < most_lines) transfer.status.log.push_back({clock_.wall_now(), line});
}

}  // namespace changeover::emulator
