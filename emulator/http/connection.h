// One HTTP/1.1 connection: requests read, answers written, bytes bounded.
//
// Why not cpp-httplib, which serves the tests elsewhere: version 0.11.4 answers 416 to Heroku's `Range: version ..`
// before any handler sees it, and cannot reset a connection. Owner: the server's thread for that connection. Thread
// rule: one thread, except shut_down(), which any thread may call. A broken or over-long request ends the connection
// after one error answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/model/message.h"

namespace changeover::emulator {

struct MessageBounds {
  std::size_t head = std::size_t{64} << 10U;  ///< request line and headers
  std::size_t body = std::size_t{4} << 20U;   ///< more is 413
};

class Connection {
 public:
  /// Takes the descriptor.
  explicit Connection(int descriptor, MessageBounds bounds = {}) : descriptor_(descriptor), bounds_(bounds) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Waits for the next request; nothing when the peer is done or sent nonsense.
  [[nodiscard]] std::optional<Request> read();
  /// False when the peer is gone. `head_only`: the answer to HEAD, without its body.
  [[nodiscard]] bool write(const Response& response, bool head_only);
  /// Begins an answer whose body comes in pieces (chunks): then write_piece() for each, then end_pieces(). False when
  /// the peer is gone.
  [[nodiscard]] bool begin_pieces(int status, std::string_view content_type);
  [[nodiscard]] bool write_piece(std::string_view bytes);
  [[nodiscard]] bool end_pieces();
  /// The peer has closed its end, or the connection is broken.
  [[nodiscard]] bool peer_is_gone() const;
  /// Whether the last request leaves the connection open.
  [[nodiscard]] bool keeps_alive() const { return keeps_alive_; }
  /// Makes close() show the peer a reset instead of an orderly end.
  void reset();
  /// Ends the connection; nothing may be read or written afterwards.
  void close();
  /// Makes a read() in another thread return nothing.
  void shut_down() const;

 private:
  [[nodiscard]] bool receive();
  [[nodiscard]] std::optional<std::string> take(std::size_t bytes);
  [[nodiscard]] std::optional<std::string> take_line();
  [[nodiscard]] bool read_body(Request& request);
  [[nodiscard]] bool read_chunks(Request& request);
  [[nodiscard]] bool write_file(const Response& response, bool head_only);
  [[nodiscard]] bool send_all(std::string_view bytes);
  void refuse(int status, std::string_view message);

  int descriptor_;
  MessageBounds bounds_;
  std::string buffer_;  ///< received and not yet used
  bool keeps_alive_ = true;
};

}  // namespace changeover::emulator
