#include <algorithm>

#include "core/text.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/genesis.h"
#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {
namespace {

Response no_space() { return not_found("space", "Couldn't find that space."); }
Response no_region() { return not_found("region", "Couldn't find that region."); }

Space* space_of(Control& control, const Call& call) { return control.estate.spaces.find(call["space"]); }

json::Value shown(const Space& space, const Call& call) {
  json::Value value = render(space);
  const Region* region = find_region(space.region);
  if (region != nullptr && call.header_lists("accept-expansion", "region")) value.set("region", render(*region));
  return value;
}

/// The published schema's pattern: lower-case letters and digits, single dashes between them.
bool is_space_name(std::string_view name) {
  const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return name.size() >= 3 && name.size() <= 30 && word(name.front()) && word(name.back()) &&
         name.find("--") == name.npos && std::ranges::all_of(name, [&](char c) { return word(c) || c == '-'; });
}

std::optional<Response> name_refusal(const Control& control, const std::string& name) {
  if (!is_space_name(name))
    return invalid_params(
        "Space names hold lowercase letters, digits and single dashes, and begin and end with no dash.");
  if (control.estate.spaces.find(name) != nullptr) return invalid_params("Name " + name + " is already taken.");
  return std::nullopt;
}

}  // namespace

Response spaces(Control& control, const Call& call) {
  return named_page(call, control.estate.spaces.all(), [&](const Space& space) { return shown(space, call); });
}

Response space(Control& control, const Call& call) {
  const Space* found = space_of(control, call);
  return found != nullptr ? answer(shown(*found, call)) : no_space();
}

Response create_space(Control& control, const Call& call) {
  const json::Value& body = call.body;
  if (auto refusal = unknown_parameters(
          body, {"name", "team", "region", "shield", "cidr", "data_cidr", "log_drain_url", "generation", "features"}))
    return *refusal;
  if (auto refusal = text_expected(body, {"name", "cidr", "data_cidr", "log_drain_url", "generation"})) return *refusal;
  const std::string name = body["name"].as_string();
  if (auto refusal = name_refusal(control, name)) return *refusal;
  const Team* team = control.estate.teams.find(identity(body["team"]));
  if (team == nullptr) return no_team();
  const Region* region = find_region(body.has("region") ? identity(body["region"]) : "virginia");
  if (region == nullptr || region->common()) return invalid_params("There are no spaces in that region.");
  const std::string generation = body["generation"].string_or("cedar");
  if (generation != "cedar" && generation != "fir") return invalid_params("There is no generation " + generation + ".");
  if (!body["shield"].is_null() && !body["shield"].is_bool()) return invalid_params("shield must be true or false.");
  if (body["shield"].as_bool() && generation == "fir") return invalid_params("Fir has no Shield Spaces.");
  auto made = std::make_unique<Space>();
  made->id = control.random.uuid();
  made->name = name;
  made->team = team;
  made->region = region->name;
  made->shield = body["shield"].as_bool();
  made->generation = generation;
  made->created_at = made->updated_at = control.clock.wall_now();
  allocate(control, control.estate.spaces.add(std::move(made)), control.timing.space_allocation);
  return answer(shown(*control.estate.spaces.find(name), call), 201);
}

Response patch_space(Control& control, const Call& call) {
  Space* found = space_of(control, call);
  if (found == nullptr) return no_space();
  if (auto refusal = unknown_parameters(call.body, {"name"})) return *refusal;
  if (const std::string& name = call.body["name"].as_string(); name != found->name) {
    if (auto refusal = name_refusal(control, name)) return *refusal;
    control.estate.spaces.rename(*found, name);
    found->updated_at = control.clock.wall_now();
  }
  return answer(shown(*found, call));
}

Response delete_space(Control& control, const Call& call) {
  Space* found = space_of(control, call);
  if (found == nullptr) return no_space();
  for (const App* app : control.estate.apps.all())
    if (app->space == found) return invalid_params("The space " + found->name + " still has apps. Destroy them first.");
  found->state = Space::State::deleting;
  found->updated_at = control.clock.wall_now();
  control.timers.at(control.clock.steady_now() + control.timing.deprovision, [&control, id = found->id] {
    if (const Space* gone = control.estate.spaces.find(id)) control.estate.spaces.remove(*gone);
  });
  return answer(shown(*found, call));
}

Response space_nat(Control& control, const Call& call) {
  const Space* found = space_of(control, call);
  if (found == nullptr) return no_space();
  // Addresses that are nobody's: what leaves a space here leaves by loopback.
  const bool allocated = found->state == Space::State::allocated;
  return answer(json::Object{{"state", allocated ? "enabled" : "disabled"},
                             {"sources", json::Array{"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"}},
                             {"created_at", format_time(found->created_at)},
                             {"updated_at", format_time(found->created_at)}});
}

Response inbound_ruleset(Control& control, const Call& call) {
  const Space* found = space_of(control, call);
  if (found == nullptr) return no_space();
  return answer(json::Object{{"id", fixed_uuid("ruleset:" + found->id)},
                             {"space", reference(*found)},
                             {"rules", json::Array{json::Object{{"action", "allow"}, {"source", "0.0.0.0/0"}}}},
                             {"created_at", format_time(found->created_at)},
                             {"created_by", found->team->name + "@herokumanager.com"}});
}

Response team_spaces(Control& control, const Call& call) {
  const Team* team = control.estate.teams.find(call["team"]);
  if (team == nullptr) return no_team();
  std::vector<Space*> list = control.estate.spaces.all();
  std::erase_if(list, [&](const Space* space) { return space->team != team; });
  return named_page(call, std::move(list), [&](const Space& space) { return shown(space, call); });
}

Response regions(Control&, const Call& call) {
  std::vector<const Region*> list;
  for (const Region& region : all_regions()) list.push_back(&region);
  return page(
      call, std::move(list), {"name", "id"},
      [](const Region* region, const std::string& field) {
        return field == "id" ? fixed_uuid("region:" + std::string(region->name)) : std::string(region->name);
      },
      [](const Region* region) { return render(*region); });
}

Response region(Control&, const Call& call) {
  for (const Region& region : all_regions())
    if (region.name == call["region"] || fixed_uuid("region:" + std::string(region.name)) == call["region"])
      return answer(render(region));
  return no_region();
}

}  // namespace changeover::emulator::handlers
