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

/// Whether a key is between the range's bounds.
[[nodiscard]] bool within(const PageRange& range, std::string_view key);

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
  // Keys are made once: thousands of objects are compared many times.
  struct Keyed {
    std::string key;
    std::size_t index;
  };
  std::vector<Keyed> keyed;
  keyed.reserve(objects.size());
  for (std::size_t i = 0; i < objects.size(); ++i) {
    std::string value = key(objects[i], range->field);
    if (within(*range, value)) keyed.push_back({std::move(value), i});
  }
  const auto less = [&](const Keyed& a, const Keyed& b) {
    return range->descending ? range_less(b.key, a.key) : range_less(a.key, b.key);
  };
  if (!std::is_sorted(keyed.begin(), keyed.end(), less)) std::stable_sort(keyed.begin(), keyed.end(), less);
  // A page never ends between two of the same key: the next one begins behind the key.
  std::size_t end = std::min(keyed.size(), range->max);
  while (end > 0 && end < keyed.size() && !less(keyed[end - 1], keyed[end])) ++end;
  const bool more = end < keyed.size();
  keyed.resize(end);
  json::Array list;
  list.reserve(keyed.size());
  for (const Keyed& one : keyed) list.push_back(render(objects[one.index]));
  Response response = answer(std::move(list), more ? 206 : 200);
  accept_ranges(response, fields);
  if (!keyed.empty()) add_range_headers(response, *range, keyed.front().key, keyed.back().key, more);
  return response;
}

/// A list of objects that are JSON already; their members `fields` are what it can be ordered by.
[[nodiscard]] Response page(const Call& call, const json::Array& list, const std::vector<std::string>& fields);

}  // namespace changeover::emulator
