#include "tests/support/emulator_process.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <cstdlib>
#include <utility>

#include "tests/places.h"

namespace changeover::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto start_limit = 60s;  // an initdb, a cluster, and a machine that is busy with other things
constexpr auto call_limit = 20s;

}  // namespace

EmulatorProcess::EmulatorProcess(const std::string& folder, std::string api_key) : api_key_(std::move(api_key)) {
  const std::string port_file = folder + "/emulator.port";
  Program::Start start;
  start.command = {std::string(CHANGEOVER_BINARY_DIR) + "/bin/changeover-emulator",
                   "--world",
                   folder + "/world.yaml",
                   "--data",
                   folder + "/data",
                   "--dyno-logs",
                   folder + "/dynos",
                   "--initdb-cache",
                   std::string(CHANGEOVER_BINARY_DIR) + "/initdb-cache",
                   "--port-file",
                   port_file};
  start.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"HOME", folder}};
  start.folder = folder;
  start.out = folder + "/emulator.out";
  start.err = folder + "/emulator.err";
  program_ = std::make_unique<Program>(start);
  const bool said = await([&] { return !file_text(port_file).empty() || program_->exit_code(0ms); }, start_limit);
  port_ = std::atoi(file_text(port_file).c_str());
  if (!said || port_ <= 0) ADD_FAILURE() << "the emulator does not start: " << file_text(start.err);
}

json::Value EmulatorProcess::send(const std::string& method, const std::string& path, const json::Value& body,
                                  bool as_operator) {
  httplib::Client client("localhost", port_);
  client.set_tcp_nodelay(true);
  client.set_read_timeout(call_limit);
  httplib::Request request;
  request.method = method;
  request.path = path;
  if (as_operator) request.headers.emplace("Authorization", "Bearer " + api_key_);
  request.headers.emplace("Accept", "application/vnd.heroku+json; version=3");
  if (!body.is_null()) {
    request.body = body.dump();
    request.headers.emplace("Content-Type", "application/json");
  }
  const httplib::Result answer = client.send(request);
  if (!answer || answer->status >= 300) {
    ADD_FAILURE() << method << " " << path << ": "
                  << (answer ? std::to_string(answer->status) + " " + answer->body : "no answer from the emulator");
    return {};
  }
  auto value = json::parse(answer->body);
  if (value) return *std::move(value);
  ADD_FAILURE() << method << " " << path << ": " << value.error().what;
  return {};
}

json::Value EmulatorProcess::call(const std::string& method, const std::string& path, const json::Value& body) {
  return send(method, path, body, true);
}

json::Value EmulatorProcess::status() { return send("GET", "/_emulator/status", {}, false); }

long long EmulatorProcess::next_request() {
  return send("GET", "/_emulator/requests?since=999999999", {}, false)["next"].as_integer();
}

std::vector<Logged> EmulatorProcess::requests(long long since) {
  const json::Value log = send("GET", "/_emulator/requests?since=" + std::to_string(since), {}, false);
  std::vector<Logged> list;
  for (const json::Value& one : log["requests"].items())
    list.push_back({one["method"].as_string(), one["path"].as_string(), static_cast<int>(one["status"].as_integer()),
                    one["faulted"].as_bool()});
  return list;
}

bool EmulatorProcess::holds(std::string_view method, bool effect_done) {
  const json::Value log = send("GET", "/_emulator/requests?since=999999999", {}, false);
  for (const json::Value& one : log["held"].items())
    if ((method == "*" || one["method"].as_string() == method) && one["effect_done"].as_bool() == effect_done)
      return true;
  return false;
}

void EmulatorProcess::add_fault(const json::Value& rule) { send("POST", "/_emulator/faults", rule, false); }

void EmulatorProcess::clear_faults() { send("DELETE", "/_emulator/faults", {}, false); }

void EmulatorProcess::stall(const std::string& addon, bool stalled) {
  send("POST", "/_emulator/databases/" + addon + "/stall", json::Object{{"stalled", stalled}}, false);
}

Visited EmulatorProcess::visit(const std::string& app, const std::string& method) {
  if (router_port_ == 0) router_port_ = static_cast<int>(status()["router"]["port"].as_integer());
  httplib::Client client("localhost", router_port_);
  client.set_tcp_nodelay(true);
  client.set_read_timeout(call_limit);
  httplib::Request request;
  request.method = method;
  request.path = "/";
  request.headers.emplace("Host", app + ".localhost");
  const httplib::Result answer = client.send(request);
  return answer ? Visited{answer->status, answer->body} : Visited{};
}

}  // namespace changeover::testing
