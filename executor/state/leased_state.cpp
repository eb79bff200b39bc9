#include "executor/state/leased_state.h"

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "executor/state/record_file.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{200};
constexpr milliseconds longest_pause{5'000};

bool may_pass(ErrorCode code) { return code == ErrorCode::unavailable || code == ErrorCode::outcome_unknown; }

/// What a run knows of its lease, as a change carries it.
struct Claim {
  std::string migration;
  Holder holder;
  std::int64_t fence = 0;
};

/// The entry of a claim when it is still ours. A document that vanished altogether is begun again: what this run knows
/// is better than nothing, and nobody else can have taken the lease in it.
LeaseEntry* entry_of(StateDocument& document, const Claim& claim) {
  if (document.leases.empty() && document.recorded.serial == 0)
    document.leases.push_back({claim.migration, claim.fence, claim.holder, std::nullopt});
  LeaseEntry* entry = document.lease_of(claim.migration);
  const bool ours =
      entry != nullptr && entry->holder && entry->holder->id == claim.holder.id && entry->fence == claim.fence;
  return ours ? entry : nullptr;
}

}  // namespace

/// A place in the line of those who change the document; the first one's door is open.
class LeasedState::Place {
 public:
  explicit Place(LeasedState& state) : state_(state), door_(state.loop_) {
    state_.line_.push_back(this);
    if (state_.line_.front() == this) door_.open();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    std::erase(state_.line_, this);
    if (!state_.line_.empty()) state_.line_.front()->door_.open();
  }
  [[nodiscard]] Gate::Passage first() { return door_.passed(); }

 private:
  LeasedState& state_;
  Gate door_;
};

class LeasedState::RemoteLease final : public Lease {
 public:
  RemoteLease(LeasedState& state, std::string id) : state_(state), id_(std::move(id)) {}
  RemoteLease(const RemoteLease&) = delete;
  RemoteLease& operator=(const RemoteLease&) = delete;
  /// A destructor cannot wait: settle() gives it back.
  ~RemoteLease() override {
    if (const auto held = state_.held_.find(id_); held != state_.held_.end()) held->second.second.dropped = true;
  }
  Task<Result<void>> renew() override { return state_.renew(id_); }

 private:
  LeasedState& state_;
  std::string id_;
};

LeasedState::LeasedState(SharedStore& store, EventLoop& loop, Random& random, Options options)
    : store_(store), loop_(loop), random_(random), options_(std::move(options)) {}

LeasedState::~LeasedState() { keeper_.reset(); }

Error LeasedState::taken(const std::string& migration, const LeaseEntry* entry) const {
  const std::string now =
      entry != nullptr && entry->holder ? "; now it is held by " + in_words(*entry->holder) : std::string();
  return {ErrorCode::locked,
          "the lock of " + migration + " was taken from this run" + now,
          "this run stops here; look at what the other run does before you start one again",
          {}};
}

Error LeasedState::no_answer(Error error) const { return error.in("state in " + describe()); }

void LeasedState::note_view(const StateView& view) {
  if (view.document.recorded.serial == 0) return;
  lineage_ = view.document.recorded.lineage;
  serial_ = view.document.recorded.serial;
}

Task<Result<StateView>> LeasedState::change(StateChange change) {
  Place place(*this);
  co_await place.first();
  const SteadyTime give_up = loop_.clock().steady_now() + options_.times.patience;
  milliseconds pause = first_pause;
  for (;;) {
    Task<Result<StateView>> trying = store_.change(change);
    Result<StateView> done = co_await trying;
    if (done) note_view(*done);
    if (done || !may_pass(done.error().code)) co_return done;
    if (loop_.clock().steady_now() + pause >= give_up) co_return fail(no_answer(std::move(done.error())));
    co_await loop_.sleep_for(pause);
    pause = std::min(pause * 2, longest_pause);
  }
}

Task<Result<Recorded>> LeasedState::load() {
  const SteadyTime give_up = loop_.clock().steady_now() + options_.times.patience;
  milliseconds pause = first_pause;
  for (;;) {
    Task<Result<StateView>> trying = store_.read();
    Result<StateView> view = co_await trying;
    if (view) {
      note_view(*view);
      co_return std::move(view->document.recorded);
    }
    const bool again = may_pass(view.error().code) && loop_.clock().steady_now() + pause < give_up;
    if (!again) co_return fail(no_answer(std::move(view.error())));
    co_await loop_.sleep_for(pause);
    pause = std::min(pause * 2, longest_pause);
  }
}

Task<Result<void>> LeasedState::save(const RecordedMigration& migration) {
  const RecordedMigration record = migration;  // the caller's may change while we wait
  const auto held = std::ranges::find_if(
      held_, [&](const auto& one) { return one.second.first == record.name && !one.second.second.dropped; });
  if (held == held_.end())
    co_return fail(ErrorCode::internal, "saving the record of " + record.name + " without holding its lock");
  if (held->second.second.lost) co_return fail(*held->second.second.lost);
  const std::string id = held->first;
  const Claim claim{record.name, held->second.second.holder, held->second.second.fence};
  const std::string where = describe();
  StateChange put = [record, claim, where, lasts = options_.times.lasts, lineage = lineage_, serial = serial_, this](
                        StateDocument& document, WallTime now) -> Result<bool> {
    Recorded& recorded = document.recorded;
    LeaseEntry* entry = entry_of(document, claim);
    if (entry == nullptr) return fail(taken(claim.migration, document.lease_of(claim.migration)));
    if (recorded.serial == 0) {
      recorded.lineage = lineage;
      recorded.serial = serial;
    }
    if (!lineage.empty() && (recorded.lineage != lineage || recorded.serial < serial))
      return fail(ErrorCode::conflict,
                  "the state in " + where + " was replaced since this run read it: it had lineage " + lineage +
                      ", serial " + std::to_string(serial) + ", and now has lineage " + recorded.lineage + ", serial " +
                      std::to_string(recorded.serial) + "; nothing was written",
                  "put the newer one back, and keep other tools away from it while a run is on");
    entry->holder->expires = now + lasts;
    put_migration(recorded, record);
    return true;
  };
  const SteadyTime asked = loop_.clock().steady_now();
  Task<Result<StateView>> changing = change(std::move(put));
  const Result<StateView> done = co_await changing;
  const auto ours = held_.find(id);
  if (!done) {
    if (done.error().code == ErrorCode::locked && ours != held_.end()) ours->second.second.lost = done.error();
    co_return fail(done.error());
  }
  if (ours != held_.end()) ours->second.second.valid_until = asked + options_.times.lasts;
  co_return Result<void>{};
}

Task<Result<std::unique_ptr<Lease>>> LeasedState::lock(std::string migration, std::string command) {
  Held held;
  held.holder = {random_.uuid(),     options_.me.who,          options_.me.host, options_.me.pid,
                 std::move(command), loop_.clock().wall_now(), std::nullopt};
  const std::string id = held.holder.id;
  StateChange take = [migration, holder = held.holder, times = options_.times, spec = options_.spec](
                         StateDocument& document, WallTime now) -> Result<bool> {
    LeaseEntry* entry = document.lease_of(migration);
    if (entry == nullptr) entry = &document.leases.emplace_back(LeaseEntry{migration, 0, std::nullopt, std::nullopt});
    const bool known = entry->holder && entry->holder->id == holder.id;  // an answer of ours was lost
    if (entry->holder && !known) {
      if (*entry->holder->expires > now) return fail(locked_by(migration, LockNote{migration, *entry->holder}, spec));
      const WallTime quiet = *entry->holder->expires + times.longest_call;
      entry->quiet_until = std::max(entry->quiet_until.value_or(quiet), quiet);
    }
    if (!known) ++entry->fence;
    entry->holder = holder;
    entry->holder->since = now;
    entry->holder->expires = now + times.lasts;
    return true;
  };
  held_[id] = {migration, held};  // from here on settle() gives it back, whatever becomes of the answer
  const SteadyTime asked = loop_.clock().steady_now();
  Task<Result<StateView>> changing = change(std::move(take));
  Result<StateView> view = co_await changing;
  if (!view) {
    if (!may_pass(view.error().code)) held_.erase(id);
    co_return fail(std::move(view.error()));
  }
  Held& ours = held_[id].second;
  ours.fence = view->document.lease_of(migration)->fence;
  ours.valid_until = asked + options_.times.lasts;
  auto lease = std::make_unique<RemoteLease>(*this, id);
  if (!keeper_ || keeper_->done()) {
    keeper_ = keep_alive();
    keeper_->start();
  }
  Task<Result<void>> waiting = wait_until_quiet(migration, std::move(*view));
  const Result<void> quiet = co_await waiting;
  if (!quiet) co_return fail(quiet.error());
  co_return std::unique_ptr<Lease>(std::move(lease));
}

/// The holder before us may have sent its last call right before its lease ran out.
Task<Result<void>> LeasedState::wait_until_quiet(std::string migration, StateView view) {
  const LeaseEntry* entry = view.document.lease_of(migration);
  if (!entry->quiet_until || *entry->quiet_until <= view.now) co_return Result<void>{};
  const milliseconds left = std::min(*entry->quiet_until - view.now, options_.times.longest_call);
  if (tell_)
    tell_("the run that held " + migration +
          " before vanished; its last call may still be under way, so this run waits " + human_duration(left) +
          " before it looks at anything");
  co_await loop_.sleep_for(left);
  co_return Result<void>{};
}

Task<Result<void>> LeasedState::extend_all() {
  std::vector<Claim> claims;
  for (const auto& [id, one] : held_)
    if (!one.second.dropped && !one.second.lost && one.second.fence > 0)
      claims.push_back({one.first, one.second.holder, one.second.fence});
  StateChange extend = [claims, lasts = options_.times.lasts](StateDocument& document, WallTime now) -> Result<bool> {
    bool any = false;
    for (const Claim& claim : claims) {
      LeaseEntry* entry = entry_of(document, claim);
      if (entry == nullptr) continue;
      entry->holder->expires = now + lasts;
      any = true;
    }
    return any;
  };
  const SteadyTime asked = loop_.clock().steady_now();
  Task<Result<StateView>> changing = change(std::move(extend));
  Result<StateView> view = co_await changing;
  if (!view) co_return fail(std::move(view.error()));
  for (const Claim& claim : claims) {
    const auto held = held_.find(claim.holder.id);
    if (held == held_.end()) continue;
    if (entry_of(view->document, claim) != nullptr) {
      held->second.second.valid_until = asked + options_.times.lasts;
    } else {
      held->second.second.lost = taken(claim.migration, view->document.lease_of(claim.migration));
    }
  }
  co_return Result<void>{};
}

Task<Result<void>> LeasedState::renew(std::string id) {
  Task<Result<void>> extending = extend_all();
  Result<void> extended = co_await extending;
  const auto held = held_.find(id);
  if (held == held_.end()) co_return fail(ErrorCode::cancelled, "the lock was let go");
  if (held->second.second.lost) co_return fail(*held->second.second.lost);
  if (!extended) co_return extended;
  const auto left = held->second.second.valid_until - loop_.clock().steady_now();
  if (left < options_.times.longest_call + options_.times.margin)
    co_return fail(ErrorCode::unavailable,
                   "the lock of " + held->second.first +
                       " was renewed so slowly that it could run out during the "
                       "next call, which cannot be undone",
                   "nothing was sent; look at the connection to " + describe() + ", then apply again");
  co_return Result<void>{};
}

/// A failure is no news here: the lease runs out by itself, and the next renewal that matters says so.
Task<void> LeasedState::keep_alive() {
  for (;;) {
    co_await loop_.sleep_for(options_.times.renewed_every);
    const bool any = std::ranges::any_of(held_, [](const auto& one) { return !one.second.second.dropped; });
    if (!any) co_return;
    Task<Result<void>> extending = extend_all();
    static_cast<void>(co_await extending);
  }
}

Task<Result<void>> LeasedState::unlock(std::string lock_id, bool force) {
  StateChange break_it = [lock_id, force, times = options_.times, spec = options_.spec, where = describe()](
                             StateDocument& document, WallTime now) -> Result<bool> {
    std::string others;
    for (LeaseEntry& entry : document.leases) {
      if (!entry.holder) continue;
      if (entry.holder->id != lock_id) {
        others += "\n  " + entry.holder->id + "  " + entry.migration + ": " + in_words(*entry.holder);
        continue;
      }
      const bool alive = *entry.holder->expires > now;
      if (alive && !force)
        return fail(ErrorCode::locked,
                    "the run that holds " + entry.migration + " may be alive: " + in_words(*entry.holder),
                    "end that run; or break its lock all the same, and it stops before its next step, wherever it is: "
                    "changeover unlock " +
                        spec + " " + lock_id + " --force");
      const WallTime quiet = (alive ? now : *entry.holder->expires) + times.longest_call;
      entry.quiet_until = std::max(entry.quiet_until.value_or(quiet), quiet);
      entry.holder.reset();
      return true;
    }
    return fail(ErrorCode::not_found, "no lock with the id " + lock_id + " is held in " + where,
                others.empty() ? "nothing is locked there" : "these locks are there:" + others);
  };
  Task<Result<StateView>> changing = change(std::move(break_it));
  const Result<StateView> done = co_await changing;
  if (!done) co_return fail(done.error());
  co_return Result<void>{};
}

Task<Result<std::map<std::string, Holder>>> LeasedState::holders() {
  Task<Result<StateView>> reading = store_.read();
  const Result<StateView> view = co_await reading;
  if (!view) co_return fail(no_answer(view.error()));
  std::map<std::string, Holder> holders;
  for (const LeaseEntry& entry : view->document.leases)
    if (entry.holder && *entry.holder->expires > view->now) holders.emplace(entry.migration, *entry.holder);
  co_return holders;
}

Task<void> LeasedState::settle() {
  std::vector<std::string> ids;
  for (const auto& [id, one] : held_)
    if (one.second.dropped || one.second.fence == 0) ids.push_back(id);
  if (!ids.empty()) {
    for (const std::string& id : ids) held_.erase(id);
    StateChange give_back = [ids](StateDocument& document, WallTime now) -> Result<bool> {
      bool any = false;
      for (LeaseEntry& entry : document.leases) {
        if (!entry.holder || std::ranges::find(ids, entry.holder->id) == ids.end()) continue;
        entry.holder.reset();
        if (entry.quiet_until && *entry.quiet_until <= now) entry.quiet_until.reset();
        any = true;
      }
      return any;
    };
    Place place(*this);
    co_await place.first();
    Task<Result<StateView>> giving = store_.change(give_back);
    static_cast<void>(co_await giving);  // else it runs out by itself
  }
  Task<void> store_too = store_.settle();
  co_await store_too;
}

}  // namespace changeover
