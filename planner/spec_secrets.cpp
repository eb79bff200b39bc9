#include "planner/spec_secrets.h"

#include <algorithm>
#include <array>
#include <optional>

namespace changeover {
namespace {

constexpr auto none = std::string_view::npos;
constexpr std::string_view blanks = " \t";

/// A part of one line; offsets are bytes of the line.
struct Found {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string what;
};

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_word(char c) { return is_alphanumeric(c) || c == '_' || c == '-'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::size_t find_ignoring_case(std::string_view text, std::string_view word, std::size_t from) {
  if (from > text.size()) return none;
  const auto found = std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), word.begin(), word.end(),
                                 [](char a, char b) { return lower(a) == lower(b); });
  return found == text.end() ? none : static_cast<std::size_t>(found - text.begin());
}

/// Where a word without blanks and quotes that begins at `at` ends.
std::size_t word_end(std::string_view line, std::size_t at) {
  return std::min(line.find_first_of(" \t\"'`", at), line.size());
}

/// Where the comment of a line begins. Quotes are not followed: a `#` after a blank inside quotes only makes the
/// look-out for identifiers a little more lenient behind it.
std::size_t comment_start(std::string_view line) {
  for (std::size_t at = line.find('#'); at != none; at = line.find('#', at + 1))
    if (at == 0 || blanks.find(line[at - 1]) != none) return at;
  return line.size();
}

/// A URL with a password, or with anything at all before the `@` when it is a web address.
std::optional<Found> url_with_credentials(std::string_view line, std::size_t colon) {
  std::size_t begin = colon;
  while (begin > 0 && (is_alphanumeric(line[begin - 1]) || line[begin - 1] == '+')) --begin;
  const std::size_t authority = colon + 3;
  if (begin == colon || authority >= line.size()) return std::nullopt;
  // What is looked at is bounded, so that a line of nothing but addresses is read in linear time.
  constexpr std::size_t longest = 4096;
  std::size_t end = word_end(line.substr(0, authority + longest), authority);
  while (end > authority && std::string_view("}],").find(line[end - 1]) != none) --end;
  const std::string_view scheme = line.substr(begin, colon - begin);
  const std::string_view rest = line.substr(authority, end - authority);
  // A password may hold slashes, so the last @ before a query is what counts.
  const std::string_view before_query = rest.substr(0, rest.find('?'));
  const std::size_t at_sign = before_query.rfind('@');
  const std::string_view user = before_query.substr(0, at_sign == none ? 0 : at_sign);
  const bool is_web = lower(scheme.front()) == 'h';
  if (!user.empty() && user.find('/') == none && (user.find(':') != none || is_web))
    return Found{begin, end, "a URL with credentials"};
  if (!user.empty() && user.find(':') != none && user.find(':') < user.find('/'))
    return Found{begin, end, "a URL with credentials"};
  if (find_ignoring_case(rest, "password=", 0) != none) return Found{begin, end, "a URL with credentials"};
  return std::nullopt;
}

void find_urls(std::string_view line, std::vector<Found>& found) {
  for (std::size_t at = line.find("://"); at != none;) {
    std::size_t next = at + 3;
    if (auto url = url_with_credentials(line, at)) {
      next = std::max(next, url->end);
      found.push_back(std::move(*url));
    }
    at = line.find("://", next);
  }
}

struct Prefix {
  std::string_view text;
  std::string_view what;
};
constexpr std::array prefixes{Prefix{"HRKU-", "a Heroku API key"}, Prefix{"glpat-", "a GitLab access token"},
                              Prefix{"ghp_", "a GitHub token"}, Prefix{"github_pat_", "a GitHub token"}};

void find_tokens(std::string_view line, std::vector<Found>& found) {
  constexpr std::size_t shortest = 8;
  for (const Prefix& prefix : prefixes) {
    std::size_t end = 0;
    for (std::size_t at = line.find(prefix.text); at != none; at = line.find(prefix.text, end)) {
      end = at + prefix.text.size();
      while (end < line.size() && is_word(line[end])) ++end;
      if (end - at - prefix.text.size() >= shortest) found.push_back({at, end, std::string(prefix.what)});
    }
  }
}

bool is_uuid(std::string_view word) {
  if (word.size() != 36) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? word[i] != '-' : !is_hex(word[i])) return false;
  }
  return true;
}

/// A value that is a UUID and nothing else: Heroku's older API keys look so. Parts of paths and comments are let be.
void find_uuids(std::string_view line, std::vector<Found>& found) {
  const std::string_view code = line.substr(0, comment_start(line));
  for (std::size_t at = code.find('-'); at != none; at = code.find('-', at + 1)) {
    if (at < 8 || !is_uuid(code.substr(at - 8, 36))) continue;
    const std::size_t begin = at - 8;
    const std::size_t end = begin + 36;
    constexpr std::string_view before = " \t\"'[{,=";
    constexpr std::string_view after = " \t\"']},";
    if ((begin == 0 || before.find(code[begin - 1]) != none) && (end == code.size() || after.find(code[end]) != none))
      found.push_back({begin, end, "a Heroku API key (a UUID)"});
  }
}

bool is_secret_key(std::string_view key) {
  std::string plain;
  for (const char c : key)
    if (c != '_' && c != '-') plain += lower(c);
  for (const std::string_view word : {"password", "passwd", "pgpassword", "token", "secret", "apikey", "apitoken",
                                      "accesstoken", "authtoken", "herokuapikey", "databaseurl"})
    if (plain == word) return true;
  return false;
}

/// `password: abc` and `--password=abc`, not in comments; not a small number (a process type may be called so) and
/// nothing that points elsewhere (`$NAME`, `<here>`).
void find_named(std::string_view whole_line, std::vector<Found>& found) {
  const std::string_view line = whole_line.substr(0, comment_start(whole_line));
  for (std::size_t at = line.find_first_of(":="); at != none; at = line.find_first_of(":=", at + 1)) {
    std::size_t key_end = at;
    while (key_end > 0 && (line[key_end - 1] == '"' || line[key_end - 1] == '\'' || line[key_end - 1] == ' '))
      --key_end;
    std::size_t key = key_end;
    while (key > 0 && is_word(line[key - 1])) --key;
    while (key < key_end && line[key] == '-') ++key;
    if (!is_secret_key(line.substr(key, key_end - key))) continue;
    if (line[at] == ':' && at + 1 < line.size() && blanks.find(line[at + 1]) == none) continue;
    const std::size_t begin = line.find_first_not_of(" \t\"'", at + 1);
    if (begin == none || std::string_view("$<{[&*|>#]}),!~").find(line[begin]) != none) continue;
    const std::size_t end = std::min(line.find_first_of(" \t\"'`,}]", begin), line.size());
    const std::string_view value = line.substr(begin, end - begin);
    if (value.size() <= 4 && value.find_first_not_of("0123456789") == none) continue;
    found.push_back({begin, end, "a secret (by the name before it)"});
  }
}

}  // namespace

std::vector<FoundSecret> find_secrets(std::string_view text) {
  std::vector<FoundSecret> secrets;
  std::vector<Found> found;
  int number = 0;
  for (std::size_t start = 0; start < text.size();) {
    ++number;
    const std::size_t end = std::min(text.find('\n', start), text.size());
    std::string_view line = text.substr(start, end - start);
    if (line.ends_with('\r')) line.remove_suffix(1);
    start = end + 1;
    found.clear();
    find_urls(line, found);
    find_tokens(line, found);
    find_uuids(line, found);
    find_named(line, found);
    std::ranges::sort(found, {}, &Found::begin);
    std::size_t covered = 0;
    for (Found& one : found) {
      if (one.end <= covered) continue;
      const std::size_t begin = std::max(one.begin, covered);
      covered = one.end;
      if (begin > one.begin) {
        secrets.back().length += one.end - begin;
        continue;
      }
      secrets.push_back({{number, static_cast<int>(begin) + 1}, one.end - begin, std::move(one.what)});
    }
  }
  return secrets;
}

std::string blank(std::string_view text, const std::vector<FoundSecret>& secrets) {
  std::string copy(text);
  std::size_t line_start = 0;
  int line = 1;
  for (const FoundSecret& secret : secrets) {
    for (; line < secret.at.line; ++line) line_start = copy.find('\n', line_start) + 1;
    std::fill_n(copy.begin() + static_cast<std::ptrdiff_t>(line_start) + secret.at.column - 1, secret.length, 'x');
  }
  return copy;
}

}  // namespace changeover
