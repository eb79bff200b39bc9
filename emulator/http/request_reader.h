// HTTP/1.1 requests out of bytes, however they are cut: no socket, no clock.
//
// Owner: a connection. Thread rule: one thread. Everything is bounded, so that no peer makes it grow; what is not
// HTTP/1.1, or could be read in two ways, is refused with a status, and nothing is read after that.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "emulator/model/message.h"

namespace changeover::emulator {

struct MessageBounds {
  std::size_t head = std::size_t{64} << 10U;  ///< request line and headers; more is 431
  std::size_t headers = 200;                  ///< their number
  std::size_t body = std::size_t{4} << 20U;   ///< more is 413
};

class RequestReader {
 public:
  /// idle: nothing of the next request has come.
  enum class State { idle, head, body, complete, refused };

  explicit RequestReader(MessageBounds bounds = {}) : bounds_(bounds) {}

  /// What came next from the peer, also parts of several requests.
  void feed(std::string_view bytes);
  [[nodiscard]] State state() const { return state_; }
  /// The complete request; reading goes on with what came behind it.
  [[nodiscard]] Request take();
  /// Whether the request that is complete, or was taken last, leaves the connection open.
  [[nodiscard]] bool keeps_alive() const { return keeps_alive_; }
  /// True once, when the peer waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool wants_to_be_told_to_go_on();

  struct Refusal {
    int status = 400;
    std::string words;
  };
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }

 private:
  enum class Part { request_line, headers, length, chunk_size, chunk, chunk_end, trailers };

  void advance();
  /// False when more bytes are needed.
  [[nodiscard]] bool advance_head();
  [[nodiscard]] bool advance_body();
  [[nodiscard]] bool next_line(std::string_view& line);
  void read_request_line(std::string_view line);
  void read_header(std::string_view line);
  void end_head();
  void begin_chunk(std::string_view line);
  [[nodiscard]] bool take_body();
  void refuse(int status, std::string words);

  MessageBounds bounds_;
  std::string buffer_;    ///< received and not yet used
  std::size_t used_ = 0;  ///< of the buffer
  State state_ = State::idle;
  Part part_ = Part::request_line;
  Request request_;
  std::string version_;
  std::size_t head_size_ = 0;  ///< of this request, trailers included
  std::size_t blank_lines_ = 0;
  std::size_t left_ = 0;  ///< of the body, or of the chunk
  bool keeps_alive_ = true;
  bool expects_ = false;
  Refusal refusal_;
};

}  // namespace changeover::emulator
