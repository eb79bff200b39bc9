#include "postgres/interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace changeover::postgres {

Interrupt::Interrupt() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Interrupt::~Interrupt() {
  if (descriptor_ >= 0) close(descriptor_);
}

void Interrupt::raise() {
  raised_ = true;
  const std::uint64_t one = 1;
  // A full counter is as good as a ring: the bell is readable either way.
  if (descriptor_ >= 0) [[maybe_unused]]
    const auto written = write(descriptor_, &one, sizeof one);
}

void Interrupt::clear() {
  std::uint64_t count = 0;
  if (descriptor_ >= 0) [[maybe_unused]]
    const auto got = read(descriptor_, &count, sizeof count);
  raised_ = false;
}

namespace {

bool socket_wakes(int socket, int bell, bool or_write, std::chrono::milliseconds at_most) {
  std::array<pollfd, 2> watched{};
  watched[0] = {bell, POLLIN, 0};
  watched[1] = {socket, static_cast<short>(or_write ? POLLIN | POLLOUT : POLLIN), 0};
  const auto time = std::clamp<std::chrono::milliseconds::rep>(at_most.count(), 0, 60'000);
  return poll(watched.data(), watched.size(), static_cast<int>(time)) > 0 && watched[1].revents != 0;
}

}  // namespace

Interrupt::Wake Interrupt::wait(int socket, bool or_write, std::chrono::milliseconds at_most) const {
  if (raised_) return Wake::interrupt;
  const bool woken = socket_wakes(socket, descriptor_, or_write, at_most);
  if (raised_) return Wake::interrupt;
  return woken ? Wake::socket : Wake::time;
}

Interrupt::Wake Interrupt::wait_deaf(int socket, bool or_write, std::chrono::milliseconds at_most) {
  return socket_wakes(socket, -1, or_write, at_most) ? Wake::socket : Wake::time;
}

}  // namespace changeover::postgres
