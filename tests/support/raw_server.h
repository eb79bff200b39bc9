// A server that does with its sockets exactly what a test says: answers, keeps silent, or cuts the connection.
//
// Owner: the test. Thread rule: the server runs threads of its own; `reply` is called on them, one connection a thread.
// The destructor ends every connection and joins. Listens on loopback, on a port the system chooses.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace changeover::testing {

class RawServer {
 public:
  /// Given a whole request (head and body): the bytes to answer with. An empty answer resets the connection.
  using Reply = std::function<std::string(const std::string& request)>;

  explicit RawServer(Reply reply) : reply_(std::move(reply)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, length) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, generic, &length) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  ~RawServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
      const std::lock_guard lock(mutex_);
      for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
  }

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] int requests() const { return requests_; }
  /// Becomes ready when a client ends a connection by itself.
  [[nodiscard]] std::future<void> client_gone() { return client_gone_.get_future(); }

  /// A whole answer with its length.
  static std::string answer(int status, const std::string& body, const std::string& headers = {}) {
    return "HTTP/1.1 " + std::to_string(status) + " Words\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

 private:
  void accept_all() {
    for (;;) {
      const int socket = ::accept(listener_, nullptr, nullptr);
      if (socket < 0 || stopping_) {
        if (socket >= 0) ::close(socket);
        return;
      }
      ++connections_;
      const std::lock_guard lock(mutex_);
      open_.push_back(socket);
      threads_.emplace_back([this, socket] { serve(socket); });
    }
  }

  void serve(int socket) {
    std::string text;
    for (;;) {
      const std::string request = next_request(socket, text);
      if (request.empty()) break;
      ++requests_;
      const std::string bytes = reply_(request);
      if (bytes.empty()) {
        // Zero seconds of linger make close() send a reset.
        const linger hard{1, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        break;
      }
      std::size_t sent = 0;
      while (sent < bytes.size()) {
        const auto written = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (written <= 0) break;
        sent += static_cast<std::size_t>(written);
      }
      if (sent < bytes.size()) break;
    }
    const std::lock_guard lock(mutex_);
    std::erase(open_, socket);
    ::close(socket);
  }

  /// Empty when the client ended the connection first.
  std::string next_request(int socket, std::string& text) {
    for (;;) {
      if (const auto head = text.find("\r\n\r\n"); head != std::string::npos) {
        const std::size_t whole = head + 4 + body_length(text.substr(0, head));
        if (text.size() >= whole) {
          std::string request = text.substr(0, whole);
          text.erase(0, whole);
          return request;
        }
      }
      char buffer[4096];
      const auto count = ::recv(socket, buffer, sizeof buffer, 0);
      if (count <= 0) {
        if (!stopping_ && !gone_said_.exchange(true)) client_gone_.set_value();
        return {};
      }
      text.append(buffer, static_cast<std::size_t>(count));
    }
  }

  static std::size_t body_length(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : static_cast<std::size_t>(std::atol(head.c_str() + at + 16));
  }

  Reply reply_;
  int listener_;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> gone_said_{false};
  std::atomic<int> connections_{0};
  std::atomic<int> requests_{0};
  std::promise<void> client_gone_;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace changeover::testing
