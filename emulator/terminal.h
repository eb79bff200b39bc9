// A terminal that shows a few lines again and again in the same place, and is left as it was found.
//
// Owner: whoever serves a world. Thread rule: one thread. What was shown stays until it is replaced or taken away; the
// cursor stands below it, so that a program that is killed leaves nothing worse than its last lines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/environment.h"

namespace changeover::emulator {

class Terminal {
 public:
  /// Nothing when the descriptor is no terminal, or one that cannot move its cursor (TERM=dumb).
  [[nodiscard]] static std::optional<Terminal> at(int descriptor, const Environment& environment);

  struct Size {
    std::size_t width = 80;
    std::size_t height = 24;
  };
  /// As it is now: a person may have changed it.
  [[nodiscard]] Size size() const;
  /// NO_COLOR is not set, or empty.
  [[nodiscard]] bool colour() const { return colour_; }

  /// In the place of what was shown before; nothing happens when it is the same.
  void show(const std::vector<std::string>& lines);
  /// Takes it away.
  void clear() { show({}); }

 private:
  Terminal(int descriptor, bool colour) : descriptor_(descriptor), colour_(colour) {}

  int descriptor_;
  bool colour_;
  std::vector<std::string> shown_{};
  std::size_t shown_width_ = 0;
};

}  // namespace changeover::emulator
