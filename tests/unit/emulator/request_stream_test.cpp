// GET /_emulator/requests?follow=true: lines as they happen, until either side goes.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <list>

#include "emulator/http_server.h"
#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// One request, whose answer is read piece by piece.
class Visit {
 public:
  Visit(int port, const std::string& target) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const std::string request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(::send(socket_, request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit() { ::close(socket_); }

  /// All that came, once that is in it; or all there is, when the answer ends first.
  const std::string& until(const std::string& text) {
    char bytes[4096];
    while (heard_.find(text) == std::string::npos) {
      const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
      if (count <= 0) break;
      heard_.append(bytes, static_cast<std::size_t>(count));
    }
    return heard_;
  }
  const std::string& whole() { return until("no answer holds this"); }

 private:
  int socket_;
  std::string heard_;
};

class RequestStream : public ::testing::Test {
 protected:
  [[nodiscard]] int port() const { return server_->port(); }
  void ask(const std::string& path) const { EXPECT_THAT(Visit(port(), path).whole(), StartsWith("HTTP/1.1 ")); }

  SystemClock clock_;
  SeededRandom random_{7};
  FakeDatabases databases_{clock_};
  FakeTransfers transfers_{clock_};
  FakeProcesses processes_{clock_};
  emulator::Model model_{Harness::read(small_world), clock_, random_, {databases_, transfers_, processes_}};
  std::unique_ptr<emulator::HttpServer> server_ = emulator::HttpServer::start(model_, clock_, {}).value();
};

constexpr const char* follow = "/_emulator/requests?follow=true";

TEST_F(RequestStream, GivesALineForEachRequestToCome) {
  ask("/apps/before");
  Visit stream(port(), follow);
  EXPECT_THAT(stream.until("\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("transfer-encoding: chunked"),
                    HasSubstr("application/x-ndjson")));
  ask("/apps/first?token=secret-word");
  EXPECT_THAT(stream.until("}\n"), HasSubstr(R"("path":"/apps/first")"));
  ask("/apps/second");
  const std::string& all = stream.until("/apps/second");
  EXPECT_THAT(all, Not(HasSubstr("/apps/before")));
  EXPECT_THAT(all, Not(HasSubstr("secret-word")));
}

TEST_F(RequestStream, BeginsWhereItIsAskedTo) {
  for (const char* path : {"/apps/zero", "/apps/one", "/apps/two"}) ask(path);
  Visit stream(port(), std::string(follow) + "&since=1");
  EXPECT_THAT(stream.until("/apps/two"), AllOf(HasSubstr("/apps/one"), Not(HasSubstr("/apps/zero"))));
}

TEST_F(RequestStream, OnlySoManyMayFollowAndWhoGoesMakesRoom) {
  std::list<Visit> streams;
  for (int i = 0; i < 16; ++i) streams.emplace_back(port(), follow).until("\r\n\r\n");
  EXPECT_THAT(Visit(port(), follow).whole(), AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("too_many_followers")));
  streams.pop_front();
  bool room = false;
  while (!room) room = Visit(port(), follow).until("\r\n\r\n").starts_with("HTTP/1.1 200");
  EXPECT_TRUE(room);
}

TEST_F(RequestStream, EndsInOrderWithTheServer) {
  Visit stream(port(), follow);
  stream.until("\r\n\r\n");
  server_.reset();
  EXPECT_THAT(stream.whole(), Not(HasSubstr("{")));
}

TEST(RequestLines, SayWhatTheMemoryDoesNotHoldAnyMore) {
  emulator::RequestLog log;
  const long long count = static_cast<long long>(emulator::RequestLog::kept) + 5;
  for (long long i = 0; i < count; ++i) log.add({"GET", "/" + std::to_string(i), 200, {}, {}, false});
  long long number = 2;
  EXPECT_THAT(log.lines_since(number, 1), StartsWith("{\"skipped\":3}\n{\"n\":5,"));
  EXPECT_EQ(number, 6);
  number = count - 1;
  EXPECT_THAT(log.lines_since(number, 100), HasSubstr("\"/20004\""));
  EXPECT_EQ(number, count);
  EXPECT_EQ(log.lines_since(number, 100), "");
}

}  // namespace
}  // namespace changeover::testing
