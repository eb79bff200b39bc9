#include <algorithm>
#include <charconv>

#include "emulator/model/catalogue.h"
#include "emulator/model/dyno_sizes.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

constexpr int most_dynos = 1000;  ///< of one call; what an app may have is in dyno_sizes.h

json::Array all_types(const App& app) {
  json::Array list;
  for (const ProcessType& process : app.formation) list.push_back(render(app, process));
  return list;
}

Response no_process() { return not_found("formation", "Couldn't find that process type."); }

/// What one item asks for, with what it leaves alone filled in.
struct Wanted {
  ProcessType* process = nullptr;
  int quantity = 0;
  std::string size;
};

/// An integer, "2", or "+1" and "-1" relative to what is there: the CLI sends all three (heroku-api.md 2.2).
std::optional<int> quantity_from(const json::Value& value, int current) {
  if (value.is_null()) return current;
  long long number = value.as_integer(-1);
  if (value.is_string()) {
    std::string_view text = value.as_string();
    const bool relative = text.starts_with('+') || text.starts_with('-');
    if (text.starts_with('+')) text.remove_prefix(1);
    if (relative && text.size() > 1 && text[1] == '-') return std::nullopt;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (number < -most_dynos || number > most_dynos) return std::nullopt;
    if (relative) number = std::max(0LL, current + number);
  } else if (!value.is_integer()) {
    return std::nullopt;
  }
  if (number < 0 || number > most_dynos) return std::nullopt;
  return static_cast<int>(number);
}

/// Nothing in `refusal` means the item is fine.
Wanted wanted_from(App& app, const std::string& type, const json::Value& item, std::optional<Response>& refusal) {
  Wanted wanted;
  wanted.process = app.process(type);
  if (wanted.process == nullptr) {
    refusal = invalid_params("Couldn't find process type " + type + " on app " + app.name + ".");
    return wanted;
  }
  refusal = unknown_parameters(item, {"type", "quantity", "size", "dyno_size", "docker_image"});
  if (refusal) return wanted;
  const std::optional<int> quantity = quantity_from(item["quantity"], wanted.process->quantity);
  if (!quantity) {
    refusal = invalid_params("The quantity of " + type + " must be a whole number from 0 to 1000.");
    return wanted;
  }
  wanted.quantity = *quantity;
  std::string size = identity(item["dyno_size"]);
  if (size.empty()) size = item["size"].as_string();
  std::ranges::transform(size, size.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  wanted.size = size.empty() ? wanted.process->size : size;
  refusal = size_refusal(app, wanted.size);
  if (!refusal && wanted.quantity > wanted.process->quantity)
    refusal = quantity_refusal(app, *wanted.process, wanted.quantity, wanted.size);
  return wanted;
}

/// Why the app cannot have all that; to have less is always right.
std::optional<Response> refusal_of(const App& app, const std::vector<Wanted>& all) {
  int before = 0;
  for (const ProcessType& process : app.formation) before += process.quantity;
  int after = before;
  for (const Wanted& wanted : all) after += wanted.quantity - wanted.process->quantity;
  return after > before ? total_refusal(app, after) : std::nullopt;
}

void carry_out(Control& control, App& app, const std::vector<Wanted>& all) {
  for (const Wanted& wanted : all) {
    const bool resized = wanted.size != wanted.process->size;
    wanted.process->quantity = wanted.quantity;
    wanted.process->size = wanted.size;
    wanted.process->updated_at = control.clock.wall_now();
    if (resized) control.dynos.restart_type(app, wanted.process->type);
  }
  control.dynos.fit(app);
}

}  // namespace

Response formation(Control& control, const Call& call) {
  const App* app = app_of(control, call);
  return app != nullptr ? page(call, all_types(*app), {"type", "id"}) : no_app();
}

Response formation_type(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  const ProcessType* process = app->process(call["type"]);
  return process != nullptr ? answer(render(*app, *process)) : no_process();
}

Response patch_formation(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  if (!call.body["updates"].is_array()) return invalid_params("updates must be a list.");
  std::vector<Wanted> all;
  using Unknown = Switches::UnknownProcess;
  const Unknown unknown = control.switches.unknown_process;
  for (const json::Value& item : call.body["updates"].items()) {
    const std::string type = identity(item["type"]);
    if (app->process(type) == nullptr && unknown == Unknown::ignore) continue;
    if (app->process(type) == nullptr && unknown == Unknown::not_found) return no_process();
    std::optional<Response> refusal;
    all.push_back(wanted_from(*app, type, item, refusal));
    if (refusal) return *refusal;  // the whole call is refused: nothing was changed yet
  }
  if (auto refusal = refusal_of(*app, all)) return *refusal;
  carry_out(control, *app, all);
  if (control.switches.formation_answer == Switches::FormationAnswer::all) return answer(all_types(*app));
  json::Array updated;
  for (const Wanted& wanted : all) updated.push_back(render(*app, *wanted.process));
  return answer(std::move(updated));
}

Response patch_formation_type(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  if (app->process(call["type"]) == nullptr) return no_process();
  std::optional<Response> refusal;
  const Wanted wanted = wanted_from(*app, call["type"], call.body, refusal);
  if (!refusal) refusal = refusal_of(*app, {wanted});
  if (refusal) return *refusal;
  carry_out(control, *app, {wanted});
  return answer(render(*app, *wanted.process));
}

}  // namespace changeover::emulator::handlers
