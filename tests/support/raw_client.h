// A client that puts on the wire exactly the bytes a test says, and hears whatever comes back.
//
// Owner: the test. Thread rule: one thread. Speaks to loopback. Nothing waits longer than `limit`.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace changeover::testing {

class RawClient {
 public:
  static constexpr int limit = 20'000;  ///< milliseconds

  explicit RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    connected_ = socket_ >= 0 && ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  RawClient(RawClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_) {}
  ~RawClient() {
    if (socket_ >= 0) ::close(socket_);
  }

  [[nodiscard]] bool connected() const { return connected_; }

  /// False when the server did not take it all.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      pollfd writable{socket_, POLLOUT, 0};
      if (::poll(&writable, 1, limit) != 1) return false;
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  /// One answer with its body, "" when the connection ended before one was whole.
  std::string answer() {
    for (;;) {
      if (const std::size_t head = heard_.find("\r\n\r\n"); head != std::string::npos) {
        const std::size_t whole = head + 4 + length_in(heard_.substr(0, head));
        if (heard_.size() >= whole) {
          std::string text = heard_.substr(0, whole);
          heard_.erase(0, whole);
          return text;
        }
      }
      if (!hear()) return {};
    }
  }
  /// "400"; "" for no answer.
  std::string status() {
    const std::string text = answer();
    return text.size() > 12 ? text.substr(9, 3) : "";
  }
  /// Whether the server ends the connection, with or without words before.
  bool ends() {
    while (hear()) {
    }
    return ended_;
  }
  /// What has come and was not asked for.
  [[nodiscard]] const std::string& heard() const { return heard_; }

 private:
  bool hear() {
    pollfd readable{socket_, POLLIN, 0};
    if (::poll(&readable, 1, limit) != 1) return false;
    char buffer[16'384];
    const ssize_t count = ::recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count <= 0) {
      ended_ = true;
      return false;
    }
    heard_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }
  static std::size_t length_in(const std::string& head) {
    const std::size_t at = head.find("content-length: ");
    return at == std::string::npos ? 0 : static_cast<std::size_t>(std::atol(head.c_str() + at + 16));
  }

  int socket_;
  bool connected_ = false;
  bool ended_ = false;
  std::string heard_;
};

}  // namespace changeover::testing
