#include "emulator/writer/stop_signal.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace changeover::writer {
namespace {

using namespace std::chrono_literals;

timespec to_timespec(std::chrono::nanoseconds time) {
  return {static_cast<time_t>(time / 1s), static_cast<long>((time % 1s).count())};
}

int signal_descriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

}  // namespace

StopSignal::StopSignal(std::chrono::milliseconds drain)
    : time_to_go_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)),
      signals_(signal_descriptor()),
      quit_(eventfd(0, EFD_CLOEXEC)),
      listener_([this, drain] { listen(drain); }) {}

StopSignal::~StopSignal() {
  const std::uint64_t one = 1;
  static_cast<void>(!write(quit_, &one, sizeof one));
  listener_.join();
  for (const int descriptor : {time_to_go_, signals_, quit_}) close(descriptor);
}

void StopSignal::listen(std::chrono::milliseconds drain) const {
  std::chrono::nanoseconds wait = drain;
  while (true) {
    std::array<pollfd, 2> watched{pollfd{signals_, POLLIN, 0}, pollfd{quit_, POLLIN, 0}};
    if (poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) continue;
    if (watched[1].revents != 0) return;
    signalfd_siginfo info{};
    static_cast<void>(!read(signals_, &info, sizeof info));
    const itimerspec once{{0, 0}, to_timespec(std::max(wait, 1ns))};  // zero would disarm it
    timerfd_settime(time_to_go_, 0, &once, nullptr);
    wait = 0ns;
  }
}

bool StopSignal::came_before(std::chrono::steady_clock::time_point until) const {
  pollfd watched{time_to_go_, POLLIN, 0};
  const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - std::chrono::steady_clock::now());
  const timespec limit = to_timespec(std::max(left, 0ns));
  return ppoll(&watched, 1, &limit, nullptr) > 0;
}

}  // namespace changeover::writer
