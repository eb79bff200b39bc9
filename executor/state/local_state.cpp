#include "executor/state/local_state.h"

#include <chrono>
#include <utility>

#include "executor/state/record_file.h"

namespace changeover {
namespace {

constexpr std::chrono::milliseconds guard_pause{5};

}  // namespace

/// Holds the guard for the length of a scope; removes its file at the end.
class LocalStateBackend::Guard {
 public:
  explicit Guard(std::unique_ptr<FileLock> lock) : lock_(std::move(lock)) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() { lock_->remove_and_release(); }

 private:
  std::unique_ptr<FileLock> lock_;
};

class LocalStateBackend::LocalLease final : public Lease {
 public:
  LocalLease(LocalStateBackend& state, LockNote note, std::unique_ptr<FileLock> lock)
      : state_(state), note_(std::move(note)), lock_(std::move(lock)) {
    state_.held_[note_.migration] = this;
  }
  LocalLease(const LocalLease&) = delete;
  LocalLease& operator=(const LocalLease&) = delete;
  ~LocalLease() override {
    const auto held = state_.held_.find(note_.migration);
    if (held != state_.held_.end() && held->second == this) state_.held_.erase(held);
    // A destructor cannot wait. When the guard is not free the file stays behind, free, for the next run to remove.
    Result<std::unique_ptr<FileLock>> guard = state_.files_.try_lock(state_.path_ + ".lock");
    if (!guard || *guard == nullptr) return;
    lock_->remove_and_release();
    (*guard)->remove_and_release();
  }

  Task<Result<void>> renew() override { co_return check(); }

  [[nodiscard]] Result<void> check() {
    Result<bool> there = lock_->still_there();
    if (!there) return fail(there.error().in("checking the lock of " + note_.migration));
    const std::string path = state_.lock_path(note_.migration);
    Result<std::optional<std::string>> text = state_.files_.read(path);
    if (!text) return fail(text.error().in("checking the lock of " + note_.migration));
    const std::optional<LockNote> named = *text ? read_lock_note(**text) : std::nullopt;
    if (*there && named && named->holder.id == note_.holder.id) return {};
    const std::string now = named ? "; now it is held by " + in_words(named->holder) : "";
    return fail(ErrorCode::locked, "the lock of " + note_.migration + " was taken from this run" + now,
                "this run stops here; look at what the other run does before you start one again");
  }

 private:
  LocalStateBackend& state_;
  LockNote note_;
  std::unique_ptr<FileLock> lock_;
};

LocalStateBackend::LocalStateBackend(Files& files, EventLoop& loop, Random& random, Options options)
    : files_(files), loop_(loop), random_(random), options_(std::move(options)) {}

LocalStateBackend::~LocalStateBackend() = default;

std::string LocalStateBackend::describe() const { return "local file " + options_.path; }

Result<void> LocalStateBackend::open() {
  if (!path_.empty()) return {};
  Result<std::string> resolved = files_.resolve(options_.path);
  if (!resolved) return fail(resolved.error().in("state " + describe()));
  path_ = std::move(*resolved);
  return {};
}

Task<Result<std::unique_ptr<LocalStateBackend::Guard>>> LocalStateBackend::guard() {
  const SteadyTime give_up = loop_.clock().steady_now() + guard_patience;
  for (;;) {
    Result<std::unique_ptr<FileLock>> lock = files_.try_lock(path_ + ".lock");
    if (!lock) co_return fail(lock.error().in("state " + describe()));
    if (*lock != nullptr) co_return std::make_unique<Guard>(std::move(*lock));
    if (loop_.clock().steady_now() >= give_up) break;
    auto pause = loop_.sleep_for(guard_pause);
    co_await pause;
  }
  co_return fail(ErrorCode::locked,
                 "state " + describe() + ": another process has been writing it for more than 10 seconds",
                 "look for a changeover process that is stopped or hangs on the disk; when it ends, its lock ends too");
}

Result<Recorded> LocalStateBackend::read_state() {
  Result<std::optional<std::string>> text = files_.read(path_);
  if (!text) return fail(text.error().in("state " + describe()));
  if (!*text) return Recorded{};
  return read_record(**text, "the state in " + describe());
}

Task<Result<Recorded>> LocalStateBackend::load() {
  Result<void> opened = open();
  if (!opened) co_return fail(opened.error());
  Result<Recorded> recorded = read_state();
  if (recorded && recorded->serial > 0) {
    lineage_ = recorded->lineage;
    serial_ = recorded->serial;
  }
  co_return recorded;
}

Result<void> LocalStateBackend::write_migration(const RecordedMigration& migration) {
  Result<Recorded> recorded = read_state();
  if (!recorded) return fail(recorded.error());
  const bool is_new = recorded->serial == 0;
  const bool is_ours = lineage_.empty() || is_new || (recorded->lineage == lineage_ && recorded->serial >= serial_);
  if (!is_ours)
    return fail(
        ErrorCode::conflict,
        "the state in " + describe() + " was replaced since this run read it: it had lineage " + lineage_ +
            ", serial " + std::to_string(serial_) + ", and now has lineage " + recorded->lineage + ", serial " +
            std::to_string(recorded->serial) + "; nothing was written",
        "put the newer file back, and keep other tools (git checkout, restores) away from it while a run is on");
  // A file that vanished under us goes on under its old name: what we know is better than nothing.
  if (is_new) recorded->lineage = lineage_.empty() ? random_.uuid() : lineage_;
  if (is_new) recorded->serial = serial_;
  ++recorded->serial;
  put_migration(*recorded, migration);
  Result<void> written = files_.write_durably(path_, record_text(*recorded));
  if (!written) return fail(written.error().in("state " + describe()));
  lineage_ = recorded->lineage;
  serial_ = recorded->serial;
  return {};
}

Task<Result<void>> LocalStateBackend::save(const RecordedMigration& migration) {
  const RecordedMigration record = migration;  // the caller's may change while we wait
  const auto before = held_.find(record.name);
  if (before == held_.end())
    co_return fail(ErrorCode::internal, "saving the record of " + record.name + " without holding its lock");
  Result<std::unique_ptr<Guard>> guarded = co_await guard();
  if (!guarded) co_return fail(guarded.error());
  const auto lease = held_.find(record.name);
  if (lease == held_.end()) co_return fail(ErrorCode::cancelled, "the lock of " + record.name + " was let go");
  Result<void> held = lease->second->check();
  if (!held) co_return held;
  co_return write_migration(record);
}

Result<void> LocalStateBackend::remove_leftovers() {
  if (swept_) return {};
  Result<std::vector<std::string>> names = files_.list(folder_of(path_));
  if (!names) return fail(names.error());
  for (const std::string& name : *names) {
    const std::string path = folder_of(path_) + "/" + name;
    if (is_leftover_of(name, name_of(path_))) {
      Result<void> removed = files_.remove(path);
      if (!removed) return removed;
    } else if (is_lease_file(name)) {
      Result<std::optional<std::string>> text = files_.read(path);
      if (!text) return fail(text.error());
      if (!*text || !read_lock_note(**text)) continue;
      Result<std::unique_ptr<FileLock>> lock = files_.try_lock(path);
      if (!lock) return fail(lock.error());
      if (*lock != nullptr) (*lock)->remove_and_release();
    }
  }
  swept_ = true;
  return {};
}

bool LocalStateBackend::is_lease_file(const std::string& name) const {
  const std::string prefix = name_of(path_) + ".";
  return name.starts_with(prefix) && name.ends_with(".lock") && name != prefix + "lock";
}

Result<std::unique_ptr<Lease>> LocalStateBackend::take(const std::string& migration, const std::string& command) {
  Result<void> clean = remove_leftovers();
  if (!clean) return fail(clean.error().in("state " + describe()));
  const std::string path = lock_path(migration);
  Result<std::unique_ptr<FileLock>> lock = files_.try_lock(path);
  if (!lock) return fail(lock.error().in("locking " + migration));
  if (*lock == nullptr) {
    Result<std::optional<std::string>> text = files_.read(path);
    if (!text) return fail(text.error().in("locking " + migration));
    return fail(locked_by(migration, *text ? read_lock_note(**text) : std::nullopt, options_.spec));
  }
  LockNote note;
  note.migration = migration;
  note.holder = {random_.uuid(), options_.me.who,          options_.me.host, options_.me.pid,
                 command,        loop_.clock().wall_now(), std::nullopt};
  Result<void> written = (*lock)->write(to_json(note).pretty());
  if (!written) {
    (*lock)->remove_and_release();
    return fail(written.error().in("locking " + migration));
  }
  return std::unique_ptr<Lease>(std::make_unique<LocalLease>(*this, std::move(note), std::move(*lock)));
}

Task<Result<std::unique_ptr<Lease>>> LocalStateBackend::lock(std::string migration, std::string command) {
  Result<void> opened = open();
  if (!opened) co_return fail(opened.error());
  // What cannot be read now could not be written later, when it matters. Once: a fleet takes thousands of locks.
  if (!readable_) {
    Result<Recorded> readable = read_state();
    if (!readable) co_return fail(readable.error());
    readable_ = true;
  }
  Result<std::unique_ptr<Guard>> guarded = co_await guard();
  if (!guarded) co_return fail(guarded.error());
  co_return take(migration, command);
}

Result<void> LocalStateBackend::break_lock(const std::string& lock_id, bool force) {
  Result<std::vector<std::string>> names = files_.list(folder_of(path_));
  if (!names) return fail(names.error().in("state " + describe()));
  std::string others;
  for (const std::string& name : *names) {
    if (!is_lease_file(name)) continue;
    const std::string path = folder_of(path_) + "/" + name;
    Result<std::optional<std::string>> text = files_.read(path);
    if (!text) return fail(text.error().in("state " + describe()));
    const std::optional<LockNote> note = *text ? read_lock_note(**text) : std::nullopt;
    if (!note) continue;
    if (note->holder.id != lock_id) {
      others += "\n  " + note->holder.id + "  " + note->migration + ": " + in_words(note->holder);
      continue;
    }
    Result<std::unique_ptr<FileLock>> lock = files_.try_lock(path);
    if (!lock) return fail(lock.error().in("unlocking " + note->migration));
    if (*lock != nullptr) {
      (*lock)->remove_and_release();
      return {};
    }
    if (!force)
      return fail(ErrorCode::locked, "the run that holds " + note->migration + " is alive: " + in_words(note->holder),
                  "end that run; or break its lock all the same, and it stops before its next step, wherever it is: "
                  "changeover unlock " +
                      options_.spec + " " + lock_id + " --force");
    return files_.remove(path);
  }
  return fail(ErrorCode::not_found, "no lock with the id " + lock_id + " is held on " + describe(),
              others.empty() ? "nothing is locked there" : "these locks are there:" + others);
}

/// A process of this machine that /proc does not know. Trying the lock would tell for sure, and would be in the way of
/// a run that takes it just then.
bool LocalStateBackend::is_dead(const Holder& holder) const {
  if (holder.host != options_.me.host) return false;
  const Result<bool> listed = files_.exists("/proc/self");
  if (!listed || !*listed) return false;
  const Result<bool> lives = files_.exists("/proc/" + std::to_string(holder.pid));
  return lives && !*lives;
}

Result<std::map<std::string, Holder>> LocalStateBackend::read_holders() const {
  std::map<std::string, Holder> holders;
  Result<std::vector<std::string>> names = files_.list(folder_of(path_));
  if (!names) return fail(names.error().in("state " + describe()));
  for (const std::string& name : *names) {
    if (!is_lease_file(name)) continue;
    Result<std::optional<std::string>> text = files_.read(folder_of(path_) + "/" + name);
    if (!text) return fail(text.error().in("state " + describe()));
    std::optional<LockNote> note = *text ? read_lock_note(**text) : std::nullopt;
    if (note && !is_dead(note->holder)) holders.emplace(note->migration, std::move(note->holder));
  }
  return holders;
}

Task<Result<std::map<std::string, Holder>>> LocalStateBackend::holders() {
  Result<void> opened = open();
  if (!opened) co_return fail(opened.error());
  co_return read_holders();
}

Task<Result<void>> LocalStateBackend::unlock(std::string lock_id, bool force) {
  Result<void> opened = open();
  if (!opened) co_return fail(opened.error());
  Result<std::unique_ptr<Guard>> guarded = co_await guard();
  if (!guarded) co_return fail(guarded.error());
  co_return break_lock(lock_id, force);
}

}  // namespace changeover
