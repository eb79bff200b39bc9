// HerokuHands: the actions of one migration, carried out on Heroku.
//
// Owner: a run. Thread rule: the event loop's thread. Destroying it ends the fence and every session to the leader.
#pragma once

#include "executor/provider.h"
#include "providers/heroku/session.h"

namespace changeover::heroku {

class HerokuHands final : public Hands {
 public:
  explicit HerokuHands(Session session) : session_(std::move(session)) {}

  [[nodiscard]] Task<Result<Check>> check(const Action& action, Look look) override;
  [[nodiscard]] Task<Result<void>> perform(const Action& action) override;
  [[nodiscard]] Task<Result<void>> make_ready(bool needs_leader) override;
  [[nodiscard]] Task<Check> affords_cutover(int at_once) override;
  [[nodiscard]] Task<void> let_go(bool forward) override;
  [[nodiscard]] Task<Result<std::vector<Baseline>>> baselines(std::vector<std::string> apps) override;

 private:
  [[nodiscard]] int requests_wanted() const;
  [[nodiscard]] Task<Result<Baseline>> baseline_of(std::string app);

  Session session_;
};

}  // namespace changeover::heroku
