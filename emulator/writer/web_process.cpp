#include "emulator/writer/web_process.h"

#include <mutex>
#include <utility>

#include "emulator/http/listener.h"
#include "emulator/writer/row_writer.h"
#include "emulator/writer/stop_signal.h"
#include "json/value.h"

namespace changeover::writer {
namespace {

using namespace std::chrono_literals;
using emulator::Connection;
using emulator::Request;
using emulator::Response;

class WebProcess {
 public:
  WebProcess(const ServeSettings& settings, Ledger ledger, Random& random, int stop_descriptor)
      : dyno_(settings.dyno), writer_(settings.url, std::move(ledger), settings.dyno, random, stop_descriptor) {}

  void serve(Connection& connection) {
    while (const auto request = connection.read()) {
      const Response response = answer(*request);
      if (!connection.write(response, request->method == "HEAD") || !connection.keeps_alive()) return;
    }
  }

 private:
  [[nodiscard]] Response answer(const Request& request) {
    const std::lock_guard lock(mutex_);
    if (request.method == "GET" || request.method == "HEAD") return tell();
    if (request.method == "POST") return write();
    return {405, {{"allow", "GET, HEAD, POST"}}, {}};
  }

  [[nodiscard]] Response tell() {
    const auto connected = writer_.connect();
    json::Value who = identity();
    if (!connected || !*connected) who.set("database", nullptr);
    return as_response(200, who);
  }

  [[nodiscard]] Response write() {
    const auto outcome = writer_.write();
    if (!outcome) return as_response(503, identity().set("error", outcome.error().what));
    if (*outcome == RowWriter::Outcome::refused)
      return as_response(503, identity().set("error", "the database refused the row"));
    if (*outcome == RowWriter::Outcome::lost)
      return as_response(503, identity().set("error", "the database did not answer"));
    return as_response(200, identity().set("n", writer_.newest()));
  }

  [[nodiscard]] json::Value identity() const {
    return json::Object{{"dyno", dyno_}, {"writer", writer_.id()}, {"database", writer_.peer()}};
  }
  [[nodiscard]] static Response as_response(int status, const json::Value& body) {
    return {status, {{"content-type", "application/json"}}, body.dump() + "\n"};
  }

  const std::string dyno_;
  std::mutex mutex_;
  RowWriter writer_;  ///< guarded by mutex_
};

}  // namespace

Result<void> serve_until_told(const ServeSettings& settings, Random& random) {
  auto ledger = Ledger::open(settings.ledger);
  if (!ledger) return fail(ledger.error());
  const StopSignal stop(settings.drain);
  WebProcess web(settings, *std::move(ledger), random, stop.descriptor());
  const auto listener =
      emulator::Listener::start("127.0.0.1", settings.port, [&](Connection& guest) { web.serve(guest); });
  if (!listener) return fail(listener.error());
  while (!stop.came_before(std::chrono::steady_clock::now() + 1h)) continue;
  return {};
}

}  // namespace changeover::writer
