#include "planner/spec_names.h"

#include <algorithm>

namespace changeover {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return is_upper(c) || is_lower(c); }

bool within(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most;
}

}  // namespace

bool is_migration_name(std::string_view name) {
  return within(name, 1, longest_migration_name) && is_lower(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_app_name(std::string_view name) {
  return within(name, 3, 30) && is_lower(name.front()) && name.back() != '-' &&
         std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

std::optional<std::string> attachment_name(std::string_view text) {
  if (text.ends_with("_URL")) text.remove_suffix(4);
  if (!within(text, 1, 256) || !is_upper(text.front())) return std::nullopt;
  if (!std::ranges::all_of(text, [](char c) { return is_upper(c) || is_digit(c) || c == '_'; })) return std::nullopt;
  return std::string(text);
}

bool is_addon_name(std::string_view name) {
  return within(name, 2, 256) && is_letter(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
}

bool is_process_type(std::string_view name) {
  return within(name, 1, 128) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
}

bool is_dyno_size(std::string_view name) {
  return within(name, 1, 64) && is_letter(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.'; });
}

bool is_plan_name(std::string_view name) {
  return within(name, 1, 64) && is_lower(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_variable_name(std::string_view name) {
  return within(name, 1, 256) && !is_digit(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

}  // namespace changeover
