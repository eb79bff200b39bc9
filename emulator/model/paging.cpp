#include "emulator/model/paging.h"

#include <charconv>

namespace changeover::emulator {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<long long> number_in(std::string_view text) {
  long long number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

bool read_option(PageRange& range, std::string_view option) {
  const std::size_t equals = option.find('=');
  const std::string_view name = trimmed(option.substr(0, equals));
  const std::string_view value = equals == option.npos ? std::string_view{} : trimmed(option.substr(equals + 1));
  if (name == "order") {
    range.descending = value == "desc";
    return value == "desc" || value == "asc";
  }
  if (name != "max") return name.empty();
  const auto number = number_in(value);
  if (!number || *number < 1) return false;
  range.max = std::min(static_cast<std::size_t>(*number), largest_page);
  return true;
}

}  // namespace

std::optional<PageRange> parse_range(std::string_view header, const std::vector<std::string>& fields) {
  PageRange range;
  range.field = fields.front();
  header = trimmed(header);
  if (header.empty()) return range;
  std::string_view bounds = trimmed(header.substr(0, header.find(';')));
  std::string_view options = header.substr(std::min(header.size(), header.find(';')));
  while (!options.empty()) {
    options.remove_prefix(1);  // ; or ,
    const std::string_view option = options.substr(0, options.find_first_of(",;"));
    options.remove_prefix(option.size());
    if (!read_option(range, option)) return std::nullopt;
  }
  const std::size_t space = bounds.find(' ');
  range.field = bounds.substr(0, space);
  if (std::ranges::find(fields, range.field) == fields.end()) return std::nullopt;
  bounds = space == bounds.npos ? std::string_view("..") : trimmed(bounds.substr(space));
  const std::size_t dots = bounds.find("..");
  if (dots == bounds.npos) return std::nullopt;
  std::string_view from = bounds.substr(0, dots);
  std::string_view to = bounds.substr(dots + 2);
  range.after_from = from.starts_with(']');
  if (range.after_from) from.remove_prefix(1);
  range.before_to = to.ends_with('[') || to.starts_with(']');
  if (to.starts_with(']')) to.remove_prefix(1);
  if (to.ends_with('[')) to.remove_suffix(1);
  range.from = from;
  range.to = to;
  return range;
}

bool range_less(std::string_view left, std::string_view right) {
  const auto a = number_in(left);
  const auto b = number_in(right);
  return a && b ? *a < *b : left < right;
}

bool within(const PageRange& range, std::string_view key) {
  if (!range.from.empty() && (range.after_from ? !range_less(range.from, key) : range_less(key, range.from)))
    return false;
  return range.to.empty() || (range.before_to ? range_less(key, range.to) : !range_less(range.to, key));
}

Response bad_range() {
  return error(416, "requested_range_not_satisfiable", "The Range header names no field or bound of this list.");
}

void accept_ranges(Response& response, std::vector<std::string> fields) {
  std::ranges::sort(fields);
  std::string accepted;
  for (const std::string& field : fields) accepted += (accepted.empty() ? "" : ", ") + field;
  response.headers.emplace_back("accept-ranges", accepted);
}

void add_range_headers(Response& response, const PageRange& range, const std::string& first, const std::string& last,
                       bool more) {
  response.headers.emplace_back("content-range", range.field + " " + first + ".." + last);
  if (!more) return;
  // With a descending order the list goes on below the last one.
  std::string next = range.field + " ";
  const auto bound = [](bool outside, const std::string& value) { return (outside ? "]" : "") + value; };
  if (range.descending)
    next += bound(range.after_from, range.from) + ".." + bound(true, last) + "; order=desc, max=";
  else
    next += bound(true, last) + ".." + bound(range.before_to, range.to) + "; max=";
  response.headers.emplace_back("next-range", next + std::to_string(range.max));
}

Response page(const Call& call, const json::Array& list, const std::vector<std::string>& fields) {
  std::vector<const json::Value*> objects;
  for (const json::Value& object : list) objects.push_back(&object);
  return page(
      call, std::move(objects), fields,
      [](const json::Value* object, const std::string& field) { return (*object)[field].as_string(); },
      [](const json::Value* object) { return *object; });
}

}  // namespace changeover::emulator
