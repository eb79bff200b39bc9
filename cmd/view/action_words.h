// What an action does, as a plain sentence with a verb: the words of plans and of the progress of an apply.
//
// Owner: nobody; pure functions. Thread rule: none. Every sentence reads well with the facts the action carries in its
// own parameters (planner/graph/), and still stands when a parameter is missing. Read here, all optional: `plan`,
// `leader` or `follow`, `attachment`, `addon`, `app`, `start_lag`, `background`, `maintenance` and `formation` (a list
// of {type, quantity, size}, or an object type → quantity or {quantity, size}).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "planner/action.h"
#include "planner/plan.h"

namespace changeover {

/// A sentence in pieces, so that a view can set names apart (markdown: as code).
class Phrase {
 public:
  struct Piece {
    std::string text;
    bool name = false;  ///< an app, an add-on, an attachment: text that a person or Heroku chose
  };
  Phrase& say(std::string_view words);
  Phrase& name(std::string_view words);
  [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Piece> pieces_;
};

/// "create orders-private (private-4, $1,500.00 a month) as a follower of looking-simply-2449"
[[nodiscard]] Phrase action_words(const Action& action, const MigrationPlan& migration);

/// The same for an event whose action is in no plan (a step of an abort): "app.scale_up", "orders-space" → "start the
/// dynos of orders-space". Words of a newer version are given back as they are.
[[nodiscard]] Phrase action_words(std::string_view kind, std::string_view subject);

/// A stretch of downtime that this action ended, as a noun: "drain", "start of orders-space".
[[nodiscard]] std::string part_words(Kind kind, std::string_view subject);

/// "heroku-postgresql:private-4" → "private-4".
[[nodiscard]] std::string short_plan(std::string_view plan);

}  // namespace changeover
