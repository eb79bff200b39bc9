#include "emulator/router/dyno_exchange.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include "emulator/router/answer_reader.h"

namespace changeover::emulator {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

milliseconds since(Steady::time_point begun) { return std::chrono::duration_cast<milliseconds>(Steady::now() - begun); }

/// The connection; closes with the value.
class Socket {
 public:
  explicit Socket(int stop)
      : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)), stop_(stop) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  enum class Wake { ready, stopped, too_late };
  [[nodiscard]] Wake wait(short events, Steady::time_point until) const {
    for (;;) {
      std::array<pollfd, 2> watched{pollfd{descriptor_, events, 0}, pollfd{stop_, POLLIN, 0}};
      const auto left = std::chrono::ceil<milliseconds>(until - Steady::now()).count();
      const int count =
          ::poll(watched.data(), watched.size(), static_cast<int>(std::clamp<long long>(left, 0, 600'000)));
      if (watched[1].revents != 0) return Wake::stopped;
      if (watched[0].revents != 0) return Wake::ready;
      if (count == 0 || (count < 0 && errno != EINTR)) return Wake::too_late;
    }
  }

  [[nodiscard]] std::optional<DynoFailure> connect(int port, Steady::time_point until) const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return std::nullopt;
    if (errno != EINPROGRESS) return DynoFailure::refused;
    const Wake wake = wait(POLLOUT, until);
    if (wake == Wake::stopped) return DynoFailure::stopped;
    if (wake == Wake::too_late) return DynoFailure::connect_timeout;
    int problem = 0;
    socklen_t size = sizeof problem;
    ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &problem, &size);
    return problem == 0 ? std::nullopt : std::optional(DynoFailure::refused);
  }

  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  int stop_;
};

std::string text_of(const Request& request) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH")
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return text + "connection: close\r\n\r\n" + request.body;
}

/// Sends all of it, or as much as the dyno takes: one that answers early may hear no more.
std::optional<DynoFailure> send_all(const Socket& socket, std::string_view bytes, Steady::time_point until) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      const Socket::Wake wake = socket.wait(POLLOUT, until);
      if (wake == Socket::Wake::stopped) return DynoFailure::stopped;
      if (wake == Socket::Wake::too_late) return DynoFailure::answer_timeout;
    } else if (errno != EINTR) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<DynoFailure> receive(const Socket& socket, AnswerReader& reader, const DynoLimits& limits,
                                   Steady::time_point connected) {
  std::array<char, 16'384> bytes{};
  for (;;) {
    const Socket::Wake wake =
        socket.wait(POLLIN, reader.has_begun() ? std::min(Steady::now() + limits.idle, connected + limits.whole)
                                               : connected + limits.answer);
    if (wake == Socket::Wake::stopped) return DynoFailure::stopped;
    if (wake == Socket::Wake::too_late)
      return reader.has_begun() ? DynoFailure::interrupted : DynoFailure::answer_timeout;
    const ssize_t count = ::recv(socket.descriptor(), bytes.data(), bytes.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    const auto state = count > 0 ? reader.take({bytes.data(), static_cast<std::size_t>(count)}) : reader.end();
    if (state == AnswerReader::State::done) return std::nullopt;
    if (state == AnswerReader::State::malformed) return DynoFailure::malformed;
    if (count <= 0) return reader.has_begun() ? DynoFailure::interrupted : DynoFailure::closed;
  }
}

}  // namespace

DynoExchange ask_dyno(int port, const Request& request, const DynoLimits& limits, int stop) {
  DynoExchange exchange;
  const Socket socket(stop);
  const auto begun = Steady::now();
  exchange.failure = socket.connect(port, begun + limits.connect);
  exchange.connect = since(begun);
  if (exchange.failure) return exchange;
  const auto connected = Steady::now();
  AnswerReader reader(request.method == "HEAD", limits.head, limits.body);
  exchange.failure = send_all(socket, text_of(request), connected + limits.answer);
  if (!exchange.failure) exchange.failure = receive(socket, reader, limits, connected);
  exchange.service = since(connected);
  if (!exchange.failure) exchange.response = std::move(reader).response();
  return exchange;
}

}  // namespace changeover::emulator
