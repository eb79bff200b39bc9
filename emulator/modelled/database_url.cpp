#include "emulator/modelled/database_url.h"

#include <charconv>

namespace changeover::emulator {
namespace {

/// Takes what stands before `mark` off the front; nothing when the mark is not there.
std::optional<std::string_view> take_before(std::string_view& text, char mark) {
  const std::size_t end = text.find(mark);
  if (end == text.npos) return std::nullopt;
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end + 1);
  return taken;
}

}  // namespace

std::optional<DatabaseUrl> parse_database_url(std::string_view url) {
  constexpr std::string_view scheme = "postgres://";
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  const auto user = take_before(url, ':');
  const auto password = take_before(url, '@');
  const auto host = take_before(url, ':');
  const auto port = take_before(url, '/');
  if (!user || !password || !host || !port || url.empty()) return std::nullopt;
  DatabaseUrl parts{std::string(*user), Secret(std::string(*password)), std::string(*host), 0,
                    std::string(url.substr(0, url.find('?')))};
  const auto [end, problem] = std::from_chars(port->data(), port->data() + port->size(), parts.port);
  if (problem != std::errc() || end != port->data() + port->size()) return std::nullopt;
  return parts;
}

}  // namespace changeover::emulator
