// Reads one mapping key by key: types, ranges, words, unknown keys; every complaint with its place and a remedy.
//
// Owner: a reader lives on the stack of the function that reads the mapping; the nodes must outlive it. Thread rule:
// none. What cannot be read is one diagnostic and nothing comes back; the caller goes on with the next key. A second
// mapping may stand behind the first: a key that the first lacks is looked up there.
#pragma once

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/diagnostic.h"
#include "yaml/node.h"

namespace changeover::yaml {

/// A value and where it stands.
template <class T>
struct Placed {
  T value;
  Position at;
};

class MappingReader {
 public:
  template <class T>
  using Word = std::pair<std::string_view, T>;

  /// `what` names the mapping in messages: "`target`". `at` is the place for what is missing, usually the key's. When
  /// `node` is no mapping, one diagnostic says so and the reader is empty; nullptr is an empty mapping.
  MappingReader(std::string what, const Node* node, Position at, Diagnostics& diagnostics,
                const Node* behind = nullptr);

  /// False when the node was something else than a mapping; nothing else needs saying then.
  [[nodiscard]] bool is_mapping() const { return is_mapping_; }
  [[nodiscard]] Position at() const { return at_; }
  [[nodiscard]] Diagnostics& diagnostics() const { return diagnostics_; }

  /// "`target` lacks the key `app`" for each that is missing. `help` says what to write; it may be empty.
  void require(std::string_view key, std::string help = {});

  /// The entry as it stands, or nullptr; the key counts as known.
  [[nodiscard]] const Node::Entry* entry(std::string_view key);

  /// `expected` completes "expected …": "an app name". A number or boolean without quotes is no text.
  [[nodiscard]] std::optional<Placed<std::string>> text(std::string_view key, std::string_view expected = "text");
  /// From `least` to `most`, both included; decimal.
  [[nodiscard]] std::optional<Placed<long long>> integer(std::string_view key, long long least, long long most);
  [[nodiscard]] std::optional<Placed<long long>> integer(const Node::Entry& entry, long long least, long long most);
  [[nodiscard]] std::optional<Placed<bool>> boolean(std::string_view key);
  /// "90s", "5m", "72h", "3d" (core/text.h); from `least` to `most`, both included.
  [[nodiscard]] std::optional<Placed<std::chrono::seconds>> duration(std::string_view key, std::chrono::seconds least,
                                                                     std::chrono::seconds most);
  /// RFC 3339; an offset other than UTC is refused with the same time in UTC.
  [[nodiscard]] std::optional<Placed<WallTime>> time(std::string_view key);
  /// A list of text, possibly empty. `expected` completes "expected …": "a list of app names".
  [[nodiscard]] std::optional<Placed<std::vector<Placed<std::string>>>> texts(std::string_view key,
                                                                              std::string_view expected);
  /// The mapping below the key; empty when the key is absent.
  [[nodiscard]] MappingReader mapping(std::string_view key, const Node* behind = nullptr);

  /// One of some words.
  template <class T>
  [[nodiscard]] std::optional<Placed<T>> word(std::string_view key, std::initializer_list<Word<T>> words) {
    const Node::Entry* found = entry(key);
    if (found == nullptr || found->value.hidden) return std::nullopt;
    std::vector<std::string> allowed;
    for (const Word<T>& candidate : words) {
      if (found->value.kind == Node::Kind::scalar && found->value.text == candidate.first)
        return Placed<T>{candidate.second, found->value.at};
      allowed.emplace_back(candidate.first);
    }
    unknown_word(*found, allowed);
    return std::nullopt;
  }

  /// Text that `parser` (string_view → std::optional) understands; `expected` completes "expected …".
  template <class Parser>
  [[nodiscard]] auto parsed(std::string_view key, Parser parser, std::string_view expected)
      -> std::optional<Placed<typename decltype(parser(std::string_view{}))::value_type>> {
    const Node::Entry* found = entry(key);
    if (found == nullptr || found->value.hidden) return std::nullopt;
    if (found->value.kind == Node::Kind::scalar) {
      if (auto value = parser(std::string_view(found->value.text)))
        return Placed<typename decltype(parser(std::string_view{}))::value_type>{std::move(*value), found->value.at};
    }
    wrong(*found, expected);
    return std::nullopt;
  }

  /// Reports every key that nobody asked for. Call it once, last. Keys of the mapping behind are not reported.
  void finish();

  /// "`key`: expected …, found …".
  void wrong(const Node::Entry& entry, std::string_view expected, std::string help = {});

 private:
  void unknown_word(const Node::Entry& entry, const std::vector<std::string>& allowed);

  std::string what_;
  const Node* node_;
  const Node* behind_;
  Position at_;
  Diagnostics& diagnostics_;
  bool is_mapping_;
  std::vector<std::string_view> known_;
};

}  // namespace changeover::yaml
