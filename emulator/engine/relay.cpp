#include "emulator/engine/relay.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace changeover::emulator {
namespace {

constexpr int backlog = 64;
constexpr std::size_t block = 65'536;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void make_quick(int descriptor) {
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
}

bool would_block() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

Result<std::unique_ptr<Relay>> Relay::open(int target_port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (listener < 0 || ::bind(listener, generic, length) != 0 || ::listen(listener, backlog) != 0 ||
      ::getsockname(listener, generic, &length) != 0) {
    const std::string why = std::strerror(errno);
    if (listener >= 0) ::close(listener);
    return fail(ErrorCode::unavailable, "cannot open a port for a pool: " + why);
  }
  return std::unique_ptr<Relay>(
      new Relay(listener, ntohs(address.sin_port), target_port, ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)));
}

Relay::Relay(int listener, int port, int target_port, int stop)
    : listener_(listener), port_(port), target_port_(target_port), stop_(stop) {
  worker_ = std::thread([this] { carry(); });
}

Relay::~Relay() {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(stop_, &one, sizeof one));
  worker_.join();
  for (const auto& connection : connections_)
    for (const int descriptor : {connection->there.from, connection->there.to}) ::close(descriptor);
  ::close(listener_);
  ::close(stop_);
}

/// The life of the worker.
void Relay::carry() {
  std::vector<pollfd> watched;
  for (;;) {
    watched.assign({{stop_, POLLIN, 0}, {listener_, POLLIN, 0}});
    for (const auto& connection : connections_) {
      short client = 0;
      short server = 0;
      const Way& there = connection->there;
      const Way& back = connection->back;
      if (there.waiting.empty() && !there.ended) client |= POLLIN;
      if (!there.waiting.empty()) server |= POLLOUT;
      if (back.waiting.empty() && !back.ended) server |= POLLIN;
      if (!back.waiting.empty()) client |= POLLOUT;
      watched.push_back({there.from, client, 0});
      watched.push_back({there.to, server, 0});
    }
    if (::poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[0].revents != 0) return;
    std::size_t at = 2;
    std::erase_if(connections_, [&](const std::unique_ptr<Connection>& connection) {
      const short client = watched[at++].revents;
      const short server = watched[at++].revents;
      if (move(connection->there, client, server) && move(connection->back, server, client)) {
        if (!connection->there.ended || !connection->back.ended) return false;
      }
      ::close(connection->there.from);
      ::close(connection->there.to);
      return true;
    });
    if (watched[1].revents != 0) accept_one();
  }
}

void Relay::accept_one() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(target_port_);
  if (server < 0 || ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (server >= 0) ::close(server);
    ::close(client);
    return;
  }
  make_quick(client);
  make_quick(server);
  connections_.push_back(
      std::make_unique<Connection>(Connection{{client, server, {}, false}, {server, client, {}, false}}));
}

bool Relay::move(Way& way, short from_events, short to_events) {
  if (way.waiting.empty() && !way.ended && (from_events & (POLLIN | POLLHUP | POLLERR)) != 0) {
    std::array<char, block> bytes;
    const ssize_t count = ::recv(way.from, bytes.data(), bytes.size(), 0);
    if (count < 0 && !would_block()) return false;
    if (count == 0) {
      way.ended = true;
      ::shutdown(way.to, SHUT_WR);
    }
    if (count > 0) way.waiting.assign(bytes.data(), static_cast<std::size_t>(count));
  }
  if ((to_events & POLLERR) != 0) return false;
  if (way.waiting.empty()) return true;
  const ssize_t count = ::send(way.to, way.waiting.data(), way.waiting.size(), MSG_NOSIGNAL);
  if (count < 0) return would_block();
  way.waiting.erase(0, static_cast<std::size_t>(count));
  return true;
}

}  // namespace changeover::emulator
