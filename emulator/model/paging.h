// Lists in pages: the Range header in, 206 with Next-Range out (heroku-api.md 1.4).
//
// Owner: nobody; pure functions. Thread rule: none. Only the objects of the page asked for are rendered.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/model/call.h"

namespace changeover::emulator {

inline constexpr std::size_t default_page = 200;
inline constexpr std::size_t largest_page = 1000;

/// `field from..to; max=N, order=desc`; a ] before a bound leaves the bound itself out.
struct PageRange {
  std::string field;
  std::string from;
  std::string to;
  bool after_from = false;
  bool before_to = false;
  std::size_t max = default_page;
  bool descending = false;
};

/// Nothing when the header makes no sense or names a field that is not in `fields`. An empty header is the first page
/// by the first field.
[[nodiscard]] std::optional<PageRange> parse_range(std::string_view header, const std::vector<std::string>& fields);

/// Compares bounds: numbers by value when both are numbers, else as text.
[[nodiscard]] bool range_less(std::string_view left, std::string_view right);

[[nodiscard]] Response bad_range();
void accept_ranges(Response& response, std::vector<std::string> fields);
void add_range_headers(Response& response, const PageRange& range, const std::string& first, const std::string& last,
                       bool more);

/// `key(object, field)` gives the text to sort by; `render(object)` the JSON.
template <class T, class Key, class Render>
[[nodiscard]] Response page(const Call& call, std::vector<T> objects, const std::vector<std::string>& fields, Key key,
                            Render render) {
  const std::optional<PageRange> range = parse_range(call.request.header("range"), fields);
  if (!range) return bad_range();
  const auto less = [&](const T& a, const T& b) {
    const std::string left = key(a, range->field);
    const std::string right = key(b, range->field);
    return range->descending ? range_less(right, left) : range_less(left, right);
  };
  std::erase_if(objects, [&](const T& object) {
    const std::string value = key(object, range->field);
    if (!range->from.empty() && (range->after_from ? !range_less(range->from, value) : range_less(value, range->from)))
      return true;
    return !range->to.empty() && (range->before_to ? !range_less(value, range->to) : range_less(range->to, value));
  });
  if (!std::is_sorted(objects.begin(), objects.end(), less)) std::stable_sort(objects.begin(), objects.end(), less);
  // A page never ends between two of the same key: the next one begins behind the key.
  std::size_t end = std::min(objects.size(), range->max);
  while (end > 0 && end < objects.size() && !less(objects[end - 1], objects[end])) ++end;
  const bool more = end < objects.size();
  objects.erase(objects.begin() + static_cast<std::ptrdiff_t>(end), objects.end());
  json::Array list;
  list.reserve(objects.size());
  for (const T& object : objects) list.push_back(render(object));
  Response response = answer(std::move(list), more ? 206 : 200);
  accept_ranges(response, fields);
  if (!objects.empty())
    add_range_headers(response, *range, key(objects.front(), range->field), key(objects.back(), range->field), more);
  return response;
}

/// A list of objects that are JSON already; their members `fields` are what it can be ordered by.
[[nodiscard]] Response page(const Call& call, const json::Array& list, const std::vector<std::string>& fields);

}  // namespace changeover::emulator
