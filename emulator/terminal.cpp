#include "emulator/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace changeover::emulator {
namespace {

/// A terminal that is gone hears nothing, and that is no reason to end the world.
void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

std::optional<Terminal> Terminal::at(int descriptor, const Environment& environment) {
  if (::isatty(descriptor) == 0 || environment.get("TERM").value_or("dumb") == "dumb") return std::nullopt;
  return Terminal(descriptor, environment.get("NO_COLOR").value_or("").empty());
}

Terminal::Size Terminal::size() const {
  winsize window{};
  Size size;
  if (::ioctl(descriptor_, TIOCGWINSZ, &window) != 0) return size;
  if (window.ws_col > 1) size.width = window.ws_col;
  if (window.ws_row > 1) size.height = window.ws_row;
  return size;
}

void Terminal::show(const std::vector<std::string>& lines) {
  const std::size_t width = size().width;
  if (lines == shown_ && width == shown_width_) return;
  std::string text;
  // Up to where the first of the old lines stands, and everything from there on away.
  if (!shown_.empty()) text = "\r\x1b[" + std::to_string(shown_.size()) + "A\x1b[J";
  for (const std::string& line : lines) text += line + "\n";
  write_all(descriptor_, text);
  shown_ = lines;
  shown_width_ = width;
}

}  // namespace changeover::emulator
