#include "executor/state/files.h"

#include <algorithm>

namespace changeover {

namespace {
constexpr std::string_view temporary_mark = ".changeover-";
constexpr std::string_view temporary_end = ".tmp";
}  // namespace

bool is_leftover_of(std::string_view name, std::string_view file_name) {
  if (!name.starts_with(file_name)) return false;
  name.remove_prefix(file_name.size());
  if (!name.starts_with(temporary_mark) || !name.ends_with(temporary_end)) return false;
  name.remove_prefix(temporary_mark.size());
  if (name.size() <= temporary_end.size()) return false;
  name.remove_suffix(temporary_end.size());
  return std::ranges::all_of(name, [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace changeover
