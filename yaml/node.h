// A YAML file as a tree with places, read within bounds, so that every complaint can point at its line.
//
// Owner: whoever parses holds the root; nodes are values. Thread rule: none. yaml-cpp does the reading and stays behind
// this folder; its exceptions end in parse().
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/diagnostic.h"

namespace changeover::yaml {

struct Node {
  enum class Kind { null, scalar, sequence, mapping };
  struct Entry;

  Kind kind = Kind::null;
  Position at;
  std::string text;         ///< scalars: as written, without quotes
  bool quoted = false;      ///< scalars: written in quotes, so always a string
  bool hidden = false;      ///< scalars: refused already, its text unfit to be shown; readers pass over it in silence
  std::vector<Node> items;  ///< sequences
  std::vector<Entry> entries;  ///< mappings, in the order of the file

  /// The entry's value, or nullptr.
  [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Node::Entry {
  std::string key;
  Position key_at;
  Node value;
};

/// What a file may not exceed; a breach is one diagnostic and no tree.
struct Bounds {
  std::size_t bytes = std::size_t{4} << 20U;
  std::size_t depth = 32;
  std::size_t nodes = 200'000;  ///< counted after aliases are followed, so that a bomb is refused
  std::size_t aliases = 1'000;
};

/// Reads one document. Syntax errors, duplicate keys, keys that are no plain strings, several documents and breached
/// bounds are diagnostics; nothing comes back only when there is no tree to check further.
[[nodiscard]] std::optional<Node> parse(std::string_view text, Diagnostics& diagnostics, const Bounds& bounds = {});

/// "mapping", "list", "text", "nothing": for "expected a list, found text".
[[nodiscard]] std::string_view describe(Node::Kind kind);

}  // namespace changeover::yaml
