#include "yaml/mapping_reader.h"

#include <algorithm>
#include <charconv>

#include "core/text.h"
#include "yaml/scalar.h"

namespace changeover::yaml {
namespace {

const Node* mapping_or_none(const Node* node) {
  return node != nullptr && node->kind == Node::Kind::mapping ? node : nullptr;
}

const Node::Entry* find_entry(const Node* mapping, std::string_view key) {
  if (mapping == nullptr) return nullptr;
  const auto found = std::ranges::find(mapping->entries, key, &Node::Entry::key);
  return found == mapping->entries.end() ? nullptr : &*found;
}

constexpr std::size_t longest_example = 40;

std::string quoted_list(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  quoted.reserve(words.size());
  for (const std::string& word : words) quoted.push_back("`" + word + "`");
  return and_list(quoted);
}

std::string or_list(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += "`" + words[i] + "`";
  }
  return text;
}

/// nearest() costs the product of both lengths, so what is too long to be a slip of the finger is not asked about.
std::optional<std::string> near(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t longest = 64;
  return word.size() > longest ? std::nullopt : nearest(word, candidates);
}

/// What somebody who wrote this meant, when it is a boolean of YAML 1.1 or another spelling.
std::optional<std::string_view> meant_boolean(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const std::string_view word : {"true", "yes", "on", "y"})
    if (lower == word) return "true";
  for (const std::string_view word : {"false", "no", "off", "n"})
    if (lower == word) return "false";
  return std::nullopt;
}

}  // namespace

MappingReader::MappingReader(std::string what, const Node* node, Position at, Diagnostics& diagnostics,
                             const Node* behind)
    : what_(std::move(what)),
      node_(mapping_or_none(node)),
      behind_(mapping_or_none(behind)),
      at_(at),
      diagnostics_(diagnostics),
      is_mapping_(node == nullptr || node_ != nullptr) {
  if (!is_mapping_ && !node->hidden)
    diagnostics_.error(node->at, what_ + ": expected a mapping, found " + describe_value(*node),
                       "write its keys below it, indented, each as `key: value`");
}

const Node::Entry* MappingReader::entry(std::string_view key) {
  if (std::ranges::find(known_, key) == known_.end()) known_.push_back(key);
  const Node::Entry* own = find_entry(node_, key);
  return own != nullptr ? own : find_entry(behind_, key);
}

void MappingReader::require(std::string_view key, std::string help) {
  if (!is_mapping_ || entry(key) != nullptr) return;
  diagnostics_.error(at_, what_ + " lacks the key `" + std::string(key) + "`", std::move(help));
}

void MappingReader::wrong(const Node::Entry& entry, std::string_view expected, std::string help) {
  if (entry.value.hidden) return;
  diagnostics_.error(
      entry.value.at,
      "`" + entry.key + "`: expected " + std::string(expected) + ", found " + describe_value(entry.value),
      std::move(help));
}

void MappingReader::unknown_word(const Node::Entry& entry, const std::vector<std::string>& allowed) {
  std::string help;
  if (entry.value.kind == Node::Kind::scalar)
    if (const auto meant = near(entry.value.text, allowed)) help = "did you mean `" + *meant + "`?";
  wrong(entry, or_list(allowed), std::move(help));
}

std::optional<Placed<std::string>> MappingReader::text(std::string_view key, std::string_view expected) {
  const Node::Entry* found = entry(key);
  if (found == nullptr || found->value.hidden) return std::nullopt;
  const Node& value = found->value;
  if (value.kind == Node::Kind::scalar && scalar_type(value) == ScalarType::text)
    return Placed<std::string>{value.text, value.at};
  wrong(*found, expected, value.kind == Node::Kind::scalar ? "put it in quotes if it is meant as text" : "");
  return std::nullopt;
}

std::optional<Placed<long long>> MappingReader::integer(std::string_view key, long long least, long long most) {
  const Node::Entry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  return integer(*found, least, most);
}

std::optional<Placed<long long>> MappingReader::integer(const Node::Entry& entry, long long least, long long most) {
  const Node& value = entry.value;
  if (value.hidden) return std::nullopt;
  const std::string expected = "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  if (value.kind == Node::Kind::scalar && !value.quoted) {
    long long number = 0;
    const char* end = value.text.data() + value.text.size();
    const auto [stop, error] = std::from_chars(value.text.data(), end, number);
    if (error == std::errc{} && stop == end && number >= least && number <= most)
      return Placed<long long>{number, value.at};
  }
  wrong(entry, expected, value.quoted ? "write the number without quotes" : "");
  return std::nullopt;
}

std::optional<Placed<bool>> MappingReader::boolean(std::string_view key) {
  const Node::Entry* found = entry(key);
  if (found == nullptr || found->value.hidden) return std::nullopt;
  const Node& value = found->value;
  if (value.kind == Node::Kind::scalar && scalar_type(value) == ScalarType::boolean)
    return Placed<bool>{value.text == "true", value.at};
  std::string help;
  if (value.kind == Node::Kind::scalar)
    if (const auto meant = meant_boolean(value.text))
      help = "write `" + std::string(*meant) + "`" + (value.quoted ? " without quotes" : "");
  wrong(*found, "`true` or `false`", std::move(help));
  return std::nullopt;
}

std::optional<Placed<std::chrono::seconds>> MappingReader::duration(std::string_view key, std::chrono::seconds least,
                                                                    std::chrono::seconds most) {
  const auto value = parsed(key, parse_duration, "a duration such as `90s`, `5m`, `72h` or `3d`");
  if (!value) return std::nullopt;
  if (value->value >= least && value->value <= most) return value;
  wrong(*entry(key), "a duration from `" + spec_duration(least) + "` to `" + spec_duration(most) + "`");
  return std::nullopt;
}

std::optional<Placed<WallTime>> MappingReader::time(std::string_view key) {
  const auto value = parsed(key, parse_time, "a time in UTC such as `2026-12-01T02:00:00Z`");
  if (!value) return std::nullopt;
  const std::string& text = entry(key)->value.text;
  if (text.ends_with('Z') || text.ends_with('z') || text.ends_with("+00:00") || text.ends_with("-00:00")) return value;
  diagnostics_.error(value->at, "`" + std::string(key) + "`: times are in UTC, found " + shown(text),
                     "the same time in UTC is `" + format_time(value->value) + "`");
  return std::nullopt;
}

std::optional<Placed<std::vector<Placed<std::string>>>> MappingReader::texts(std::string_view key,
                                                                             std::string_view expected) {
  const Node::Entry* found = entry(key);
  if (found == nullptr || found->value.hidden) return std::nullopt;
  if (found->value.kind != Node::Kind::sequence) {
    const bool is_short = found->value.kind == Node::Kind::scalar && found->value.text.size() <= longest_example;
    wrong(*found, expected,
          "write it as a list: `" + found->key + ": [" + (is_short ? found->value.text : "one, two") + "]`");
    return std::nullopt;
  }
  std::vector<Placed<std::string>> items;
  for (const Node& item : found->value.items) {
    if (item.hidden) continue;
    if (item.kind == Node::Kind::scalar && scalar_type(item) == ScalarType::text) {
      items.push_back({item.text, item.at});
      continue;
    }
    diagnostics_.error(
        item.at,
        "`" + found->key + "`: expected " + std::string(expected) + ", but one item is " + describe_value(item),
        item.kind == Node::Kind::scalar ? "put it in quotes if it is meant as text" : "");
  }
  return Placed<std::vector<Placed<std::string>>>{std::move(items), found->value.at};
}

MappingReader MappingReader::mapping(std::string_view key, const Node* behind) {
  const Node::Entry* found = entry(key);
  const std::string what = "`" + std::string(key) + "`";
  if (found == nullptr) return {what, nullptr, at_, diagnostics_, behind};
  return {what, &found->value, found->key_at, diagnostics_, behind};
}

void MappingReader::finish() {
  if (node_ == nullptr) return;
  std::vector<std::string> allowed(known_.begin(), known_.end());
  for (const Node::Entry& found : node_->entries) {
    if (std::ranges::find(known_, found.key) != known_.end()) continue;
    std::string help = what_ + " takes " + quoted_list(allowed);
    if (const auto meant = near(found.key, allowed)) help = "did you mean `" + *meant + "`? " + help;
    diagnostics_.error(found.key_at, "unknown key " + shown(found.key), std::move(help));
  }
}

}  // namespace changeover::yaml
