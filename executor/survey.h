// What `init` and `doctor` ask of an account beyond the facts a plan rests on. Reads only.
//
// Owner: the wiring makes one over the same connection as the Provider. Thread rule: the event loop's thread. Nothing
// in an answer is a secret. What could not be read is absent, and the reason stands beside it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "core/task.h"
#include "planner/observed.h"

namespace changeover {

/// One of the two hosts, asked without a token.
struct HostReach {
  std::string name;  ///< "Platform API"
  std::string url;
  bool encrypted = false;                            ///< https: the certificate was checked
  std::optional<std::chrono::milliseconds> latency;  ///< of a request on an open connection, the median
  std::optional<std::chrono::milliseconds> skew;     ///< how far our clock is ahead of its Date header
  std::string problem;                               ///< why it was not reached; "" when it was
};

struct AccountFacts {
  std::string email;
  bool two_factor = false;
  bool suspended = false;
  bool delinquent = false;
  std::optional<Error> problem;
};

/// What the account may do with an app.
struct AppRights {
  std::string app;
  std::vector<std::string> permissions;  ///< view, deploy, operate, manage; empty: the app's owner, or not told
  bool owner = false;
  std::optional<Error> problem;
};

/// A question that only a real account can answer: `row` is its number in docs/emulator.md, "What nobody outside Heroku
/// knows".
struct Answered {
  int row = 0;
  std::string question;
  std::string answer;
};

/// One that reading did not answer, here or at all.
struct Unanswered {
  int row = 0;
  std::string question;
  std::string why;
};

/// A migration's databases, by add-on uuid.
struct ExaminedDatabase {
  std::string source;
  std::string copy;  ///< "" when there is none
};

struct Examination {
  std::string token_source;  ///< "HEROKU_API_KEY"
  std::vector<HostReach> hosts;
  AccountFacts account;
  std::vector<AppRights> rights;
  std::optional<int> requests_left;
  std::vector<Answered> answered;
  std::vector<Unanswered> unanswered{};
};

class Survey {
 public:
  virtual ~Survey() = default;
  /// All plans of Heroku Postgres.
  [[nodiscard]] virtual Task<Result<std::vector<PlanOffer>>> plan_offers() = 0;
  /// `apps` by name.
  [[nodiscard]] virtual Task<Examination> examine(std::vector<std::string> apps,
                                                  std::vector<ExaminedDatabase> databases) = 0;
};

}  // namespace changeover
