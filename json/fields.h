// Strict reading of a document that we wrote ourselves (state, plan): every member has its type, and the first one that
// has not is named by its path.
//
// Owner: the reading function, on its stack. Thread rule: none. Reading goes on after a problem with empty values, so
// the caller looks at the problem once, at the end. Members nobody asks for are ignored.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/clock.h"
#include "json/value.h"

namespace changeover::json {

class Fields {
 public:
  /// `path` names the value for people ("migrations[2].attempt"); `problem` takes the first finding of the document.
  Fields(const Value& value, std::string path, std::string& problem);

  [[nodiscard]] bool has(std::string_view key) const { return !value_[key].is_null(); }
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] std::string text_or_empty(std::string_view key) const { return has(key) ? text(key) : std::string(); }
  [[nodiscard]] std::int64_t integer(std::string_view key) const;
  /// An integer that fits an int.
  [[nodiscard]] int number(std::string_view key) const;
  [[nodiscard]] bool boolean(std::string_view key) const;
  [[nodiscard]] WallTime time(std::string_view key) const;  ///< RFC 3339
  [[nodiscard]] std::optional<WallTime> optional_time(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
  /// A required object.
  [[nodiscard]] Fields inside(std::string_view key) const;
  [[nodiscard]] const Value& raw(std::string_view key) const { return value_[key]; }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// One of `all`, by its to_string.
  template <class Enum>
  [[nodiscard]] Enum word(std::string_view key, std::initializer_list<Enum> all) const {
    const std::string written = text(key);
    for (const Enum candidate : all)
      if (to_string(candidate) == written) return candidate;
    refuse(key, "holds the unknown word `" + written + "`");
    return *all.begin();
  }

  /// A required list of objects, each read by `read`.
  template <class Read>
  [[nodiscard]] auto list(std::string_view key, Read read) const {
    std::vector<std::invoke_result_t<Read, const Fields&>> values;
    if (!value_[key].is_array()) refuse(key, "is missing or no list");
    const Array& items = value_[key].items();
    values.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Fields item(items[i], path_of(key) + "[" + std::to_string(i) + "]", problem_);
      values.push_back(read(item));
    }
    return values;
  }

  void refuse(std::string_view key, std::string_view what) const;

 private:
  [[nodiscard]] std::string path_of(std::string_view key) const;

  const Value& value_;
  std::string path_;
  std::string& problem_;
};

}  // namespace changeover::json
