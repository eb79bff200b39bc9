// A port for a dyno: a number that nobody is likely to take between our choice and the dyno's own bind().
//
// The two cannot be one step, because any program may be a dyno and binds when it likes. What keeps others away
// meanwhile: the number lies outside the kernel's range for ports it hands out itself, so that no outgoing connection
// and no bind() to port 0 ever gets it; an abstract Unix socket of the number's name is held for as long as the
// reservation lives, so that no two emulators of a machine give out the same one, and it goes with us however we end;
// and who listens there already is found by a trial bind(). What is left is a stranger who asks for just that number
// in between: then the dyno cannot bind, crashes as it would on Heroku, and starts again with another one.
//
// Owner: the process engine, from before the dyno starts until it is forgotten. Thread rule: take() from any thread.
#pragma once

#include <optional>

namespace changeover::emulator {

class ReservedPort {
 public:
  /// Nothing when none is free.
  [[nodiscard]] static std::optional<ReservedPort> take();
  ReservedPort(const ReservedPort&) = delete;
  ReservedPort& operator=(const ReservedPort&) = delete;
  ReservedPort(ReservedPort&& other) noexcept;
  ReservedPort& operator=(ReservedPort&& other) noexcept;
  ~ReservedPort();

  [[nodiscard]] int number() const { return number_; }

 private:
  ReservedPort(int number, int holder) : number_(number), holder_(holder) {}
  int number_;
  int holder_;  ///< the abstract socket
};

}  // namespace changeover::emulator
