#include "planner/value_differences.h"

#include <algorithm>

namespace changeover {
namespace {

using json::Array;
using json::Value;

/// Members that only group others, and so are no owner in "plan of X".
bool is_container(std::string_view key) {
  return key == "apps" || key == "addons" || key == "databases" || key == "parameters";
}

std::string in_words(std::string_view key) {
  if (key == "followers") return "the follower set";
  if (key == "id") return "the identity";
  std::string words(key);
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string shown(const Value& value) {
  if (value.is_null() || (value.is_array() && value.items().empty())) return "none";
  if (value.is_string()) return value.as_string().empty() ? "empty" : value.as_string();
  if (value.is_bool()) return value.as_bool() ? "yes" : "no";
  if (value.is_object()) return value["name"].as_string().empty() ? value.dump() : value["name"].as_string();
  if (!value.is_array()) return value.dump();
  std::string list;
  for (const Value& item : value.items()) list += (list.empty() ? "" : ", ") + shown(item);
  return "[" + list + "]";
}

bool all_named(const Array& items) {
  return std::ranges::all_of(items, [](const Value& item) { return !identity_of(item).empty(); });
}

Value sorted(const Value& list) {
  Array items = list.items();
  std::ranges::sort(items, {}, [](const Value& item) { return item.dump(); });
  return items;
}

std::string subject(std::string_view key, const std::vector<std::string>& owners) {
  std::string text = in_words(key);
  for (auto owner = owners.rbegin(); owner != owners.rend(); ++owner) text += " of " + *owner;
  return text;
}

}  // namespace

std::string identity_of(const Value& element) {
  for (const std::string_view key : {"id", "name", "type"})
    if (!element[key].as_string().empty()) return element[key].as_string();
  return "";
}

const Value* find_identity(const Array& items, std::string_view identity) {
  const auto found = std::ranges::find_if(items, [&](const Value& item) { return identity_of(item) == identity; });
  return found == items.end() ? nullptr : &*found;
}

void ValueDifferences::say(const std::string& what) {
  std::string line = prefix_.empty() ? what : prefix_ + ": " + what;
  if (std::ranges::find(found_, line) == found_.end()) found_.push_back(std::move(line));
}

bool ValueDifferences::is_left_out(std::string_view key) const {
  return without_quantities_ && (key == "formation" || key == "quantity");
}

void ValueDifferences::compare(std::string_view key, const Value& was, const Value& now,
                               const std::vector<std::string>& owners) {
  if (was == now) return;
  if (was.is_object() && now.is_object()) return compare_members(key, was, now, owners);
  if (was.is_array() && now.is_array()) return compare_lists(key, was, now, owners);
  say(subject(key, owners) + " was " + shown(was) + ", is now " + shown(now));
}

void ValueDifferences::compare_members(std::string_view key, const Value& was, const Value& now,
                                       std::vector<std::string> owners) {
  const bool same_name = !was["name"].as_string().empty() && was["name"] == now["name"];
  if (same_name) {
    owners = {was["name"].as_string()};
  } else if (!key.empty() && !is_container(key)) {
    owners.push_back(in_words(key));
  }
  std::vector<std::string> keys;
  for (const auto& [member, value] : was.members()) keys.push_back(member);
  for (const auto& [member, value] : now.members())
    if (!was.has(member)) keys.push_back(member);
  for (const std::string& member : keys)
    if (!is_left_out(member)) compare(member, was[member], now[member], owners);
}

void ValueDifferences::compare_lists(std::string_view key, const Value& was, const Value& now,
                                     std::vector<std::string> owners) {
  if (sorted(was) == sorted(now)) return;
  if (!all_named(was.items()) || !all_named(now.items())) {
    say(subject(key, owners) + " changed from " + shown(was) + " to " + shown(now));
    return;
  }
  owners.push_back(in_words(key));
  const Value nothing;
  for (const Value& item : was.items()) {
    const Value* other = find_identity(now.items(), identity_of(item));
    compare(identity_of(item), item, other != nullptr ? *other : nothing, owners);
  }
  for (const Value& item : now.items())
    if (find_identity(was.items(), identity_of(item)) == nullptr) compare(identity_of(item), nothing, item, owners);
}

}  // namespace changeover
