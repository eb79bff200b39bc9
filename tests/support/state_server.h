// A server that keeps the protocol of Terraform's http backend, as a model: requests in, answers out, faults on demand.
//
// Owner: the test. Thread rule: handle() may be called on any thread; what tests set is set before requests come.
// Reached in process by StateServerTransport, on virtual time, and over a socket by StateServer
// (state_server_socket.h).
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/event_loop.h"
#include "http/transport.h"
#include "json/value.h"

namespace changeover::testing {

class StateModel {
 public:
  /// What happens to one request instead of the normal thing.
  enum class Fault {
    none,
    lost_before,  ///< the connection ends, nothing was done
    lost_after,   ///< it was done, the answer is lost
    error_500,    ///< nothing was done
    error_after,  ///< it was done, and the answer is 500
    full,         ///< 507: no room for what is written
    torn,         ///< a write keeps the first half of the document, and the answer is lost
  };
  struct Answer {
    int status = 200;
    std::string body{};
    bool lost = false;
  };

  bool gitlab = false;          ///< locks by POST and DELETE at /lock; refuses a serial twice (422)
  bool careless = false;        ///< does not look at the id of a write
  bool read_only = false;       ///< this user may read only
  std::string authorization{};  ///< what the header must be; "": anybody
  std::string document{};
  std::string lock_id{};
  std::string lock_body{};
  std::vector<std::string> log{};  ///< "LOCK", "GET", "POST", "UNLOCK", …
  std::function<Fault(const std::string& verb, int number)> meddle{};

  [[nodiscard]] Answer handle(const std::string& method, const std::string& target, const std::string& body,
                              const std::string& credentials) {
    const std::lock_guard guard(mutex_);
    const std::string path = target.substr(0, target.find('?'));
    const std::string id = id_in(target);
    const bool at_lock = path.ends_with("/lock");
    std::string verb = method;
    if (gitlab && at_lock) verb = method == "POST" ? "LOCK" : method == "DELETE" ? "UNLOCK" : method;
    const bool known = verb == "GET" || verb == "POST" || verb == "DELETE" || verb == "LOCK" || verb == "UNLOCK";
    if (!known || (gitlab && !at_lock && (verb == "LOCK" || verb == "UNLOCK"))) return {405, "", false};
    if (!authorization.empty() && credentials != authorization) return {401, "", false};
    log.push_back(verb);
    const Fault fault = meddle ? meddle(verb, static_cast<int>(log.size())) : Fault::none;
    if (fault == Fault::lost_before) return {0, "", true};
    if (fault == Fault::error_500) return {500, "<html>oops</html>", false};
    if (fault == Fault::full && verb == "POST") return {507, "", false};
    if (fault == Fault::torn && verb == "POST") {
      document = body.substr(0, body.size() / 2);
      return {0, "", true};
    }
    Answer answer = carry_out(verb, id, body);
    if (fault == Fault::lost_after) answer.lost = true;
    if (fault == Fault::error_after) answer = {500, "", false};
    return answer;
  }

 private:
  static std::string id_in(const std::string& target) {
    const std::size_t at = target.find("ID=");
    return at == std::string::npos ? "" : target.substr(at + 3);
  }
  static std::string id_of(const std::string& body) {
    const auto info = json::parse(body);
    return info ? (*info)["ID"].string_or("") : "";
  }
  [[nodiscard]] Answer carry_out(const std::string& verb, const std::string& id, const std::string& body) {
    if (verb == "GET") return {document.empty() ? 404 : 200, document, false};
    if (read_only) return {403, "", false};
    if (verb == "LOCK") {
      if (!lock_id.empty()) return {gitlab ? 409 : 423, lock_body, false};
      lock_id = id_of(body);
      lock_body = body;
      return {200, gitlab ? body : "", false};
    }
    if (verb == "UNLOCK") {
      if (id_of(body) != lock_id && !lock_id.empty()) return {409, lock_body, false};
      lock_id.clear();
      return {200, "", false};
    }
    if (!careless && id != lock_id) return {gitlab ? 409 : 423, lock_body, false};
    if (verb == "DELETE") {
      document.clear();
      return {200, "", false};
    }
    const auto fresh = json::parse(body);
    const auto kept = json::parse(document);
    if (gitlab && (!fresh || (kept && (*fresh)["serial"].as_integer() == (*kept)["serial"].as_integer())))
      return {422, "", false};
    document = body;
    return {200, "", false};
  }

  std::mutex mutex_;
};

/// The model as a network, on the loop's time, a few milliseconds an exchange.
class StateServerTransport final : public Transport {
 public:
  StateServerTransport(EventLoop& loop, StateModel& model) : loop_(loop), model_(model) {}

  [[nodiscard]] Task<Result<HttpResponse>> send(HttpRequest request) override {
    co_await loop_.sleep_for(std::chrono::milliseconds{3});
    if (dead) co_await loop_.sleep_for(std::chrono::seconds{36'000'000});
    const std::string target = request.url.substr(request.url.find('/', request.url.find("://") + 3));
    const StateModel::Answer answer =
        model_.handle(request.method, target, request.body, request.authorization.reveal());
    co_await loop_.sleep_for(std::chrono::milliseconds{3});
    if (answer.lost) co_return fail(ErrorCode::outcome_unknown, request.method + ": the connection ended");
    co_return HttpResponse{answer.status, {}, answer.body};
  }

  bool dead = false;  ///< the process was killed: nothing leaves it any more

 private:
  EventLoop& loop_;
  StateModel& model_;
};

}  // namespace changeover::testing
