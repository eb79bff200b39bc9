// Moved attachments: poolers and named credentials of the source that a moving app uses, and where their names stand on
// the target (safety S13, heroku-api.md 3.8 and 3.9).
//
// Owner: the planner, for the time of one plan; they point into the situation's facts. Thread rule: none.
#pragma once

#include <string>
#include <vector>

#include "planner/situation.h"

namespace changeover {

struct MovedAttachment {
  enum class Standing {
    free,      ///< nobody has the name on the target
    made,      ///< the copy has it already, in the same namespace
    given_up,  ///< the source has it there, or the add-on that target.replaces names: it is taken over
    stranger,  ///< somebody else has it
  };
  std::string name;
  std::string name_space;  ///< "connection-pooling:default", "credential:reports"
  Standing standing = Standing::free;
  std::string holder;  ///< the add-on that has the name there; "" when nobody has

  [[nodiscard]] bool is_pool() const { return name_space.starts_with("connection-pooling:"); }
};

/// Whether the cutover makes this attachment of the source again on the target: one of a moving app, for a pooler or a
/// named credential. Every other one of a namespace keeps pointing to the old database.
[[nodiscard]] bool moves(const Situation& situation, const Attachment& attachment);

/// By name, each once.
[[nodiscard]] std::vector<MovedAttachment> moved_attachments(const Situation& situation);

}  // namespace changeover
