#include "emulator/model/model.h"

#include <algorithm>

#include "core/text.h"
#include "emulator/model/control.h"
#include "emulator/model/genesis.h"
#include "emulator/model/routes.h"

namespace changeover::emulator {
namespace {

/// What `Authorization: Basic` carries, or nothing (heroku-api.md 1.2: the user part is ignored).
std::optional<std::string> basic_password(std::string_view encoded) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string decoded;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : encoded) {
    if (c == '=') break;
    const std::size_t digit = digits.find(c);
    if (digit == digits.npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    decoded += static_cast<char>((bits >> count) & 0xffU);
  }
  const std::size_t colon = decoded.find(':');
  return colon == decoded.npos ? std::nullopt : std::optional(decoded.substr(colon + 1));
}

/// A conditional GET that has not changed: 304 without a body (heroku-api.md 1.5).
void add_etag(const Request& request, Response& response) {
  if (request.method != "GET" || response.status != 200) return;
  const std::string tag = "\"" + sha256_hex(response.body).substr(0, 32) + "\"";
  if (request.header("if-none-match") == tag) {
    response.status = 304;
    response.body.clear();
    std::erase_if(response.headers, [](const auto& header) { return header.first == "content-type"; });
  }
  response.headers.emplace_back("etag", tag);
}

Response no_such_route(std::string_view path) {
  if (is_data_path(path)) return {404, {{"x-cascade", "pass"}}, {}};
  return error(404, "not_found", "The requested API endpoint was not found. The emulator does not have every route.");
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
  return !ready_ || control_->credentials.moving() || control_->databases.moving() || control_->dynos.moving();
}

std::string Model::failure() const {
  for (const AddOn* addon : control_->estate.addons.all())
    if (!ready_ && addon->database != nullptr && addon->database->phase == Database::Phase::failed)
      return "the database " + addon->name + " did not start: " + control_->engine.status(addon->id).failure;
  return {};
}

bool Model::authorised(const Request& request) const {
  const std::string_view header = request.header("authorization");
  const std::string& key = world_.api_key.reveal();
  if (header.starts_with("Bearer ")) return header.substr(7) == key;
  return header.starts_with("Basic ") && basic_password(header.substr(6)) == key;
}

Response Model::handle(const Request& request) {
  tick();
  Response response = answer_to(request);
  const bool data = is_data_path(request.path());
  if (!data) {
    add_etag(request, response);
    response.headers.emplace_back("ratelimit-remaining",
                                  std::to_string(control_->rate_limit.remaining(control_->clock.steady_now())));
    response.headers.emplace_back("ratelimit-multiplier", "1");
  }
  response.headers.emplace_back("request-id", control_->random.uuid());
  response.headers.emplace_back("cache-control", "private, no-cache");
  return response;
}

Response Model::answer_to(const Request& request) {
  if (!ready_) return error(503, "service_unavailable", "The emulator's world is still starting.");
  auto match = match_route(request.method, request.path());
  const bool open = match && match->route->access == Route::Access::anyone;
  if (!open && !authorised(request)) return error(401, "unauthorized", "Invalid credentials provided.");
  if (!match) return no_such_route(request.path());
  const bool charged = match->route->api() == Route::Api::platform && match->route->cost == Route::Cost::token;
  if (charged && !control_->rate_limit.take(control_->clock.steady_now()))
    return error(429, "rate_limit", "Your account reached the API rate limit. Please wait a few minutes.");
  Call call{request, std::move(match->parameters), {}};
  if (!request.body.empty()) {
    auto body = json::parse(request.body);
    if (!body || (!body->is_object() && !body->is_array()))
      return error(400, "bad_request", "The request body is not a JSON object.");
    call.body = *std::move(body);
  }
  return match->route->handler(*control_, call);
}

Result<void> Model::stall(const std::string& addon, bool stalled) {
  const AddOn* found = control_->estate.addons.find(addon);
  if (found == nullptr || found->database == nullptr)
    return fail(ErrorCode::not_found, "the world has no database " + addon);
  control_->engine.stall_replay(found->id, stalled);
  return {};
}

}  // namespace changeover::emulator
