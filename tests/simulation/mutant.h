// A mutant: our own tool with one rule broken, at one of its ports. It shows that the simulation would see that.
//
// The product is as it is: what is broken is what passes between its parts, so a list of mutants costs no build.
// Owner: mutations.h lists them, a SimulatedTool wears one. Thread rule: one thread.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "executor/provider.h"
#include "executor/state/backend.h"
#include "http/transport.h"
#include "providers/heroku/leader/leader.h"

namespace changeover::simulation {

/// What a session to the leader claims without having done or seen it.
struct LeaderLies {
  bool fences = false;        ///< the fence is said to stand, and was never set
  bool fence_let_go = false;  ///< it is let go right behind the marker, and said to stand
  bool unbroken = false;      ///< whatever became of session and server, the fence is said to hold
  bool no_late_write = false;
  bool closes = false;  ///< the old database is said to be read-only
};

struct Mutant {
  std::function<void(Desired&)> spec{};                 ///< reads its spec wrongly
  std::function<void(Recorded&)> loads{};               ///< reads its record wrongly
  std::function<void(RecordedMigration&)> saves{};      ///< writes its record wrongly
  std::function<void(Observed&)> observes{};            ///< takes the world for something else
  std::function<void(const Action&, Check&)> checks{};  ///< takes an action for done, or for ready
  std::set<Kind> skips{};                               ///< actions that it holds for done, unseen
  std::function<void(HttpRequest&)> sends{};            ///< sends something else
  std::function<void(const HttpRequest&, HttpResponse&)> receives{};
  LeaderLies leader{};
  bool locks_hold = true;
};

/// A provider whose observation and hands are the mutant's.
class MutantProvider final : public Provider {
 public:
  MutantProvider(Provider& inner, const Mutant& mutant) : inner_(inner), mutant_(mutant) {}
  [[nodiscard]] Task<Result<Observed>> observe(const std::vector<const Migration*>& migrations,
                                               const Recorded& recorded) override;
  [[nodiscard]] Task<WritesSince> old_database_writes(const Migration& migration, const MigrationFacts& facts,
                                                      const RecordedMigration& recorded) override {
    return inner_.old_database_writes(migration, facts, recorded);
  }
  [[nodiscard]] std::unique_ptr<Hands> hands(const Migration& migration, const Observed& facts,
                                             Journal& journal) override;
  [[nodiscard]] Traffic traffic() const override { return inner_.traffic(); }

 private:
  Provider& inner_;
  const Mutant& mutant_;
};

/// A state backend that reads and writes wrongly.
class MutantState final : public StateBackend {
 public:
  MutantState(StateBackend& inner, const Mutant& mutant) : inner_(inner), mutant_(mutant) {}
  [[nodiscard]] Task<Result<Recorded>> load() override;
  [[nodiscard]] Task<Result<void>> save(const RecordedMigration& migration) override;
  [[nodiscard]] Task<Result<std::unique_ptr<Lease>>> lock(std::string migration, std::string command) override {
    return inner_.lock(std::move(migration), std::move(command));
  }
  [[nodiscard]] Task<Result<void>> unlock(std::string lock_id, bool force) override {
    return inner_.unlock(std::move(lock_id), force);
  }
  [[nodiscard]] Task<Result<std::map<std::string, Holder>>> holders() override { return inner_.holders(); }
  [[nodiscard]] std::string describe() const override { return inner_.describe(); }

 private:
  StateBackend& inner_;
  const Mutant& mutant_;
};

/// Sessions to the leader that lie.
class MutantLeaders final : public heroku::LeaderSessions {
 public:
  MutantLeaders(heroku::LeaderSessions& inner, const Mutant& mutant) : inner_(inner), mutant_(mutant) {}
  [[nodiscard]] std::unique_ptr<heroku::LeaderSession> open(Secret database_url) override;

 private:
  heroku::LeaderSessions& inner_;
  const Mutant& mutant_;
};

}  // namespace changeover::simulation
