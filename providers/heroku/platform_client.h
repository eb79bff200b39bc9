// The Platform API in our words: one function a call (heroku-api.md 2).
//
// Owner: the wiring makes one over an ApiClient that outlives it; it outlives its tasks. Thread rule: the event loop's
// thread. Repeats and errors are ApiClient's: `outcome_unknown` from a call that changes something means that the
// caller has to read before it asks again. Apps and add-ons are named by id or name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "planner/observed.h"
#include "providers/heroku/api_client.h"
#include "providers/heroku/decode.h"

namespace changeover::heroku {

/// What one process type shall be; without a size its size stays.
struct ProcessUpdate {
  std::string type;
  int quantity = 0;
  std::optional<std::string> size{};
};

/// A heroku-postgresql add-on to be made. Never without an attachment name: Heroku would make the first one DATABASE.
struct NewAddon {
  std::string app;         ///< that pays for it
  std::string plan;        ///< "heroku-postgresql:private-4"
  std::string name;        ///< unique over all of Heroku: what makes the call safe to look up
  std::string attachment;  ///< "HEROKU_POSTGRESQL_BLUE", without _URL
  std::string follow{};    ///< the leader's add-on name; "" for a database of its own
};

struct NewAttachment {
  std::string addon;
  std::string app;
  std::string name;
  std::string name_space{};  ///< "" is the default credential; "credential:x", "connection-pooling:default"
  std::string confirm{};     ///< the app's name, to replace an attachment of that name; "" replaces nothing
};

class PlatformClient {
 public:
  explicit PlatformClient(ApiClient& api) : api_(api) {}

  [[nodiscard]] Task<Result<std::vector<App>>> apps(CallOptions options = {});
  [[nodiscard]] Task<Result<App>> app(std::string app, CallOptions options = {});
  /// Makes no release and restarts nothing; setting what is set already is fine.
  [[nodiscard]] Task<Result<App>> set_maintenance(std::string app, bool on, CallOptions options = {});

  [[nodiscard]] Task<Result<std::vector<Process>>> formation(std::string app, CallOptions options = {});
  /// All types in one call. Gives what Heroku answers: all process types, or only those updated.
  [[nodiscard]] Task<Result<std::vector<Process>>> set_formation(std::string app, std::vector<ProcessUpdate> updates,
                                                                 CallOptions options = {});
  [[nodiscard]] Task<Result<std::vector<Dyno>>> dynos(std::string app, CallOptions options = {});
  /// For one-off dynos; a formation's dyno would come back.
  [[nodiscard]] Task<Result<void>> stop_dyno(std::string app, std::string dyno, CallOptions options = {});

  /// The newest `count`, newest first.
  [[nodiscard]] Task<Result<std::vector<Release>>> releases(std::string app, int count, CallOptions options = {});
  /// By id or version number.
  [[nodiscard]] Task<Result<Release>> release(std::string app, std::string release, CallOptions options = {});

  /// Every add-on the account may see, with prices.
  [[nodiscard]] Task<Result<std::vector<Addon>>> addons(CallOptions options = {});
  /// Of one app, those billed elsewhere and attached here included: compare Addon::app.
  [[nodiscard]] Task<Result<std::vector<Addon>>> app_addons(std::string app, CallOptions options = {});
  [[nodiscard]] Task<Result<Addon>> addon(std::string addon, CallOptions options = {});
  /// `conflict` with api_id confirmation_required when the attachment name is taken: nothing is ever confirmed here.
  [[nodiscard]] Task<Result<Addon>> create_addon(NewAddon addon, CallOptions options = {});
  /// By ids, never forced (safety S28). Gives its last state: deprovisioned, or deprovisioning until it is not_found.
  [[nodiscard]] Task<Result<Addon>> destroy_addon(std::string app_id, std::string addon_id, CallOptions options = {});

  /// Every attachment the account may see.
  [[nodiscard]] Task<Result<std::vector<Attachment>>> addon_attachments(CallOptions options = {});
  [[nodiscard]] Task<Result<std::vector<Attachment>>> app_attachments(std::string app, CallOptions options = {});
  /// Of one add-on on all apps: this finds every writer.
  [[nodiscard]] Task<Result<std::vector<Attachment>>> attachments_of(std::string addon, CallOptions options = {});
  [[nodiscard]] Task<Result<Attachment>> create_attachment(NewAttachment attachment, CallOptions options = {});
  [[nodiscard]] Task<Result<void>> delete_attachment(std::string id, CallOptions options = {});

  /// Values included: compare and drop them.
  [[nodiscard]] Task<Result<std::vector<ConfigVar>>> config_vars(std::string app, CallOptions options = {});
  [[nodiscard]] Task<Result<std::vector<Domain>>> domains(std::string app, CallOptions options = {});

  /// Of heroku-postgresql.
  [[nodiscard]] Task<Result<std::vector<PlanOffer>>> plans(CallOptions options = {});
  [[nodiscard]] Task<Result<PlanOffer>> plan(std::string name, CallOptions options = {});

  /// Requests left to the account this hour; costs none (heroku-api.md 1.7).
  [[nodiscard]] Task<Result<int>> rate_limits(CallOptions options = {});

 private:
  ApiClient& api_;
};

}  // namespace changeover::heroku
