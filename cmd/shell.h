// What a command may touch of the process it runs in: streams, terminal, environment, files, and the way to Heroku.
//
// Owner: main makes one; commands take a reference. Thread rule: the main thread. stdout carries the result and
// nothing else, stderr the log (design 8).
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>

#include "cmd/rehearsal.h"
#include "cmd/view/text_style.h"
#include "cmd/wiring.h"
#include "core/environment.h"
#include "core/result.h"
#include "executor/state/files.h"

namespace changeover {

struct Shell {
  std::ostream& out;
  std::ostream& err;
  TextStyle out_style;
  TextStyle err_style;
  bool err_is_terminal = false;
  int in = 0;            ///< descriptor that answers are read from
  bool can_ask = false;  ///< a person can read stderr and answer on `in`
  const Environment& environment;
  Files& files;
  std::function<Result<std::unique_ptr<World>>(const Desired&, Reach, const Environment&)> open_world;
  std::function<Result<std::unique_ptr<Rehearsal>>(const std::string& world, const Environment&)> start_rehearsal{};
};

/// The style of a stream: colour only on a terminal, without NO_COLOR and with a TERM that is not "dumb"; the width of
/// the terminal, else 100; ASCII only when the locale names another character set.
[[nodiscard]] TextStyle style_of(int descriptor, const Environment& environment);

/// Whether the descriptor is a terminal that a line can be redrawn on.
[[nodiscard]] bool is_terminal(int descriptor, const Environment& environment);

}  // namespace changeover
