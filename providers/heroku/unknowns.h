// What no source outside Heroku settles and a read on a real account can answer (docs/emulator.md, "What nobody outside
// Heroku knows"; the numbers are those of its rows).
//
// Owner: the survey, for one examination. Thread rule: the event loop's thread. Reads only; a question whose read fails
// is left out. An answer says what was seen, never a value that could be a secret.
#pragma once

#include <string>
#include <vector>

#include "executor/survey.h"
#include "providers/heroku/session.h"

namespace changeover::heroku {

class Unknowns {
 public:
  explicit Unknowns(Services services) : services_(services) {}

  [[nodiscard]] Task<void> ask(std::vector<std::string> apps, std::vector<ExaminedDatabase> databases);
  /// By row.
  [[nodiscard]] const std::vector<Answered>& answered() const { return answered_; }
  /// The others, each with what its answer takes.
  [[nodiscard]] std::vector<Unanswered> unanswered() const;

 private:
  void say(int row, std::string answer);
  [[nodiscard]] Task<void> unknown_database();
  [[nodiscard]] Task<void> sampling(std::string database);
  [[nodiscard]] Task<void> cost_of_not_modified();
  [[nodiscard]] Task<void> permissions(std::vector<std::string> apps);
  [[nodiscard]] Task<void> prices();
  [[nodiscard]] Task<void> followers(std::string database);
  [[nodiscard]] Task<void> following(std::string copy);
  [[nodiscard]] Task<void> standing_alone(std::string copy);
  [[nodiscard]] Task<void> settings(std::string source, std::string copy);
  [[nodiscard]] Task<void> history(std::vector<std::string> apps);

  Services services_;
  std::vector<Answered> answered_;
};

}  // namespace changeover::heroku
