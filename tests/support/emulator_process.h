// changeover-emulator as a child process, and what a test asks of it: its own routes and both of Heroku's APIs.
//
// Owner: the test. Thread rule: one thread. It ends with its owner; should the test be killed, the kernel ends it, and
// its keeper clears away its databases, dynos and folder. A call that fails is a failure of the test.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "tests/support/program.h"

namespace changeover::testing {

struct Logged {
  std::string method;
  std::string path;
  int status = 0;
  bool faulted = false;

  [[nodiscard]] bool changes() const { return method != "GET" && method != "HEAD"; }
  friend std::ostream& operator<<(std::ostream& out, const Logged& request) {
    return out << request.method << " " << request.path << " " << request.status;
  }
};

/// What a visitor of an app got from the router.
struct Visited {
  int status = 0;  ///< 0: no answer at all
  std::string body;
};

class EmulatorProcess {
 public:
  /// Starts it on the folder's world.yaml and waits until the world is ready.
  explicit EmulatorProcess(const std::string& folder, std::string api_key);

  [[nodiscard]] bool ready() const { return port_ > 0; }
  [[nodiscard]] std::string host() const { return "http://localhost:" + std::to_string(port_); }
  [[nodiscard]] Program& program() { return *program_; }

  /// A request as the operator sends it, by either API; null with a failure unless the answer is 2xx.
  json::Value call(const std::string& method, const std::string& path, const json::Value& body = {});
  json::Value get(const std::string& path) { return call("GET", path); }

  [[nodiscard]] json::Value status();
  /// The number of the next request: what comes later has this one or a higher.
  [[nodiscard]] long long next_request();
  [[nodiscard]] std::vector<Logged> requests(long long since = 0);
  /// Whether a fault delays a call of that method ("*": any) now, with its effect done or not yet.
  [[nodiscard]] bool holds(std::string_view method, bool effect_done);
  void add_fault(const json::Value& rule);
  void clear_faults();
  void stall(const std::string& addon, bool stalled);
  /// A visitor's request to APP.localhost; whatever comes is an answer.
  Visited visit(const std::string& app, const std::string& method = "GET");

 private:
  json::Value send(const std::string& method, const std::string& path, const json::Value& body, bool as_operator);

  std::string api_key_;
  std::unique_ptr<Program> program_;
  int port_ = 0;
  int router_port_ = 0;  ///< once asked for
};

}  // namespace changeover::testing
