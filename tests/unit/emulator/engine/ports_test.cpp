// Ports for dynos: free, apart from each other, outside the kernel's own range, and given back.
#include "emulator/engine/ports.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <set>
#include <vector>

namespace changeover::emulator {
namespace {

/// Listens there as a dyno would; -1 when it cannot.
int listen_on(int port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(descriptor, 1) == 0)
    return descriptor;
  ::close(descriptor);
  return -1;
}

TEST(ReservedPorts, ManyAreApartAndEachCanBeListenedOn) {
  std::vector<ReservedPort> ports;
  std::set<int> numbers;
  for (int i = 0; i < 200; ++i) {
    auto port = ReservedPort::take();
    ASSERT_TRUE(port);
    numbers.insert(port->number());
    ports.push_back(*std::move(port));
  }
  EXPECT_EQ(numbers.size(), ports.size());
  const int dyno = listen_on(ports.front().number());
  ASSERT_GE(dyno, 0) << "the reservation keeps the dyno itself out";
  ::close(dyno);
}

TEST(ReservedPorts, AreNotAmongThoseTheKernelHandsOut) {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  int from = 0;
  int to = 0;
  ASSERT_TRUE(file >> from >> to);
  if (from - 10'000 < 2'000 && 65'535 - to < 2'000) GTEST_SKIP() << "this kernel hands out nearly every port";
  const auto port = ReservedPort::take();
  ASSERT_TRUE(port);
  EXPECT_TRUE(port->number() < from || port->number() > to) << port->number();
}

/// Forks a program that takes `count` ports, tells them, and holds them until it is told to go.
class OtherProgram {
 public:
  explicit OtherProgram(int count) {
    if (::pipe(told_.data()) != 0 || ::pipe(go_.data()) != 0) return;
    pid_ = ::fork();
    if (pid_ != 0) {
      ::close(told_[1]);
      ::close(go_[0]);
      return;
    }
    ::close(go_[1]);
    std::vector<ReservedPort> held;
    for (int i = 0; i < count; ++i) {
      held.push_back(ReservedPort::take().value());
      const int number = held.back().number();
      if (::write(told_[1], &number, sizeof number) != sizeof number) ::_exit(1);
    }
    ::close(told_[1]);
    char nothing = 0;
    ::_exit(::read(go_[0], &nothing, 1) == 0 ? 0 : 1);
  }
  ~OtherProgram() {
    ::close(go_[1]);
    int status = 0;
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
    EXPECT_EQ(status, 0);
    ::close(told_[0]);
  }
  OtherProgram(const OtherProgram&) = delete;
  OtherProgram& operator=(const OtherProgram&) = delete;
  [[nodiscard]] std::set<int> ports() const {
    std::set<int> numbers;
    int number = 0;
    while (::read(told_[0], &number, sizeof number) == sizeof number) numbers.insert(number);
    return numbers;
  }

 private:
  std::array<int, 2> told_{};
  std::array<int, 2> go_{};
  pid_t pid_ = -1;
};

TEST(ReservedPorts, TwoProgramsNeverGetTheSameOne) {
  // Both begin at the same number, so without the reservation ours would be just the other's.
  const OtherProgram other(50);
  const std::set<int> theirs = other.ports();
  ASSERT_EQ(theirs.size(), 50U);
  std::vector<ReservedPort> ours;
  for (int i = 0; i < 50; ++i) {
    ours.push_back(ReservedPort::take().value());
    EXPECT_FALSE(theirs.contains(ours.back().number())) << ours.back().number();
  }
}

}  // namespace
}  // namespace changeover::emulator
