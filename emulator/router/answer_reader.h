// Reads one HTTP/1.1 answer from bytes as they come: by length, by chunks, or to the end of the connection.
//
// Owner: the exchange with a dyno. Thread rule: one thread. After `malformed` it takes nothing more.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/model/message.h"

namespace changeover::emulator {

class AnswerReader {
 public:
  enum class State { head, body, done, malformed };

  /// `to_head`: the request was HEAD, so no body follows whatever the headers say.
  AnswerReader(bool to_head, std::size_t most_head, std::size_t most_body)
      : to_head_(to_head), most_head_(most_head), most_body_(most_body) {}

  /// Takes what came.
  State take(std::string_view bytes);
  /// The connection has ended; anything but `done` means that the answer is not whole.
  State end();
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool has_begun() const { return begun_; }
  /// Once done: without the headers that belong to the connection.
  [[nodiscard]] Response response() &&;

 private:
  [[nodiscard]] bool read_head();
  [[nodiscard]] bool read_headers(std::string_view lines);
  [[nodiscard]] bool begin_body();
  void read_body();
  void read_chunks();
  [[nodiscard]] std::optional<std::string> take_line();

  bool to_head_;
  std::size_t most_head_;
  std::size_t most_body_;
  State state_ = State::head;
  bool begun_ = false;
  std::string buffer_;
  Response response_;
  enum class Framing { length, chunks, close } framing_ = Framing::close;
  std::size_t left_ = 0;  ///< of the body or the chunk
  enum class Chunk { size, bytes, end, trailer } chunk_ = Chunk::size;
};

}  // namespace changeover::emulator
