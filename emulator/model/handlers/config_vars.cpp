#include <algorithm>

#include "core/text.h"
#include "emulator/model/attachment_url.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

json::Value as_json(const Config& config) {
  json::Object object;
  object.reserve(config.size());
  for (const auto& [key, value] : config) object.emplace_back(key, value.reveal());
  return object;
}

/// "Set A, B config vars", as the releases list shows it.
std::string change_words(const std::vector<std::string>& set, const std::vector<std::string>& removed) {
  const auto words = [](std::string_view verb, const std::vector<std::string>& names) {
    std::string text(verb);
    for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? " " : ", ") + names[i];
    return text;
  };
  std::string text;
  if (!set.empty()) text = words("Set", set);
  if (!removed.empty()) text += (text.empty() ? "" : " and ") + words(text.empty() ? "Remove" : "remove", removed);
  return text + " config vars";
}

/// The published schema's \w+.
bool is_config_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// The attachment that a config var belongs to, or nullptr.
const Attachment* attachment_behind(const App& app, std::string_view key) {
  if (!key.ends_with("_URL")) return nullptr;
  const auto found = app.attachments.find(std::string(key.substr(0, key.size() - 4)));
  return found == app.attachments.end() ? nullptr : found->second;
}

std::optional<Response> change_refusal(const App& app, const std::string& key, const json::Value& value) {
  if (!is_config_name(key)) return invalid_params("Config var names hold letters, digits and _ only.");
  if (attachment_behind(app, key) != nullptr)
    return invalid_params("Cannot overwrite " + key + ", which belongs to an attachment. Detach it first.");
  if (value.is_null()) return std::nullopt;
  if (!value.is_string()) return invalid_params("The value of " + key + " must be text or null.");
  if (value.as_string().find('\0') != std::string::npos)
    return invalid_params("The value of " + key + " must not hold a null character.");
  return std::nullopt;
}

}  // namespace

Response config_vars(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  return app != nullptr ? answer(as_json(config_of(*app))) : no_app();
}

Response config_vars_settings(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  const Release* latest = app->releases.empty() ? nullptr : app->releases.back().get();
  json::Array list;
  for (const auto& [key, value] : config_of(*app)) {
    const Attachment* behind = attachment_behind(*app, key);
    list.emplace_back(
        json::Object{{"key", key},
                     {"attachment", behind != nullptr ? reference(*behind) : json::Value()},
                     {"masked", false},
                     {"masking_supported", behind == nullptr},
                     {"value", value.reveal()},
                     {"value_updated_at", format_time(latest != nullptr ? latest->created_at : app->created_at)}});
  }
  return page(call, list, {"key"});
}

Response patch_config_vars(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  std::vector<std::string> set;
  std::vector<std::string> removed;
  for (const auto& [key, value] : call.body.members()) {
    if (auto refusal = change_refusal(*app, key, value)) return *refusal;
    (value.is_null() ? removed : set).push_back(key);
  }
  for (const auto& [key, value] : call.body.members()) {
    if (value.is_null())
      app->config.erase(key);
    else
      app->config[key] = Secret(value.as_string());
  }
  if (!set.empty() || !removed.empty()) control.releases.make(*app, change_words(set, removed), Releases::By::person);
  return answer(as_json(config_of(*app)));
}

Response release_config_vars(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  const Release* release = release_of(*app, call);
  return release != nullptr ? answer(as_json(release->config)) : no_release();
}

}  // namespace changeover::emulator::handlers
