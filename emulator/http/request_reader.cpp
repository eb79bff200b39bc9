#include "emulator/http/request_reader.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace changeover::emulator {
namespace {

constexpr std::size_t most_blank_lines = 8;  ///< before a request, as old clients send them behind a body

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

/// RFC 9110's token: names of methods and headers.
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}

/// Digits alone: no sign, no space, nothing behind.
std::optional<std::size_t> size_in(std::string_view text, int base) {
  std::size_t size = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), size, base);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return size;
}

/// All values of a header are the same; RFC 9110 wants that of Content-Length at the least.
bool is_single(const Headers& headers, std::string_view name) {
  std::optional<std::string_view> first;
  for (const auto& [key, value] : headers) {
    if (key != name) continue;
    if (first && *first != value) return false;
    first = value;
  }
  return true;
}

}  // namespace

void RequestReader::feed(std::string_view bytes) {
  if (state_ == State::refused) return;
  buffer_.append(bytes);
  if (state_ != State::complete) advance();
}

Request RequestReader::take() {
  Request taken = std::exchange(request_, Request{});
  buffer_.erase(0, std::exchange(used_, 0));
  state_ = State::idle;
  part_ = Part::request_line;
  head_size_ = blank_lines_ = left_ = 0;
  expects_ = false;
  advance();
  return taken;
}

bool RequestReader::wants_to_be_told_to_go_on() {
  return state_ == State::body && used_ == buffer_.size() && std::exchange(expects_, false);
}

void RequestReader::refuse(int status, std::string words) {
  state_ = State::refused;
  keeps_alive_ = false;
  refusal_ = {status, std::move(words)};
  buffer_.clear();
  used_ = 0;
}

void RequestReader::advance() {
  bool more = true;
  while (more && state_ != State::complete && state_ != State::refused)
    more = state_ == State::body ? advance_body() : advance_head();
}

bool RequestReader::next_line(std::string_view& line) {
  const std::size_t end = buffer_.find('\n', used_);
  if (head_size_ + std::min(end, buffer_.size()) - used_ > bounds_.head) {
    refuse(431, "The headers are too long.");
    return false;
  }
  if (end == buffer_.npos) return false;
  line = std::string_view(buffer_).substr(used_, end - used_);
  head_size_ += line.size() + 1;
  used_ = end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return true;
}

bool RequestReader::advance_head() {
  if (state_ == State::idle && used_ < buffer_.size()) state_ = State::head;
  std::string_view line;
  if (!next_line(line)) return false;
  if (part_ == Part::request_line)
    read_request_line(line);
  else if (line.empty())
    end_head();
  else
    read_header(line);
  return true;
}

void RequestReader::read_request_line(std::string_view line) {
  if (line.empty()) {
    if (++blank_lines_ > most_blank_lines) refuse(400, "This is not an HTTP/1.1 request.");
    return;
  }
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == line.npos || last <= first + 1 || !is_token(line.substr(0, first)) || has_control(line))
    return refuse(400, "This is not an HTTP/1.1 request.");
  request_.method = line.substr(0, first);
  request_.target = line.substr(first + 1, last - first - 1);
  version_ = line.substr(last + 1);
  if (version_ != "HTTP/1.1" && version_ != "HTTP/1.0") return refuse(505, "This server speaks HTTP/1.1.");
  // Absolute targets are for proxies; the host in them is ignored like the Host header (heroku-api.md 9, row 1).
  if (const std::size_t scheme = request_.target.find("://");
      scheme != std::string::npos && !request_.target.starts_with('/')) {
    const std::size_t path = request_.target.find('/', scheme + 3);
    request_.target = path == std::string::npos ? "/" : request_.target.substr(path);
  }
  if (!request_.target.starts_with('/') || request_.target.find(' ') != std::string::npos)
    return refuse(400, "The request names no path.");
  part_ = Part::headers;
}

void RequestReader::read_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon)) || has_control(line))
    return refuse(400, "The headers are malformed.");
  if (request_.headers.size() >= bounds_.headers) return refuse(431, "There are too many headers.");
  request_.headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
}

void RequestReader::end_head() {
  const std::string connection = lower(request_.header("connection"));
  keeps_alive_ = version_ == "HTTP/1.0" ? connection == "keep-alive" : connection != "close";
  expects_ = lower(request_.header("expect")) == "100-continue";
  const std::string_view length = request_.header("content-length");
  if (const std::string coding = lower(request_.header("transfer-encoding")); !coding.empty()) {
    // Both lengths at once: two readers would see two bodies.
    if (coding != "chunked" || !length.empty()) return refuse(400, "The length of the body is not clear.");
    state_ = State::body;
    part_ = Part::chunk_size;
    return;
  }
  if (!is_single(request_.headers, "content-length")) return refuse(400, "The length of the body is not clear.");
  left_ = 0;
  if (!length.empty()) {
    const std::optional<std::size_t> bytes = size_in(length, 10);
    if (!bytes) return refuse(400, "Content-Length is no number.");
    if (*bytes > bounds_.body) return refuse(413, "The request body is too large.");
    left_ = *bytes;
  }
  state_ = left_ == 0 ? State::complete : State::body;
  part_ = Part::length;
}

bool RequestReader::take_body() {
  const std::size_t bytes = std::min(left_, buffer_.size() - used_);
  request_.body.append(buffer_, used_, bytes);
  used_ += bytes;
  left_ -= bytes;
  if (used_ == buffer_.size()) {
    buffer_.clear();
    used_ = 0;
  }
  return left_ == 0;
}

bool RequestReader::advance_body() {
  std::string_view line;
  switch (part_) {
    case Part::length:
      if (!take_body()) return false;
      state_ = State::complete;
      return true;
    case Part::chunk:
      if (!take_body()) return false;
      part_ = Part::chunk_end;
      return true;
    case Part::chunk_end:
      head_size_ = 0;
      if (!next_line(line)) return false;
      if (!line.empty()) refuse(400, "A chunk is longer than it says.");
      part_ = Part::chunk_size;
      return true;
    case Part::chunk_size:
      head_size_ = 0;
      if (!next_line(line)) return false;
      begin_chunk(line);
      return true;
    case Part::trailers:
      if (!next_line(line)) return false;
      if (line.empty()) state_ = State::complete;
      return true;
    case Part::request_line:
    case Part::headers:
      break;
  }
  return false;
}

void RequestReader::begin_chunk(std::string_view line) {
  const std::optional<std::size_t> bytes = size_in(trimmed(line.substr(0, line.find(';'))), 16);
  if (!bytes) return refuse(400, "A chunk's size is no number.");
  if (*bytes > bounds_.body || request_.body.size() + *bytes > bounds_.body)
    return refuse(413, "The request body is too large.");
  left_ = *bytes;
  part_ = left_ == 0 ? Part::trailers : Part::chunk;
  head_size_ = 0;  // trailers are bounded like headers
}

}  // namespace changeover::emulator
