// Folding: many sections in the room of one comment, the least important shortened first, and nothing cut.
//
// Owner: nobody; a pure function. Thread rule: none.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace changeover {

/// One section in each of its lengths; `line` may be as long as `full`, when there is no more to tell.
struct Foldable {
  std::string full;          ///< lines of markdown
  std::string line;          ///< a list item, with its newline
  std::string name;          ///< as it stands in a list of those that go the same way
  std::string way;           ///< what is planned for it, with the figures
  std::string way_in_short;  ///< of a handful of kinds
  int importance = 0;        ///< the lower, the sooner it is shortened
};

/// In full while there is room; else as a line; else named beside all that go the same way; else counted with them. The
/// order is kept within each length. What was shortened is said. The room is kept as long as it holds a line for each
/// `way_in_short`.
[[nodiscard]] std::string folded_to_fit(const std::vector<Foldable>& sections, std::size_t room);

}  // namespace changeover
