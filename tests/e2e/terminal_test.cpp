// changeover-emulator as a person's tool: at a terminal, in a pipe, and when something is in its way.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "tests/places.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* token = "7d1f0c52-6a6e-4b0d-9a55-e2e0c0ffee02";

/// The terminal of a person, whose screen is what was written to it.
class Screen {
 public:
  Screen() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)) {
    std::array<char, 64> name{};
    EXPECT_EQ(::grantpt(master_), 0);
    EXPECT_EQ(::unlockpt(master_), 0);
    EXPECT_EQ(::ptsname_r(master_, name.data(), name.size()), 0);
    name_ = name.data();
    keeps_open_ = ::open(name_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    const winsize size{30, 100, 0, 0};
    EXPECT_EQ(::ioctl(master_, TIOCSWINSZ, &size), 0);
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  ~Screen() {
    ::close(keeps_open_);
    ::close(master_);
  }
  [[nodiscard]] const std::string& name() const { return name_; }
  const std::string& text() {
    std::array<char, 4096> bytes{};
    for (ssize_t count = 0; (count = ::read(master_, bytes.data(), bytes.size())) > 0;)
      text_.append(bytes.data(), static_cast<std::size_t>(count));
    return text_;
  }
  bool shows(const std::string& words) {
    return await([&] { return text().find(words) != std::string::npos; }, 60s);
  }
  /// What a person sees from where the newest lines were taken away.
  [[nodiscard]] std::string newest() {
    constexpr std::string_view taken_away = "\x1b[J";
    const std::size_t at = text().rfind(taken_away);
    return at == std::string::npos ? text() : text().substr(at + taken_away.size());
  }

 private:
  int master_;
  int keeps_open_ = -1;  ///< or the last lines would go with the program
  std::string name_;
  std::string text_;
};

class PersonsTool : public ::testing::Test {
 protected:
  void SetUp() override {
    // No database: what is seen here needs none, and an emulator without starts at once.
    std::ofstream(path("world.yaml")) << "version: 1\napi_key: " << token
                                      << "\ntiming: {dyno_boot: 0s}\napps:\n  shop: {formation: {web: {quantity: 1, "
                                         "command: exec sleep 600}}}\n";
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  std::unique_ptr<Program> start(const std::string& name, const std::vector<std::string>& words,
                                 const std::string& out = {}, const std::map<std::string, std::string>& more = {}) {
    Program::Start start;
    start.command = {std::string(CHANGEOVER_BINARY_DIR) + "/bin/changeover-emulator", "--world", path("world.yaml")};
    start.command.insert(start.command.end(), words.begin(), words.end());
    start.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"HOME", folder_.path()}, {"TERM", "xterm"}};
    for (const auto& [key, value] : more) start.environment[key] = value;
    start.folder = folder_.path();
    start.out = out.empty() ? path(name + ".out") : out;
    start.err = path(name + ".err");
    return std::make_unique<Program>(start);
  }
  bool said(const std::string& name, const std::string& words) {
    return await([&] { return file_text(path(name + ".out")).find(words) != std::string::npos; }, 60s);
  }
  static void end(Program& program, int signal = SIGTERM) {
    program.signal(signal);
    EXPECT_EQ(program.exit_code(20s), std::optional(0));
  }

  TemporaryFolder folder_;
};

TEST_F(PersonsTool, ShowsAtATerminalWhatGoesOnAndLeavesItClean) {
  Screen screen;
  const auto emulator = start("a", {}, screen.name());
  ASSERT_TRUE(screen.shows("web 1/1")) << screen.text();
  EXPECT_THAT(screen.text(), AllOf(HasSubstr("export HEROKU_HOST=http://localhost:"), HasSubstr("ready on port ")));
  const std::string panel = screen.text().substr(screen.text().rfind("ready on port "));
  EXPECT_THAT(panel, AllOf(HasSubstr("Apps"), HasSubstr("0 requests"), HasSubstr("Router"), Not(HasSubstr(token))));
  end(*emulator, SIGINT);
  EXPECT_EQ(screen.newest(), "changeover-emulator: ended 0 databases and 1 dyno; nothing of this run is left\r\n");
}

TEST_F(PersonsTool, DrawsNothingWhileNothingHappens) {
  Screen screen;
  const auto emulator = start("a", {}, screen.name());
  ASSERT_TRUE(screen.shows("web 1/1"));
  const std::size_t drawn = screen.text().size();
  EXPECT_FALSE(await([&] { return screen.text().size() != drawn; }, 1s)) << screen.newest();
  end(*emulator);
}

TEST_F(PersonsTool, HonoursNoColorAndQuiet) {
  Screen plain;
  const auto first = start("a", {}, plain.name(), {{"NO_COLOR", "1"}});
  ASSERT_TRUE(plain.shows("web 1/1"));
  EXPECT_THAT(plain.text(), Not(::testing::ContainsRegex("\x1b\\[[0-9;]*m")));
  end(*first);
  Screen quiet;
  const auto second = start("b", {"--quiet"}, quiet.name());
  ASSERT_TRUE(quiet.shows("ready on port "));
  end(*second);
  EXPECT_THAT(quiet.text(), AllOf(EndsWith("\r\n"), Not(HasSubstr("\x1b")), Not(HasSubstr("ended"))));
  Screen dumb;
  const auto third = start("c", {}, dumb.name(), {{"TERM", "dumb"}});
  ASSERT_TRUE(dumb.shows("ready on port "));
  end(*third);
  EXPECT_THAT(dumb.text(), Not(HasSubstr("\x1b")));
}

TEST_F(PersonsTool, SaysInAPipeWhatScriptsRelyOn) {
  const auto emulator = start("a", {"--port-file", path("port"), "--ready-file", path("ready")});
  ASSERT_TRUE(await([&] { return file_text(path("ready")) == "ready\n"; }, 60s));
  end(*emulator);
  const std::string port = file_text(path("port"));
  EXPECT_THAT(file_text(path("a.out")),
              MatchesRegex("export HEROKU_HOST=http://localhost:" + port.substr(0, port.size() - 1) +
                           "\nexport HEROKU_DATA_HOST=localhost\nexport HEROKU_API_KEY=" + token +
                           "\nrouter on port [0-9]+\nready on port " + port));
  EXPECT_EQ(file_text(path("a.err")), "");
}

TEST_F(PersonsTool, TwoOnOneDataFolderAreRefused) {
  const auto first = start("a", {"--data", path("data")});
  ASSERT_TRUE(said("a", "ready on port"));
  const auto second = start("b", {"--data", path("data")});
  EXPECT_EQ(second->exit_code(60s), std::optional(1));
  EXPECT_THAT(file_text(path("b.err")),
              AllOf(StartsWith("changeover-emulator: another emulator runs with the data folder " + path("data")),
                    HasSubstr("--data")));
  first->kill();
  const auto third = start("c", {"--data", path("data")});
  EXPECT_TRUE(said("c", "ready on port")) << "a killed one holds nothing: " << file_text(path("c.err"));
  end(*third);
}

TEST_F(PersonsTool, ABusyPortIsSaid) {
  const int busy = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_TRUE(::bind(busy, generic, length) == 0 && ::listen(busy, 1) == 0 &&
              ::getsockname(busy, generic, &length) == 0);
  const std::string port = std::to_string(ntohs(address.sin_port));
  for (const char* option : {"--port", "--router-port"}) {
    const auto emulator = start("a", {option, port});
    EXPECT_EQ(emulator->exit_code(60s), std::optional(1));
    EXPECT_THAT(file_text(path("a.err")), AllOf(HasSubstr("127.0.0.1:" + port), HasSubstr("in use"),
                                                HasSubstr("Take another port, or 0 for any free one.")));
  }
  ::close(busy);
}

TEST_F(PersonsTool, WarnsWhenItIsOpenToTheNetwork) {
  // An address for documents, which no machine has: it warns, and then cannot listen there.
  const auto open = start("a", {"--address", "192.0.2.1"});
  EXPECT_EQ(open->exit_code(60s), std::optional(1));
  EXPECT_THAT(file_text(path("a.err")), AllOf(HasSubstr("--address 192.0.2.1 opens this emulator to the network"),
                                              HasSubstr("cannot listen on 192.0.2.1")));
  EXPECT_THAT(file_text(path("a.err")), Not(HasSubstr(token)));
}

}  // namespace
}  // namespace changeover::testing
