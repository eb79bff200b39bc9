#include <algorithm>

#include "emulator/model/dyno_sizes.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

Dyno* dyno_of(App& app, const std::string& key) {
  const auto found =
      std::ranges::find_if(app.dynos, [&](const auto& entry) { return entry.first == key || entry.second.id == key; });
  return found == app.dynos.end() ? nullptr : &found->second;
}

Response no_dyno() { return not_found("dyno", "Couldn't find that process."); }
Response accepted() { return answer(json::Value::object(), 202); }

bool is_word(std::string_view text, std::string_view besides) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           besides.find(c) != std::string_view::npos;
  });
}

/// The CLI sends the terminal's size as numbers (lib/run/dyno), though the schema says text.
std::optional<Response> read_environment(const json::Value& body, OneOff& what) {
  if (!body.is_null() && !body.is_object()) return invalid_params("env must be an object.");
  for (const auto& [key, value] : body.members()) {
    if (!is_word(key, "_")) return invalid_params("env has the name " + key + ", which is no word.");
    if (!value.is_string() && !value.is_integer()) return invalid_params("The value of env " + key + " must be text.");
    what.environment[key] = value.is_string() ? value.as_string() : value.dump();
  }
  return std::nullopt;
}

std::optional<Response> read_time_to_live(const json::Value& body, OneOff& what) {
  constexpr std::int64_t most = 86'400;
  if (body.is_null()) return std::nullopt;
  const std::int64_t seconds = body.as_integer(0);
  if (!body.is_integer() || seconds < 1 || seconds > most)
    return invalid_params("time_to_live must be a whole number of seconds from 1 to 86400.");
  what.time_to_live = std::chrono::seconds(seconds);
  return std::nullopt;
}

/// Nothing when the call asks for something that can be run.
std::optional<Response> read_one_off(const App& app, const json::Value& body, OneOff& what) {
  if (auto refusal =
          unknown_parameters(body, {"attach", "command", "env", "force_no_tty", "size", "type", "time_to_live"}))
    return refusal;
  if (body["attach"].as_bool(false))
    return invalid_params(
        "The emulator has no rendezvous, so it cannot attach a dyno to a terminal. Run it detached: "
        "`attach` false, or `heroku run:detached`.");
  what.command = body["command"].as_string();
  if (what.command.empty()) return invalid_params("command is missing.");
  what.type = body["type"].string_or("run");
  constexpr std::size_t longest_type = 63;
  if (!is_word(what.type, "_-") || what.type.size() > longest_type)
    return invalid_params("type must be a word of letters, digits, - and _.");
  if (auto refusal = read_environment(body["env"], what)) return refusal;
  if (auto refusal = read_time_to_live(body["time_to_live"], what)) return refusal;
  what.size = body["size"].string_or(usual_size(app));
  std::ranges::transform(what.size, what.size.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (auto refusal = size_refusal(app, what.size)) return refusal;
  return one_off_refusal(app, what.size);
}

}  // namespace

Response dynos(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  control.dynos.refresh(*app);
  std::vector<const Dyno*> list;
  for (const auto& [name, dyno] : app->dynos) list.push_back(&dyno);
  return page(
      call, std::move(list), {"name", "id"},
      [](const Dyno* dyno, const std::string& field) { return field == "id" ? dyno->id : dyno->name; },
      [&](const Dyno* dyno) { return render(*app, *dyno); });
}

Response dyno(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  control.dynos.refresh(*app);
  const Dyno* found = dyno_of(*app, call["dyno"]);
  return found != nullptr ? answer(render(*app, *found)) : no_dyno();
}

Response restart_dyno(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  control.dynos.refresh(*app);
  Dyno* found = dyno_of(*app, call["dyno"]);
  if (found == nullptr) return no_dyno();
  control.dynos.restart(*app, *found);
  return accepted();
}

Response restart_dynos(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  control.dynos.restart_all(*app);
  return accepted();
}

Response run_dyno(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  OneOff what;
  if (auto refusal = read_one_off(*app, call.body, what)) return *refusal;
  const Release* release = app->release(app->current_release);
  if (release == nullptr) return error(409, "conflict", "App " + app->name + " has no release to run.");
  return answer(render(*app, control.dynos.run(*app, *release, std::move(what))), 201);
}

Response restart_formation(Control& control, const Call& call) {
  App* app = app_of(control, call);
  if (app == nullptr) return no_app();
  const ProcessType* process = app->process(call["type"]);
  const std::string type = process != nullptr ? process->type : call["type"];
  control.dynos.refresh(*app);
  bool found = process != nullptr;
  for (auto& [name, dyno] : app->dynos) {
    if (dyno.type != type) continue;
    control.dynos.restart(*app, dyno);  // a one-off of that type ends
    found = true;
  }
  return found ? accepted() : not_found("formation", "Couldn't find that process type.");
}

}  // namespace changeover::emulator::handlers
