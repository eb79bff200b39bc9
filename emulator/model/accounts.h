// Who may call: tokens, what they may see and do, and each account's rate limit (heroku-api.md 1.6 to 1.8, 2.11).
//
// Owner: the model. Thread rule: the model's thread. Accounts keep their address for the model's life.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "emulator/model/estate.h"
#include "emulator/model/message.h"
#include "emulator/model/rate_limit.h"
#include "emulator/world.h"

namespace changeover::emulator {

struct Account {
  Account(const WorldAccount& described, const Switches& switches, SteadyTime now);

  const std::string email;
  const Secret api_key;
  const bool expired;
  const bool suspended;
  const bool delinquent;
  const std::string second_factor;  ///< the code that is right
  RateLimit rate_limit;
  /// Permissions by app id; none at all: every app, everything.
  std::optional<std::map<std::string, std::set<Permission>>> apps;
  std::map<std::string, SteadyTime> pre_authorized;  ///< by app id, until when

  [[nodiscard]] bool sees(const App& app) const { return !apps || apps->contains(app.id); }
  [[nodiscard]] bool may(const App& app, Permission permission) const;
  /// What it made itself it may do everything with.
  void own(const App& app);
};

class Accounts {
 public:
  /// What is wrong with a call's credentials (1.6: three ways to one id).
  enum class Refusal { missing, invalid, expired };

  Accounts(const World& world, SteadyTime now);

  /// Once the apps are made: turns their names into ids.
  void settle(const World& world, const Estate& estate);
  [[nodiscard]] tl::expected<Account*, Refusal> of(const Request& request);
  /// The world's own first.
  [[nodiscard]] const std::deque<Account>& all() const { return accounts_; }

 private:
  std::deque<Account> accounts_;
};

}  // namespace changeover::emulator
