// A JSON document as a plain value: what the APIs answer, what plans and states are made of.
//
// Owner: whoever holds it; values copy. Thread rule: none. Objects keep the order of insertion, so the same value
// always gives the same bytes. RapidJSON does the reading and the writing and stays behind this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.h"

namespace changeover::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Object = std::vector<Member>;

class Value {
 public:
  Value() = default;                                             // null
  Value(std::nullptr_t) {}                                       // NOLINT(google-explicit-constructor)
  Value(bool value) : data_(value) {}                            // NOLINT(google-explicit-constructor)
  Value(int value) : data_(static_cast<std::int64_t>(value)) {}  // NOLINT(google-explicit-constructor)
  Value(std::int64_t value) : data_(value) {}                    // NOLINT(google-explicit-constructor)
  Value(double value) : data_(value) {}                          // NOLINT(google-explicit-constructor)
  Value(const char* value) : data_(std::string(value)) {}        // NOLINT(google-explicit-constructor)
  Value(std::string_view value) : data_(std::string(value)) {}   // NOLINT(google-explicit-constructor)
  Value(std::string value) : data_(std::move(value)) {}          // NOLINT(google-explicit-constructor)
  Value(Array value) : data_(std::move(value)) {}                // NOLINT(google-explicit-constructor)
  Value(Object value) : data_(std::move(value)) {}               // NOLINT(google-explicit-constructor)
  [[nodiscard]] static Value object() { return Object{}; }
  [[nodiscard]] static Value array() { return Array{}; }

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  [[nodiscard]] bool is_bool() const { return std::holds_alternative<bool>(data_); }
  [[nodiscard]] bool is_integer() const { return std::holds_alternative<std::int64_t>(data_); }
  [[nodiscard]] bool is_number() const { return is_integer() || std::holds_alternative<double>(data_); }
  [[nodiscard]] bool is_string() const { return std::holds_alternative<std::string>(data_); }
  [[nodiscard]] bool is_array() const { return std::holds_alternative<Array>(data_); }
  [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(data_); }

  // Lenient reading: what is missing or of another type gives the fallback. For answers of a server that may change.
  [[nodiscard]] bool as_bool(bool fallback = false) const;
  [[nodiscard]] std::int64_t as_integer(std::int64_t fallback = 0) const;
  [[nodiscard]] double as_number(double fallback = 0) const;
  [[nodiscard]] const std::string& as_string() const;  ///< "" when it is no string
  [[nodiscard]] std::string string_or(std::string_view fallback) const;
  [[nodiscard]] const Array& items() const;     ///< empty when it is no array
  [[nodiscard]] const Object& members() const;  ///< empty when it is no object

  /// The member, or a null value when there is none (chains: v["a"]["b"].as_string()).
  [[nodiscard]] const Value& operator[](std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const;

  /// Adds or replaces a member; a null value becomes an object first. Gives the value itself for chaining.
  Value& set(std::string_view key, Value value);
  void erase(std::string_view key);
  /// Adds an element; a null value becomes an array first.
  Value& push(Value value);
  [[nodiscard]] Value& member(std::string_view key);  ///< creates a null member when missing
  [[nodiscard]] Array& mutable_items();

  [[nodiscard]] std::string dump() const;    ///< one line
  [[nodiscard]] std::string pretty() const;  ///< two spaces, newline at the end
  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> data_;
};

/// Reads one document. `corrupt` with byte offset and line for anything else; depth is bounded by max_depth.
inline constexpr std::size_t max_depth = 128;
[[nodiscard]] Result<Value> parse(std::string_view text);

}  // namespace changeover::json
