#include "emulator/model/database_view.h"
#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator::handlers {

Response database(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  return addon != nullptr ? answer(database_view(control, *addon)) : unknown_database(control);
}

Response database_followers(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  json::Array list;
  for (const AddOn* follower : control.lineage.followers(*addon))
    if (control.databases.known_to_data_api(*follower)) list.push_back(database_view(control, *follower));
  return answer(std::move(list));
}

Response wait_status(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const bool waiting = control.databases.waiting(*addon);
  return answer(json::Object{{"message", waiting ? "pending" : "available"}, {"waiting?", waiting}});
}

Response unfollow(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  const Database& database = *addon->database;
  const bool under_way = database.phase == Database::Phase::unfollowing ||
                         database.phase == Database::Phase::promoting || database.phase == Database::Phase::rotating;
  if (under_way) return message(addon->name + " is unfollowing already.");
  if (!database.follows())
    return control.switches.data.unfollow_refuses_leaders ? unprocessable(addon->name + " does not follow a database.")
                                                          : message(addon->name + " does not follow a database.");
  if (addon->state != AddOn::State::provisioned || database.phase != Database::Phase::running)
    return unprocessable(addon->name + " is still being prepared.");
  control.databases.unfollow(*addon);
  return message(addon->name + " will stop following and become a writable database.");
}

}  // namespace changeover::emulator::handlers
