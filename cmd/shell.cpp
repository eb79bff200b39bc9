#include "cmd/shell.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace changeover {
namespace {

std::string value_of(const Environment& environment, const char* name) { return environment.get(name).value_or(""); }

/// The first of the three that is set decides, as for the C library.
bool locale_has_unicode(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string locale = value_of(environment, name);
    if (locale.empty()) continue;
    std::ranges::transform(locale, locale.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return true;
}

int width_of(int descriptor) {
  constexpr int without_terminal = 100;
  constexpr int narrowest = 40;
  constexpr int widest = 140;
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return without_terminal;
  return std::clamp(static_cast<int>(size.ws_col), narrowest, widest);
}

}  // namespace

bool is_terminal(int descriptor, const Environment& environment) {
  return isatty(descriptor) == 1 && value_of(environment, "TERM") != "dumb";
}

TextStyle style_of(int descriptor, const Environment& environment) {
  TextStyle style;
  const bool terminal = is_terminal(descriptor, environment);
  style.colour = terminal && value_of(environment, "NO_COLOR").empty();
  style.unicode = locale_has_unicode(environment);
  style.width = terminal ? width_of(descriptor) : 100;
  return style;
}

}  // namespace changeover
