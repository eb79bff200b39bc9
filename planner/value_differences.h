// What separates two JSON values, in words for a reviewer: "plan of looking-simply-2449 was standard-0, is now …".
//
// Owner: whoever compares. Thread rule: none. Members that name themselves (`id`, `name`, `type`) are matched by name,
// and lists are sets: their order is no difference.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace changeover {

/// What an element of a list is known by; "" when it has no name of its own.
[[nodiscard]] std::string identity_of(const json::Value& element);
/// The element of this identity; nothing when there is none.
[[nodiscard]] const json::Value* find_identity(const json::Array& items, std::string_view identity);

class ValueDifferences {
 public:
  /// Every line begins with `prefix` and a colon; with "" it stands alone. Formations are quantities: with
  /// `without_quantities` they are no difference.
  explicit ValueDifferences(std::string prefix = {}, bool without_quantities = false)
      : prefix_(std::move(prefix)), without_quantities_(without_quantities) {}

  /// Adds a line, once.
  void say(const std::string& what);
  /// `owners`: what the value belongs to, outermost first; `key`: what it is called there.
  void compare(std::string_view key, const json::Value& was, const json::Value& now,
               const std::vector<std::string>& owners = {});
  [[nodiscard]] std::vector<std::string> take() && { return std::move(found_); }

 private:
  [[nodiscard]] bool is_left_out(std::string_view key) const;
  void compare_members(std::string_view key, const json::Value& was, const json::Value& now,
                       std::vector<std::string> owners);
  void compare_lists(std::string_view key, const json::Value& was, const json::Value& now,
                     std::vector<std::string> owners);

  std::string prefix_;
  bool without_quantities_;
  std::vector<std::string> found_;
};

}  // namespace changeover
