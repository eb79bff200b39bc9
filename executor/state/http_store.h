// HttpStore: the shared document at an address that speaks the protocol of Terraform's http backend, so that GitLab and
// others keep it as it is (docs/decisions/0008-remote-state.md).
//
// Owner: the wiring, over a Transport. Thread rule: the event loop's thread. A change takes the address's one lock,
// reads, writes with the lock's id and unlocks; the lock is held for those moments only. What a killed run left locked
// is broken by the next one after a while, if it was a lock of ours: then a write of the old run is refused by its id.
//
//   GET url                200 with the document; 204 or 404: none yet
//   LOCK lock_url          body: lock info; 200: locked; 423 or 409 with the info of the holder: not now
//   POST url?ID=lock id    200, 201 or 204: kept; 409 or 423: not under this lock
//   UNLOCK unlock_url      body: lock info
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/event_loop.h"
#include "core/random.h"
#include "core/secret.h"
#include "executor/state/holder.h"
#include "executor/state/shared_store.h"
#include "http/transport.h"

namespace changeover {

struct HttpStateAddress {
  std::string url;
  std::string update_method = "POST";
  std::string lock_url;  ///< locking and unlocking
  std::string lock_method = "LOCK";
  std::string unlock_method = "UNLOCK";

  /// The address as it is, or with GitLab's way of locking when it is one of GitLab's: POST and DELETE on URL/lock.
  [[nodiscard]] static HttpStateAddress of(const std::string& url);
};

class HttpStore final : public SharedStore {
 public:
  struct Options {
    HttpStateAddress address;
    Secret authorization;
    RunIdentity me;
    std::chrono::milliseconds timeout{10'000};       ///< of one request
    std::chrono::milliseconds breaks_after{45'000};  ///< longer than any change of ours can hold the lock
    std::chrono::milliseconds patience{60'000};      ///< with a lock that is held
  };

  HttpStore(Transport& transport, EventLoop& loop, Random& random, Options options);

  [[nodiscard]] Task<Result<StateView>> read() override;
  [[nodiscard]] Task<Result<StateView>> change(StateChange change) override;
  [[nodiscard]] Task<void> settle() override;
  [[nodiscard]] std::string describe() const override;

 private:
  struct Fetched {
    std::string text;
    StateView view;
  };
  [[nodiscard]] HttpRequest request(const std::string& method, const std::string& url) const;
  [[nodiscard]] Task<Result<void>> take_lock(std::string id);
  [[nodiscard]] Task<Result<HttpResponse>> ask_lock(std::string id);
  [[nodiscard]] Task<Result<void>> give_back(std::string id);
  [[nodiscard]] Task<Result<Fetched>> fetch();
  [[nodiscard]] Task<Result<void>> put(std::string id, std::string text);
  [[nodiscard]] Task<Result<StateView>> change_locked(std::string id, StateChange change);
  [[nodiscard]] std::string lock_info(const std::string& id) const;
  [[nodiscard]] Error refusal(const HttpResponse& answer, const std::string& doing) const;

  Transport& transport_;
  EventLoop& loop_;
  Random& random_;
  Options options_;
  std::string locked_;  ///< the id of the lock that we may hold; "" for none
};

}  // namespace changeover
