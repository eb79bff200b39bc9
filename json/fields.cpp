#include "json/fields.h"

#include <limits>

#include "core/text.h"

namespace changeover::json {

Fields::Fields(const Value& value, std::string path, std::string& problem)
    : value_(value), path_(std::move(path)), problem_(problem) {
  if (!value.is_object() && problem_.empty())
    problem_ = (path_.empty() ? "the document" : "`" + path_ + "`") + " is no object";
}

std::string Fields::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void Fields::refuse(std::string_view key, std::string_view what) const {
  if (problem_.empty()) problem_ = "`" + path_of(key) + "` " + std::string(what);
}

std::string Fields::text(std::string_view key) const {
  if (!value_[key].is_string()) refuse(key, "is missing or no text");
  return value_[key].as_string();
}

std::int64_t Fields::integer(std::string_view key) const {
  if (!value_[key].is_integer()) refuse(key, "is missing or no whole number");
  return value_[key].as_integer();
}

int Fields::number(std::string_view key) const {
  const std::int64_t value = integer(key);
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
    refuse(key, "is out of range");
    return 0;
  }
  return static_cast<int>(value);
}

bool Fields::boolean(std::string_view key) const {
  if (!value_[key].is_bool()) refuse(key, "is missing or neither true nor false");
  return value_[key].as_bool();
}

WallTime Fields::time(std::string_view key) const {
  const auto parsed = parse_time(text(key));
  if (!parsed) refuse(key, "is no RFC 3339 time");
  return parsed.value_or(WallTime{});
}

std::optional<WallTime> Fields::optional_time(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  return time(key);
}

std::vector<std::string> Fields::texts(std::string_view key) const {
  std::vector<std::string> values;
  if (!value_[key].is_array()) refuse(key, "is missing or no list");
  for (const Value& item : value_[key].items()) {
    if (!item.is_string()) refuse(key, "holds something that is no text");
    values.push_back(item.as_string());
  }
  return values;
}

Fields Fields::inside(std::string_view key) const { return {value_[key], path_of(key), problem_}; }

}  // namespace changeover::json
