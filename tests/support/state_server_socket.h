// The model of state_server.h on a socket of loopback, for clients that are programs: changeover, and terraform.
//
// Owner: the test; it outlives the clients. Thread rule: connections have threads of their own (raw_server.h); read the
// model when no client runs.
#pragma once

#include <functional>
#include <string>

#include "tests/support/raw_server.h"
#include "tests/support/state_server.h"

namespace changeover::testing {

class StateServer {
 public:
  /// `headers`: further lines of every answer, each with its end.
  explicit StateServer(std::function<std::string()> headers = [] { return std::string(); })
      : headers_(std::move(headers)), server_([this](const std::string& request) { return answer(request); }) {}

  [[nodiscard]] std::string url() const { return server_.url() + "/state/seed"; }
  [[nodiscard]] StateModel& model() { return model_; }

 private:
  std::string answer(const std::string& request) {
    const std::size_t blank = request.find(' ');
    const std::string method = request.substr(0, blank);
    const std::string target = request.substr(blank + 1, request.find(' ', blank + 1) - blank - 1);
    const std::size_t body = request.find("\r\n\r\n");
    const StateModel::Answer given = model_.handle(method, target, request.substr(body + 4), authorization(request));
    if (given.lost) return {};
    return RawServer::answer(given.status, given.body, headers_());
  }
  static std::string authorization(const std::string& request) {
    const std::string name = "\r\nAuthorization: ";
    const std::size_t at = request.find(name);
    if (at == std::string::npos) return {};
    return request.substr(at + name.size(), request.find('\r', at + 2) - at - name.size());
  }

  StateModel model_;
  std::function<std::string()> headers_;
  RawServer server_;
};

}  // namespace changeover::testing
