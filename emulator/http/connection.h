// One HTTP/1.1 connection: requests read, answers written, bytes and time bounded.
//
// Why not cpp-httplib, which serves the tests elsewhere: version 0.11.4 answers 416 to Heroku's `Range: version ..`
// before any handler sees it, and cannot reset a connection. Owner: the server's thread for that connection. Thread
// rule: one thread, except shut_down() and waits(), which any thread may call. A request that is broken, over-long or
// too slow ends the connection after one error answer.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/http/request_reader.h"
#include "emulator/model/message.h"

namespace changeover::emulator {

/// How long a peer may take.
struct Patience {
  std::chrono::milliseconds idle{300'000};  ///< between two requests
  std::chrono::milliseconds head{30'000};   ///< from a request's first byte to the end of its headers
  std::chrono::milliseconds body{60'000};   ///< from there to its end
  std::chrono::milliseconds write{30'000};  ///< without taking a byte of the answer
};

class Connection {
 public:
  /// Takes the descriptor.
  explicit Connection(int descriptor, Patience patience = {}, MessageBounds bounds = {})
      : descriptor_(descriptor), patience_(patience), reader_(bounds) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Waits for the next request; nothing when the peer is done, sent nonsense or was too slow.
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
  /// Nothing is lost when it ends now: it stands between requests, or the head of one has not come.
  [[nodiscard]] bool waits() const { return waits_; }

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  enum class Received { bytes, end, late };

  [[nodiscard]] Received receive(Deadline deadline, std::string& bytes) const;
  [[nodiscard]] bool write_file(const Response& response, bool head_only);
  [[nodiscard]] bool send_all(std::string_view bytes) const;
  void refuse(int status, std::string_view message);

  int descriptor_;
  Patience patience_;
  RequestReader reader_;
  std::atomic<bool> waits_{true};
  bool keeps_alive_ = true;
};

}  // namespace changeover::emulator
