#include "emulator/http/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace changeover::emulator {
namespace {

constexpr int backlog = 256;
constexpr std::chrono::milliseconds leave_time{1'000};  ///< how long a connection may take to make room
constexpr std::string_view all_busy =
    "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

tl::unexpected<Error> port_failure(const std::string& address, int port, int descriptor) {
  const std::string why = std::strerror(errno);
  if (descriptor >= 0) ::close(descriptor);
  return fail(ErrorCode::unavailable, "cannot listen on " + address + ":" + std::to_string(port) + ": " + why,
              "Take another port, or 0 for any free one.");
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::start(const std::string& address, int port, Serve serve,
                                                  ListenerLimits limits) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::inet_pton(AF_INET, address.c_str(), &place.sin_addr) != 1)
    return fail(ErrorCode::invalid_spec, "`" + address + "` is no IPv4 address", "For example 127.0.0.1.");
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return port_failure(address, port, descriptor);
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  socklen_t size = sizeof place;
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&place), size) != 0 || ::listen(descriptor, backlog) != 0 ||
      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&place), &size) != 0)
    return port_failure(address, port, descriptor);
  return std::unique_ptr<Listener>(new Listener(descriptor, ntohs(place.sin_port), std::move(serve), limits));
}

Listener::Listener(int descriptor, int port, Serve serve, ListenerLimits limits)
    : descriptor_(descriptor), port_(port), serve_(std::move(serve)), limits_(limits), acceptor_([this] {
        accept_all();
      }) {}

Listener::~Listener() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ::shutdown(descriptor_, SHUT_RDWR);  // accept() returns
  acceptor_.join();
  ::close(descriptor_);
  {
    const std::lock_guard lock(mutex_);
    for (const Guest& guest : guests_)
      if (!guest.done) guest.connection.shut_down();
  }
  for (Guest& guest : guests_) guest.thread.join();
}

std::size_t Listener::present() const {
  return static_cast<std::size_t>(std::ranges::count(guests_, false, &Guest::done));
}

bool Listener::make_room(std::unique_lock<std::mutex>& lock) {
  while (present() >= limits_.connections && !stopping_) {
    const auto waiting = std::ranges::find_if(
        guests_, [](const Guest& guest) { return !guest.done && !guest.leaving && guest.connection.waits(); });
    const bool somebody_leaves =
        std::ranges::any_of(guests_, [](const Guest& guest) { return guest.leaving && !guest.done; });
    if (waiting != guests_.end()) {
      waiting->leaving = true;
      waiting->connection.shut_down();
    } else if (!somebody_leaves) {
      return false;
    }
    left_.wait_for(lock, leave_time);
  }
  return true;
}

void Listener::accept_all() {
  for (;;) {
    const int descriptor = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor >= 0) {
      welcome(descriptor);
      continue;
    }
    const int problem = errno;
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    if (problem == EINTR || problem == ECONNABORTED) continue;
    // Out of descriptors or memory, likely: a connection that ends gives some back.
    left_.wait_for(lock, leave_time);
  }
}

void Listener::welcome(int descriptor) {
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sweep();
  std::unique_lock lock(mutex_);
  if (!make_room(lock)) {
    lock.unlock();
    static_cast<void>(::send(descriptor, all_busy.data(), all_busy.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    ::close(descriptor);
    return;
  }
  Guest& guest = guests_.emplace_back(descriptor, limits_.patience);
  guest.thread = std::thread([this, &guest] {
    serve_(guest.connection);
    const std::lock_guard done(mutex_);
    guest.connection.close();  // under the lock: shut_down() must not meet a descriptor that is another's by now
    guest.done = true;
    left_.notify_all();
  });
}

void Listener::sweep() {
  std::list<Guest> leaving;
  {
    const std::lock_guard lock(mutex_);
    for (auto guest = guests_.begin(); guest != guests_.end();) {
      const auto next = std::next(guest);
      if (guest->done) leaving.splice(leaving.end(), guests_, guest);
      guest = next;
    }
  }
  for (Guest& guest : leaving) guest.thread.join();
}

}  // namespace changeover::emulator
