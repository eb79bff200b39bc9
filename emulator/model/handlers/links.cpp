#include <algorithm>

#include "core/text.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator::handlers {
namespace {

json::Value view(const DataLink& link) {
  return json::Object{{"id", link.id},
                      {"created_at", format_time(link.created_at)},
                      {"name", link.name},
                      {"remote_name", link.remote},
                      {"remote", json::Object{{"name", link.remote}, {"attachment_name", link.attachment}}}};
}

/// By id or name, as the path has it.
std::vector<DataLink>::iterator link_of(AddOn& addon, const Call& call) {
  return std::ranges::find_if(addon.database->links, [&](const DataLink& link) {
    return link.id == call["link"] || link.name == call["link"];
  });
}

Response no_link() { return error(404, "not_found", "There is no such link."); }

}  // namespace

Response links(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  json::Array list;
  for (const DataLink& link : addon->database->links) list.push_back(view(link));
  return answer(std::move(list));
}

Response link(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const auto found = link_of(*addon, call);
  return found != addon->database->links.end() ? answer(view(*found)) : no_link();
}

Response create_link(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const AddOn* target = control.estate.addons.find(call.body["target"].as_string());
  if (target == nullptr || target == addon || (target->database == nullptr && target->service() != "heroku-redis"))
    return unprocessable("target must name another heroku-postgresql or heroku-redis add-on.");
  for (const AddOn* one : {static_cast<const AddOn*>(addon), target})
    if (one->database != nullptr && !plan_named(one->plan).followers)
      return unprocessable("Links are not available on Essential-tier databases.");
  if (addon->database->follows()) return unprocessable(addon->name + " follows another database and takes no writes.");
  std::string name = call.body["as"].as_string();
  if (name.empty()) {
    name = target->name;
    std::ranges::replace(name, '-', '_');
  }
  auto& all = addon->database->links;
  if (std::ranges::find(all, name, &DataLink::name) != all.end())
    return unprocessable("There is a link named " + name + " already.");
  const std::string attachment = target->attachments.empty() ? target->name : target->attachments.front()->name;
  all.push_back({control.random.uuid(), name, target->name, attachment, control.clock.wall_now()});
  return answer(view(all.back()));
}

Response delete_link(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const auto found = link_of(*addon, call);
  if (found == addon->database->links.end()) return no_link();
  const json::Value gone = view(*found);
  addon->database->links.erase(found);
  return answer(gone);
}

}  // namespace changeover::emulator::handlers
