#include "emulator/router/answer_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace changeover::emulator {
namespace {

constexpr std::size_t longest_chunk_line = 1024;

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

template <class Number>
std::optional<Number> number_in(std::string_view text, int base) {
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Headers of a connection, not of the answer.
bool is_hop(std::string_view name) {
  constexpr std::array<std::string_view, 6> hops{"connection",        "keep-alive", "content-length",
                                                 "transfer-encoding", "upgrade",    "trailer"};
  return std::ranges::find(hops, name) != hops.end();
}

}  // namespace

AnswerReader::State AnswerReader::take(std::string_view bytes) {
  if (!bytes.empty()) begun_ = true;
  buffer_.append(bytes);
  while (state_ == State::head && buffer_.find("\n\r\n") != std::string::npos)
    if (!read_head()) return state_ = State::malformed;
  if (state_ == State::head && buffer_.size() > most_head_) state_ = State::malformed;
  if (state_ == State::body) framing_ == Framing::chunks ? read_chunks() : read_body();
  return state_;
}

AnswerReader::State AnswerReader::end() {
  if (state_ == State::body && framing_ == Framing::close) state_ = State::done;
  return state_;
}

bool AnswerReader::read_head() {
  const std::size_t end = buffer_.find("\n\r\n");
  if (end > most_head_) return false;
  const std::string head = buffer_.substr(0, end + 1);
  buffer_.erase(0, end + 3);
  const std::string_view first = trimmed(std::string_view(head).substr(0, head.find('\n')));
  const auto status =
      first.starts_with("HTTP/1.") && first.size() >= 12 ? number_in<int>(first.substr(9, 3), 10) : std::nullopt;
  if (!status || *status < 100 || *status > 599) return false;
  response_ = {};
  response_.status = *status;
  if (!read_headers(std::string_view(head).substr(head.find('\n') + 1))) return false;
  const bool interim = *status < 200;  // 100 Continue and its like: the answer is yet to come
  return interim || begin_body();
}

bool AnswerReader::read_headers(std::string_view lines) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon == 0) return false;
    response_.headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  return true;
}

bool AnswerReader::begin_body() {
  state_ = State::body;
  const std::string_view length = response_.header("content-length");
  if (to_head_ || response_.status == 204 || response_.status == 304) {
    state_ = State::done;
  } else if (lower(response_.header("transfer-encoding")) == "chunked") {
    framing_ = Framing::chunks;
  } else if (!length.empty()) {
    const auto bytes = number_in<std::size_t>(length, 10);
    if (!bytes || *bytes > most_body_) return false;
    framing_ = Framing::length;
    left_ = *bytes;
    if (left_ == 0) state_ = State::done;
  }
  return true;
}

void AnswerReader::read_body() {
  response_.body += std::exchange(buffer_, {});
  if (response_.body.size() > most_body_) state_ = State::malformed;
  if (framing_ != Framing::length || response_.body.size() < left_) return;
  response_.body.resize(left_);  // what follows belongs to nothing we asked for
  state_ = State::done;
}

std::optional<std::string> AnswerReader::take_line() {
  const std::size_t end = buffer_.find('\n');
  if (end == std::string::npos) {
    if (buffer_.size() > longest_chunk_line) state_ = State::malformed;
    return std::nullopt;
  }
  std::string line(trimmed(std::string_view(buffer_).substr(0, end)));
  buffer_.erase(0, end + 1);
  return line;
}

void AnswerReader::read_chunks() {
  while (state_ == State::body) {
    if (chunk_ == Chunk::bytes) {
      const std::size_t part = std::min(left_, buffer_.size());
      response_.body.append(buffer_, 0, part);
      buffer_.erase(0, part);
      left_ -= part;
      if (left_ > 0) return;
      chunk_ = Chunk::end;
      continue;
    }
    const std::optional<std::string> line = take_line();
    if (!line) return;
    if (chunk_ == Chunk::end) {
      if (!line->empty()) state_ = State::malformed;
      chunk_ = Chunk::size;
    } else if (chunk_ == Chunk::trailer) {
      if (line->empty()) state_ = State::done;
    } else {
      const auto size = number_in<std::size_t>(trimmed(std::string_view(*line).substr(0, line->find(';'))), 16);
      if (!size || *size > most_body_ || response_.body.size() + *size > most_body_) {
        state_ = State::malformed;
        return;
      }
      left_ = *size;
      chunk_ = *size == 0 ? Chunk::trailer : Chunk::bytes;
    }
  }
}

Response AnswerReader::response() && {
  std::erase_if(response_.headers, [](const auto& header) { return is_hop(header.first); });
  return std::move(response_);
}

}  // namespace changeover::emulator
