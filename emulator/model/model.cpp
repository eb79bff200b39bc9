#include "emulator/model/model.h"

#include <algorithm>

#include "emulator/model/access.h"
#include "emulator/model/control.h"
#include "emulator/model/genesis.h"
#include "emulator/model/routes.h"

namespace changeover::emulator {
namespace {

Response no_such_route(std::string_view path) {
  if (is_data_path(path)) return {404, {{"x-cascade", "pass"}}, {}};
  return error(404, "not_found", "The requested API endpoint was not found. The emulator does not have every route.");
}

/// Nothing when there is none, or when it could be read.
std::optional<Response> read_body(const Request& request, const Route& route, json::Value& into) {
  if (request.body.empty()) return std::nullopt;
  auto body = json::parse(request.body);
  const bool fits = body && (body->is_object() || (body->is_array() && route.takes_list()));
  if (!fits) return error(400, "bad_request", "The request body is not a JSON object.");
  if (holds_null_character(*body)) return invalid_params("Null characters are not allowed.");
  into = *std::move(body);
  return std::nullopt;
}

}  // namespace

Model::Model(const World& world, const Clock& clock, Random& random, const Engines& engines)
    : control_(std::make_unique<Control>(clock, random, engines, world)), world_(world) {
  create_world(*control_, world_);
  tick();
}

Model::~Model() = default;

void Model::tick() {
  Control& control = *control_;
  control.timers.run(control.clock.steady_now());
  control.credentials.refresh();
  control.databases.refresh();
  control.transfers.refresh();
  control.dynos.refresh_moving();
  control.timers.run(control.clock.steady_now());  // what the refreshes asked for at once
  if (!ready_) become_ready();
}

void Model::become_ready() {
  for (const AddOn* addon : control_->estate.addons.all())
    if (addon->database != nullptr && addon->database->phase != Database::Phase::running) return;
  if (control_->credentials.moving()) return;
  ready_ = true;
  set_in_motion(*control_, world_);
  control_->dynos.refresh_moving();
}

void Model::watch() {
  for (App* app : control_->estate.apps.all())
    if (!app->dynos.empty() || !app->retiring.empty()) control_->dynos.refresh(*app);
}

std::optional<SteadyTime> Model::next_due() const { return control_->timers.next(); }

bool Model::moving() const {
  return !ready_ || control_->credentials.moving() || control_->databases.moving() || control_->transfers.moving() ||
         control_->dynos.moving();
}

std::string Model::failure() const {
  for (const AddOn* addon : control_->estate.addons.all())
    if (!ready_ && addon->database != nullptr && addon->database->phase == Database::Phase::failed)
      return "the database " + addon->name + " did not start: " + control_->engine.status(addon->id).failure;
  return {};
}

Destination Model::visit(std::string_view host) {
  tick();
  return ready_ ? destination_of(*control_, host) : Destination{};
}

Response Model::handle(const Request& request) {
  tick();
  const bool data = is_data_path(request.path());
  Account* account = nullptr;
  bool charged = false;
  Response response = answer_to(request, account, charged);
  const std::string id = control_->random.uuid();
  if (data) {
    dress_data(response, id);
    return response;
  }
  validators_.add(request, response, control_->clock.wall_now());
  if (response.status == 304 && charged && !control_->switches.not_modified_costs) account->rate_limit.give_back();
  if (account != nullptr) {
    const int remaining = account->rate_limit.remaining(control_->clock.steady_now());
    response.headers.emplace_back("ratelimit-remaining", std::to_string(remaining));
    response.headers.emplace_back("ratelimit-multiplier", "1");
  }
  dress_platform(request, response, id);
  return response;
}

Response Model::answer_to(const Request& request, Account*& account, bool& charged) {
  Control& control = *control_;
  if (!ready_) return error(503, "service_unavailable", "The emulator's world is still starting.");
  if (!is_clean_path(request.path())) return error(400, "bad_request", "The path is not well encoded.");
  if (auto refusal = refused_version(request)) return *refusal;
  auto match = match_route(request.method, request.path());
  const bool open = match && match->route->access == Route::Access::anyone;
  const auto caller = control.accounts.of(request);
  if (!caller && !open) return refused_credentials(caller.error());
  account = caller.value_or(nullptr);
  if (account != nullptr)
    if (auto refusal = refused_account(*account, request)) return *refusal;
  if (!match) return no_such_route(request.path());
  charged =
      account != nullptr && match->route->api() == Route::Api::platform && match->route->cost == Route::Cost::token;
  if (charged && !account->rate_limit.take(control.clock.steady_now())) return rate_limited(control);
  const bool data_limited = control.switches.data.data_requests_a_minute > 0 && account != nullptr;
  if (data_limited && match->route->api() == Route::Api::data &&
      !control.data_rate_limit.take(control.clock.steady_now()))
    return rate_limited(control);
  Call call{request, std::move(match->parameters), {}, account};
  if (auto refusal = read_body(request, *match->route, call.body)) return *refusal;
  if (account != nullptr) {
    if (auto refusal = refused_apps(control, *match->route, call)) return *refusal;
    control.caller = account->email;
  }
  return match->route->handler(control, call);
}

Result<void> Model::stall(const std::string& addon, bool stalled) {
  const AddOn* found = control_->estate.addons.find(addon);
  if (found == nullptr || found->database == nullptr)
    return fail(ErrorCode::not_found, "the world has no database " + addon);
  control_->engine.stall_replay(found->id, stalled);
  return {};
}

Result<void> Model::fail_over(const std::string& addon) {
  AddOn* found = control_->estate.addons.find(addon);
  if (found == nullptr || found->database == nullptr)
    return fail(ErrorCode::not_found, "the world has no database " + addon);
  control_->engine.reset_connections(found->id);
  found->database->primary = control_->random.uuid();
  return {};
}

}  // namespace changeover::emulator
