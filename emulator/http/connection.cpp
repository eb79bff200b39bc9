#include "emulator/http/connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <utility>

#include "emulator/model/call.h"

namespace changeover::emulator {
namespace {

constexpr std::size_t most_headers = 200;
constexpr std::size_t most_drained = std::size_t{64} << 20U;

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

std::optional<std::size_t> size_in(std::string_view text, int base) {
  std::size_t size = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), size, base);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return size;
}

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 413:
      return "Payload Too Large";
    case 422:
      return "Unprocessable Entity";
    case 423:
      return "Locked";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

}  // namespace

Connection::~Connection() { close(); }

void Connection::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

bool Connection::receive() {
  std::array<char, 16'384> bytes{};
  for (;;) {
    const ssize_t count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
  }
}

std::optional<std::string> Connection::take(std::size_t bytes) {
  while (buffer_.size() < bytes)
    if (!receive()) return std::nullopt;
  std::string taken = buffer_.substr(0, bytes);
  buffer_.erase(0, bytes);
  return taken;
}

std::optional<std::string> Connection::take_line() {
  for (;;) {
    if (const std::size_t end = buffer_.find('\n'); end != buffer_.npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    if (buffer_.size() > bounds_.head || !receive()) return std::nullopt;
  }
}

void Connection::refuse(int status, std::string_view message) {
  keeps_alive_ = false;
  if (!write(error(status, "bad_request", message), false)) return;
  // Closing while the peer still sends would reset the connection and take the answer with it: listen a little longer.
  ::shutdown(descriptor_, SHUT_WR);
  const timeval patience{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  for (std::size_t heard = 0; heard < most_drained; heard += buffer_.size()) {
    buffer_.clear();
    if (!receive()) return;
  }
}

std::optional<Request> Connection::read() {
  std::optional<std::string> line = take_line();
  while (line && line->empty()) line = take_line();
  if (!line) return std::nullopt;
  Request request;
  const std::size_t first = line->find(' ');
  const std::size_t last = line->rfind(' ');
  const std::string version = last == line->npos ? "" : line->substr(last + 1);
  if (first == line->npos || last <= first + 1 || !version.starts_with("HTTP/1.")) {
    refuse(400, "This is not an HTTP/1.1 request.");
    return std::nullopt;
  }
  request.method = line->substr(0, first);
  request.target = line->substr(first + 1, last - first - 1);
  // Absolute targets are for proxies; the host in them is ignored like the Host header (heroku-api.md 9, row 1).
  if (const std::size_t scheme = request.target.find("://");
      scheme != std::string::npos && !request.target.starts_with('/'))
    request.target.erase(0, std::min(request.target.size(), request.target.find('/', scheme + 3)));
  std::size_t size = line->size();
  for (line = take_line(); line && !line->empty(); line = take_line()) {
    size += line->size();
    const std::size_t colon = line->find(':');
    if (colon == line->npos || size > bounds_.head || request.headers.size() >= most_headers) {
      refuse(400, "The headers are malformed or too long.");
      return std::nullopt;
    }
    request.headers.emplace_back(lower(line->substr(0, colon)), trimmed(std::string_view(*line).substr(colon + 1)));
  }
  if (!line) return std::nullopt;
  const std::string connection = lower(request.header("connection"));
  keeps_alive_ = version == "HTTP/1.0" ? connection == "keep-alive" : connection != "close";
  if (!read_body(request)) return std::nullopt;
  return request;
}

bool Connection::read_body(Request& request) {
  const bool expects = lower(request.header("expect")) == "100-continue";
  const auto go_on = [&] { return !expects || send_all("HTTP/1.1 100 Continue\r\n\r\n"); };
  if (lower(request.header("transfer-encoding")) == "chunked") return go_on() && read_chunks(request);
  const std::string_view length = request.header("content-length");
  if (length.empty()) return true;
  const std::optional<std::size_t> bytes = size_in(length, 10);
  if (!bytes) return refuse(400, "Content-Length is no number."), false;
  if (*bytes > bounds_.body) return refuse(413, "The request body is too large."), false;
  if (!go_on()) return false;
  std::optional<std::string> body = take(*bytes);
  if (!body) return false;
  request.body = *std::move(body);
  return true;
}

bool Connection::read_chunks(Request& request) {
  for (;;) {
    const std::optional<std::string> line = take_line();
    if (!line) return false;
    const std::optional<std::size_t> bytes = size_in(trimmed(std::string_view(*line).substr(0, line->find(';'))), 16);
    if (!bytes) return refuse(400, "A chunk's size is no number."), false;
    if (*bytes > bounds_.body || request.body.size() + *bytes > bounds_.body)
      return refuse(413, "The request body is too large."), false;
    if (*bytes == 0) break;
    const std::optional<std::string> chunk = take(*bytes);
    if (!chunk || !take_line()) return false;
    request.body += *chunk;
  }
  for (std::optional<std::string> trailer = take_line(); trailer; trailer = take_line())
    if (trailer->empty()) return true;
  return false;
}

bool Connection::write(const Response& response, bool head_only) {
  if (!response.file.empty()) return write_file(response, head_only);
  std::string text =
      "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason(response.status)) + "\r\n";
  for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
  if (response.status != 304 && response.status != 204)
    text += "content-length: " + std::to_string(response.body.size()) + "\r\n";
  if (!keeps_alive_) text += "connection: close\r\n";
  text += "\r\n";
  if (!head_only && response.status != 304 && response.status != 204) text += response.body;
  return send_all(text);
}

bool Connection::write_file(const Response& response, bool head_only) {
  std::ifstream file(response.file, std::ios::binary);
  std::error_code problem;
  std::uintmax_t left = std::filesystem::file_size(response.file, problem);
  if (!file || problem) return write({404, {}, {}}, head_only);
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " OK\r\n";
  for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
  text += "content-length: " + std::to_string(left) + "\r\n";
  if (!keeps_alive_) text += "connection: close\r\n";
  if (!send_all(text + "\r\n")) return false;
  if (head_only) return true;
  std::array<char, 65'536> block;
  while (left > 0) {
    file.read(block.data(), static_cast<std::streamsize>(std::min<std::uintmax_t>(left, block.size())));
    if (file.gcount() <= 0 || !send_all({block.data(), static_cast<std::size_t>(file.gcount())})) return false;
    left -= static_cast<std::uintmax_t>(file.gcount());
  }
  return true;
}

bool Connection::begin_pieces(int status, std::string_view content_type) {
  return send_all("HTTP/1.1 " + std::to_string(status) + " " + std::string(reason(status)) +
                  "\r\ncontent-type: " + std::string(content_type) + "\r\ntransfer-encoding: chunked\r\n\r\n");
}

bool Connection::write_piece(std::string_view bytes) {
  if (bytes.empty()) return true;  // an empty chunk would end the body
  std::array<char, 2 * sizeof(std::size_t)> size{};
  const auto [end, problem] = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16);
  std::string piece(size.data(), end);
  return problem == std::errc{} && send_all(piece.append("\r\n").append(bytes).append("\r\n"));
}

bool Connection::end_pieces() { return send_all("0\r\n\r\n"); }

bool Connection::peer_is_gone() const {
  char next = 0;
  const ssize_t count = ::recv(descriptor_, &next, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

bool Connection::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Connection::reset() {
  // Closing with an empty linger time sends RST.
  const linger none{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  keeps_alive_ = false;
}

void Connection::shut_down() const { ::shutdown(descriptor_, SHUT_RDWR); }

}  // namespace changeover::emulator
