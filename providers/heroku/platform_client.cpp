#include "providers/heroku/platform_client.h"

#include <limits>
#include <utility>

#include "providers/heroku/typed_call.h"

namespace changeover::heroku {
namespace {

using json::Value;

/// Whole pages for lists over the account (heroku-api.md 1.4).
const std::pair<std::string, std::string> whole_pages{"Range", "id ..; max=1000"};
const std::pair<std::string, std::string> with_prices{"Accept-Expansion", "plan"};
const std::pair<std::string, std::string> with_config_vars{"Accept-Inclusion", "addon:plan,config_vars"};

Call get(const std::vector<std::string>& parts, CallOptions options) {
  Call call;
  call.path = path_of(parts);
  call.options = options;
  return call;
}

Call change(std::string method, const std::vector<std::string>& parts, CallOptions options) {
  Call call = get(parts, options);
  call.method = std::move(method);
  return call;
}

Result<int> remaining_from(const Value& value) {
  const std::int64_t remaining = value["remaining"].as_integer(-1);
  if (remaining < 0 || remaining > std::numeric_limits<int>::max())
    return corrupt_answer("rate limits without what remains");
  return static_cast<int>(remaining);
}

}  // namespace

Task<Result<std::vector<App>>> PlatformClient::apps(CallOptions options) {
  Call call = get({"apps"}, options);
  call.headers = {whole_pages};
  return typed_list<App>(api_, std::move(call), app_from);
}

Task<Result<App>> PlatformClient::app(std::string app, CallOptions options) {
  return typed_call<App>(api_, get({"apps", std::move(app)}, options), app_from);
}

Task<Result<App>> PlatformClient::set_maintenance(std::string app, bool on, CallOptions options) {
  Call call = change("PATCH", {"apps", std::move(app)}, options);
  call.body = Value::object().set("maintenance", on);
  return typed_call<App>(api_, std::move(call), app_from);
}

Task<Result<std::vector<Process>>> PlatformClient::formation(std::string app, CallOptions options) {
  return typed_list<Process>(api_, get({"apps", std::move(app), "formation"}, options), process_from);
}

Task<Result<std::vector<Process>>> PlatformClient::set_formation(std::string app, std::vector<ProcessUpdate> updates,
                                                                 CallOptions options) {
  Value list = Value::array();
  for (ProcessUpdate& update : updates) {
    Value item;
    item.set("type", std::move(update.type)).set("quantity", update.quantity);
    if (update.size) item.set("size", std::move(*update.size));
    list.push(std::move(item));
  }
  Call call = change("PATCH", {"apps", std::move(app), "formation"}, options);
  call.body = Value::object().set("updates", std::move(list));
  return typed_array<Process>(api_, std::move(call), process_from);
}

Task<Result<std::vector<Dyno>>> PlatformClient::dynos(std::string app, CallOptions options) {
  return typed_list<Dyno>(api_, get({"apps", std::move(app), "dynos"}, options), dyno_from);
}

Task<Result<void>> PlatformClient::stop_dyno(std::string app, std::string dyno, CallOptions options) {
  return plain_call(api_,
                    change("POST", {"apps", std::move(app), "dynos", std::move(dyno), "actions", "stop"}, options));
}

Task<Result<std::vector<Release>>> PlatformClient::releases(std::string app, int count, CallOptions options) {
  Call call = get({"apps", std::move(app), "releases"}, options);
  // One page is all that is asked for: what its Next-Range leads to is history.
  call.headers = {{"Range", "version ..; max=" + std::to_string(count) + ", order=desc"}};
  return typed_array<Release>(api_, std::move(call), release_from);
}

Task<Result<Release>> PlatformClient::release(std::string app, std::string release, CallOptions options) {
  return typed_call<Release>(api_, get({"apps", std::move(app), "releases", std::move(release)}, options),
                             release_from);
}

Task<Result<std::vector<Addon>>> PlatformClient::addons(CallOptions options) {
  Call call = get({"addons"}, options);
  call.headers = {whole_pages, with_prices};
  return typed_list<Addon>(api_, std::move(call), addon_from);
}

Task<Result<std::vector<Addon>>> PlatformClient::app_addons(std::string app, CallOptions options) {
  Call call = get({"apps", std::move(app), "addons"}, options);
  call.headers = {with_prices};
  return typed_list<Addon>(api_, std::move(call), addon_from);
}

Task<Result<Addon>> PlatformClient::addon(std::string addon, CallOptions options) {
  Call call = get({"addons", std::move(addon)}, options);
  call.headers = {with_prices};
  return typed_call<Addon>(api_, std::move(call), addon_from);
}

Task<Result<Addon>> PlatformClient::create_addon(NewAddon addon, CallOptions options) {
  Value body;
  body.set("plan", std::move(addon.plan)).set("name", std::move(addon.name));
  body.set("attachment", Value::object().set("name", std::move(addon.attachment)));
  if (!addon.follow.empty()) body.set("config", Value::object().set("follow", std::move(addon.follow)));
  Call call = change("POST", {"apps", std::move(addon.app), "addons"}, options);
  call.headers = {with_prices};
  call.body = std::move(body);
  return typed_call<Addon>(api_, std::move(call), addon_from);
}

Task<Result<Addon>> PlatformClient::destroy_addon(std::string app_id, std::string addon_id, CallOptions options) {
  return typed_call<Addon>(api_, change("DELETE", {"apps", std::move(app_id), "addons", std::move(addon_id)}, options),
                           addon_from);
}

Task<Result<std::vector<Attachment>>> PlatformClient::addon_attachments(CallOptions options) {
  Call call = get({"addon-attachments"}, options);
  call.headers = {whole_pages, with_config_vars};
  return typed_list<Attachment>(api_, std::move(call), attachment_from);
}

Task<Result<std::vector<Attachment>>> PlatformClient::app_attachments(std::string app, CallOptions options) {
  Call call = get({"apps", std::move(app), "addon-attachments"}, options);
  call.headers = {with_config_vars};
  return typed_list<Attachment>(api_, std::move(call), attachment_from);
}

Task<Result<std::vector<Attachment>>> PlatformClient::attachments_of(std::string addon, CallOptions options) {
  Call call = get({"addons", std::move(addon), "addon-attachments"}, options);
  call.headers = {with_config_vars};
  return typed_list<Attachment>(api_, std::move(call), attachment_from);
}

Task<Result<Attachment>> PlatformClient::create_attachment(NewAttachment attachment, CallOptions options) {
  Value body;
  body.set("addon", std::move(attachment.addon)).set("app", std::move(attachment.app));
  body.set("name", std::move(attachment.name));
  if (!attachment.name_space.empty()) body.set("namespace", std::move(attachment.name_space));
  if (!attachment.confirm.empty()) body.set("confirm", std::move(attachment.confirm));
  Call call = change("POST", {"addon-attachments"}, options);
  call.headers = {with_config_vars};
  call.body = std::move(body);
  return typed_call<Attachment>(api_, std::move(call), attachment_from);
}

Task<Result<void>> PlatformClient::delete_attachment(std::string id, CallOptions options) {
  return plain_call(api_, change("DELETE", {"addon-attachments", std::move(id)}, options));
}

Task<Result<std::vector<ConfigVar>>> PlatformClient::config_vars(std::string app, CallOptions options) {
  return typed_call<std::vector<ConfigVar>>(api_, get({"apps", std::move(app), "config-vars"}, options),
                                            config_vars_from);
}

Task<Result<std::vector<Domain>>> PlatformClient::domains(std::string app, CallOptions options) {
  return typed_list<Domain>(api_, get({"apps", std::move(app), "domains"}, options), domain_from);
}

Task<Result<std::vector<PlanOffer>>> PlatformClient::plans(CallOptions options) {
  return typed_list<PlanOffer>(api_, get({"addon-services", "heroku-postgresql", "plans"}, options), plan_from);
}

Task<Result<PlanOffer>> PlatformClient::plan(std::string name, CallOptions options) {
  return typed_call<PlanOffer>(api_, get({"plans", std::move(name)}, options), plan_from);
}

Task<Result<int>> PlatformClient::rate_limits(CallOptions options) {
  return typed_call<int>(api_, get({"account", "rate-limits"}, options), remaining_from);
}

}  // namespace changeover::heroku
