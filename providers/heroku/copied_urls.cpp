#include "providers/heroku/copied_urls.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace changeover::heroku {
namespace {

bool is_name_part(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_';
}

/// As a word of its own: "db.example" is not in "mydb.example.com".
bool holds(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_name_part(text[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == text.size() || !is_name_part(text[end]))) return true;
  }
  return false;
}

}  // namespace

std::optional<DatabasePlace> place_of(const Secret& url) {
  std::string_view text = url.reveal();
  const std::size_t scheme = text.find("://");
  if (scheme == text.npos) return std::nullopt;
  text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find_first_of("?#"));
  if (const std::size_t at = text.rfind('@'); at != text.npos) text.remove_prefix(at + 1);
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const std::string_view authority = text.substr(0, slash);
  DatabasePlace place{std::string(authority.substr(0, authority.rfind(':'))), std::string(text.substr(slash + 1))};
  if (place.host.empty() || place.database.empty()) return std::nullopt;
  return place;
}

std::vector<std::string> vars_that_lead_to(const DatabasePlace& place, const std::vector<ConfigVar>& vars) {
  std::vector<std::string> names;
  const bool names_database =
      std::ranges::any_of(vars, [&](const ConfigVar& var) { return var.value.reveal() == place.database; });
  for (const ConfigVar& var : vars) {
    const std::string& value = var.value.reveal();
    if ((holds(value, place.host) && holds(value, place.database)) || (names_database && value == place.host))
      names.push_back(var.name);
  }
  return names;
}

}  // namespace changeover::heroku
