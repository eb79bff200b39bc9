#include "emulator/engine/ports.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>

namespace changeover::emulator {
namespace {

struct Range {
  int first = 0;
  int count = 0;
};

constexpr int lowest = 10'000;
constexpr int highest = 65'535;
constexpr int enough = 2'000;

/// The larger part of what the kernel does not hand out by itself; everything when it hands out nearly all.
Range ports_for_dynos() {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  int from = 32'768;
  int to = 60'999;
  file >> from >> to;
  const Range below{lowest, from - lowest};
  const Range above{to + 1, highest - to};
  const Range best = below.count >= above.count ? below : above;
  return best.count >= enough ? best : Range{lowest, highest - lowest + 1};
}

/// -1 when another emulator has that number.
int hold(int number) {
  const int holder = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (holder < 0) return -1;
  const std::string name = "changeover-dyno-port-" + std::to_string(number);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(&address.sun_path[1], name.data(), name.size());  // the first byte stays 0: no file
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (::bind(holder, reinterpret_cast<const sockaddr*>(&address), length) == 0) return holder;
  ::close(holder);
  return -1;
}

/// Without SO_REUSEADDR, so that a port with connections that are still dying is no free one.
bool is_free(int number) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  address.sin_port = htons(static_cast<std::uint16_t>(number));
  const bool bound = probe >= 0 && ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (probe >= 0) ::close(probe);
  return bound;
}

}  // namespace

std::optional<ReservedPort> ReservedPort::take() {
  static const Range range = ports_for_dynos();
  // Each program begins somewhere else, and goes on from there: a port rests before it is given out again.
  static std::atomic<unsigned> next{static_cast<unsigned>(::getpid()) * 2'654'435'761U};
  for (int attempt = 0; attempt < range.count; ++attempt) {
    const int number = range.first + static_cast<int>(next++ % static_cast<unsigned>(range.count));
    const int holder = hold(number);
    if (holder < 0) continue;
    ReservedPort port(number, holder);
    if (is_free(number)) return port;
  }
  return std::nullopt;
}

ReservedPort::ReservedPort(ReservedPort&& other) noexcept
    : number_(other.number_), holder_(std::exchange(other.holder_, -1)) {}

ReservedPort& ReservedPort::operator=(ReservedPort&& other) noexcept {
  std::swap(number_, other.number_);
  std::swap(holder_, other.holder_);
  return *this;
}

ReservedPort::~ReservedPort() {
  if (holder_ >= 0) ::close(holder_);
}

}  // namespace changeover::emulator
