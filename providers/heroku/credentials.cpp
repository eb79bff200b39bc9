#include "providers/heroku/credentials.h"

#include <algorithm>

namespace changeover::heroku {
namespace {

constexpr std::string_view blank = " \t\r\n";
constexpr const char* how_to =
    "set HEROKU_API_KEY, for instance to what `heroku auth:token` prints, or run `heroku login`";

std::string trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(blank);
  if (from == text.npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(blank) - from + 1));
}

bool fits_a_header(std::string_view token) {
  return std::ranges::all_of(token, [](char c) { return c > 0x20 && c < 0x7f; });
}

/// The words of a netrc file: blanks part them, double quotes hold them together.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  /// The next word; nothing at the end.
  std::optional<std::string> next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blank), rest_.size()));
    if (rest_.empty()) return std::nullopt;
    std::string word;
    const bool quoted = rest_.front() == '"';
    if (quoted) rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (!quoted && blank.find(c) != blank.npos) break;
      rest_.remove_prefix(1);
      if (quoted && c == '"') break;
      if (quoted && c == '\\' && !rest_.empty()) {
        word += rest_.front();
        rest_.remove_prefix(1);
        continue;
      }
      word += c;
    }
    return word;
  }
  void skip_line() { rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size())); }
  /// A macro ends at an empty line.
  void skip_macro() { rest_.remove_prefix(std::min(rest_.find("\n\n"), rest_.size())); }

 private:
  std::string_view rest_;
};

}  // namespace

std::optional<Secret> netrc_password(std::string_view text, std::string_view machine) {
  Words words(text);
  bool here = false;
  while (const auto word = words.next()) {
    if (word->starts_with('#')) {
      words.skip_line();
    } else if (*word == "machine") {
      here = words.next() == machine;
    } else if (*word == "default") {
      here = false;
    } else if (*word == "macdef") {
      words.skip_macro();
    } else if (*word == "password") {
      auto value = words.next();
      if (here && value) return Secret(std::move(*value));
    } else if (*word == "login" || *word == "account") {
      words.next();
    }
  }
  return std::nullopt;
}

Result<Token> find_token(const Environment& environment, const std::string& machine) {
  if (std::string key = trimmed(environment.get("HEROKU_API_KEY").value_or("")); !key.empty()) {
    if (!fits_a_header(key))
      return fail(ErrorCode::unauthorized, "HEROKU_API_KEY holds blanks or other signs that no token has", how_to);
    return Token{Secret(std::move(key)), "HEROKU_API_KEY"};
  }
  const std::string home = environment.get("HOME").value_or("");
  if (home.empty())
    return fail(ErrorCode::unauthorized,
                "no Heroku token: HEROKU_API_KEY is not set, and without HOME there is no ~/.netrc", how_to);
  const std::string path = home + "/.netrc";
  if (const auto sealed = environment.read_file(path + ".gpg"); sealed || sealed.error().code != ErrorCode::not_found)
    return fail(ErrorCode::unauthorized,
                "no Heroku token: HEROKU_API_KEY is not set, and " + path + ".gpg is encrypted, which is not read here",
                how_to);
  const auto text = environment.read_file(path);
  if (!text && text.error().code == ErrorCode::not_found)
    return fail(ErrorCode::unauthorized, "no Heroku token: HEROKU_API_KEY is not set, and there is no " + path,
                std::string(how_to) + " (a token in the system's keychain is not read)");
  if (!text) return fail(text.error().in("no Heroku token: HEROKU_API_KEY is not set"));
  auto password = netrc_password(*text, machine);
  if (!password || password->empty())
    return fail(ErrorCode::unauthorized,
                "no Heroku token: HEROKU_API_KEY is not set, and " + path + " has no password for machine " + machine,
                std::string(how_to) + " (a token in the system's keychain is not read)");
  if (!fits_a_header(password->reveal()))
    return fail(ErrorCode::unauthorized, path + " has a password for " + machine + " with signs that no token has",
                how_to);
  return Token{std::move(*password), path + ", machine " + machine};
}

}  // namespace changeover::heroku
