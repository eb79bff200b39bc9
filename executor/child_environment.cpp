#include "executor/child_environment.h"

#include <algorithm>

#include "planner/spec_secrets.h"

namespace changeover {
namespace {

/// Shorter values would strike out ordinary words.
constexpr std::size_t shortest_secret = 6;

bool is_secret(const std::string& name, const std::string& value, const std::vector<std::string>& also) {
  if (name == "HEROKU_API_KEY" || std::ranges::find(also, name) != also.end()) return true;
  if (name == "DATABASE_URL" || name.ends_with("_DATABASE_URL")) return true;
  if (value.starts_with("postgres://") || value.starts_with("postgresql://")) return true;
  const std::size_t scheme = value.find("://");
  if (scheme == std::string::npos) return false;
  const std::size_t at = value.find('@', scheme);
  return at != std::string::npos && value.find(':', scheme + 3) < at;
}

}  // namespace

ChildEnvironment child_environment(const std::map<std::string, std::string>& ours,
                                   const std::vector<std::string>& also) {
  ChildEnvironment child;
  for (const auto& [name, value] : ours) {
    if (!is_secret(name, value, also)) {
      child.variables[name] = value;
    } else if (value.size() >= shortest_secret) {
      child.secrets.push_back(value);
    }
  }
  return child;
}

std::string plain_text(std::string text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = [&](std::size_t place) { return static_cast<unsigned char>(text[place]); };
    const unsigned char first = byte(at);
    std::size_t length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : 0;
    if (first >= 0xf0 && first < 0xf5) length = 4;
    bool good =
        length > 0 && at + length <= text.size() && first != 0x7f && (first >= 0x20 || first == '\n' || first == '\t');
    for (std::size_t i = 1; good && i < length; ++i) good = (byte(at + i) & 0xc0U) == 0x80;
    if (!good) text[at] = '?';
    at += good ? length : 1;
  }
  return text;
}

std::string strike_out(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets)
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
      text.replace(at, secret.size(), "***");
  return blank(text, find_secrets(text));
}

}  // namespace changeover
