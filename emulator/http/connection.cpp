#include "emulator/http/connection.h"

#include <poll.h>
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

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

/// After a refusal: how much of what the peer still sends is heard, and for how long.
constexpr std::size_t most_drained = std::size_t{64} << 20U;
constexpr milliseconds longest_drain{1'000};

constexpr auto reasons = std::to_array<std::pair<int, std::string_view>>({
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {206, "Partial Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Payload Too Large"},
    {416, "Range Not Satisfiable"},
    {422, "Unprocessable Entity"},
    {423, "Locked"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
});

std::string_view reason(int status) {
  const auto found = std::ranges::find(reasons, status, &std::pair<int, std::string_view>::first);
  return found == reasons.end() ? "Status" : found->second;
}

/// False when the time is over first.
bool await(int descriptor, short events, Steady::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Steady::now()).count();
    if (left <= 0) return false;
    pollfd watched{descriptor, events, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

}  // namespace

Connection::~Connection() { close(); }

void Connection::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

Connection::Received Connection::receive(Deadline deadline, std::string& bytes) const {
  std::array<char, 16'384> block;
  for (;;) {
    if (!await(descriptor_, POLLIN, deadline)) return Received::late;
    const ssize_t count = ::recv(descriptor_, block.data(), block.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) continue;
    if (count <= 0) return Received::end;
    bytes.assign(block.data(), static_cast<std::size_t>(count));
    return Received::bytes;
  }
}

void Connection::refuse(int status, std::string_view message) {
  keeps_alive_ = false;
  if (!write(error(status, "bad_request", message), false)) return;
  // Closing while the peer still sends would reset the connection and take the answer with it: listen a little longer.
  ::shutdown(descriptor_, SHUT_WR);
  const Deadline deadline = Steady::now() + longest_drain;
  std::string bytes;
  for (std::size_t heard = 0; heard < most_drained && receive(deadline, bytes) == Received::bytes;
       heard += bytes.size()) {
  }
}

std::optional<Request> Connection::read() {
  using State = RequestReader::State;
  State before = State::idle;
  Deadline deadline = Steady::now() + patience_.idle;
  std::string bytes;
  for (;;) {
    const State state = reader_.state();
    waits_ = state == State::idle || state == State::head;
    if (state == State::refused) {
      refuse(reader_.refusal().status, reader_.refusal().words);
      return std::nullopt;
    }
    if (state == State::complete) {
      keeps_alive_ = reader_.keeps_alive();
      return reader_.take();
    }
    if (state != before) deadline = Steady::now() + (state == State::head ? patience_.head : patience_.body);
    before = state;
    if (reader_.wants_to_be_told_to_go_on() && !send_all("HTTP/1.1 100 Continue\r\n\r\n")) return std::nullopt;
    const Received received = receive(deadline, bytes);
    if (received == Received::late && state != State::idle) refuse(408, "The request took too long.");
    if (received != Received::bytes) return std::nullopt;
    reader_.feed(bytes);
  }
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
  if (!file || problem) return write({404, {}, {}, {}}, head_only);
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

bool Connection::send_all(std::string_view bytes) const {
  Deadline deadline = Steady::now() + patience_.write;
  while (!bytes.empty()) {
    if (!await(descriptor_, POLLOUT, deadline)) return false;
    const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
    deadline = Steady::now() + patience_.write;
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
