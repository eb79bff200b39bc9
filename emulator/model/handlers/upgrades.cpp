#include "emulator/model/upgrades.h"

#include "core/text.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/handlers/data_call.h"
#include "emulator/model/handlers/handlers.h"

namespace changeover::emulator::handlers {
namespace {

using State = Upgrade::State;

/// Who may do what: leaders of Standard tier and above prepare, try and cancel; followers and Essential only run.
enum class For { leaders, everybody };

std::optional<Response> refused(const AddOn& addon, For whom) {
  if (addon.state != AddOn::State::provisioned || addon.database->phase != Database::Phase::running)
    return unprocessable("The database " + addon.name + " is not available yet.");
  if (whom == For::everybody) return std::nullopt;
  if (!plan_named(addon.plan).followers)
    return unprocessable("An upgrade of an Essential-tier database is run with `pg:upgrade:run` alone.");
  if (addon.database->follows()) return unprocessable("An upgrade of a follower is run with `pg:upgrade:run` alone.");
  return std::nullopt;
}

Response no_version(const Call& call) {
  const std::string version = call.body["version"].as_string();
  return unprocessable(version.empty() ? std::string("The database has the newest version already.")
                                       : "The database cannot be upgraded to version " + version + ".");
}

bool busy(const AddOn& addon) {
  const State state = addon.database->upgrade.state;
  return state == State::preparing || state == State::trying || state == State::running;
}

std::string told(const Upgrade& upgrade) {
  switch (upgrade.state) {
    case State::none:
      return "No upgrade is planned.";
    case State::preparing:
      return "Preparing the upgrade to version " + upgrade.version + ".";
    case State::prepared:
      return "The upgrade to version " + upgrade.version + " is prepared and planned for " +
             format_time(*upgrade.planned_for) + ". Run it earlier with `pg:upgrade:run`.";
    case State::trying:
      return "Trying the upgrade to version " + upgrade.version + " on a copy.";
    case State::running:
      return "Upgrading to version " + upgrade.version + ".";
    case State::done:
      return "The upgrade to version " + upgrade.version + " is complete.";
  }
  return {};
}

}  // namespace

Response prepare_upgrade(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = refused(*addon, For::leaders)) return *refusal;
  if (busy(*addon) || addon->database->upgrade.state == State::prepared)
    return unprocessable("An upgrade of " + addon->name + " is prepared or under way already.");
  const auto version = Upgrades::target(*addon->database, call.body["version"].as_string());
  if (!version) return no_version(call);
  control.upgrades.prepare(*addon, *version);
  return message("The upgrade to version " + *version + " is being prepared. Watch it with `pg:upgrade:wait`.");
}

Response dry_run_upgrade(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = refused(*addon, For::leaders)) return *refusal;
  if (addon->database->upgrade.state != State::none && addon->database->upgrade.state != State::done)
    return unprocessable("An upgrade of " + addon->name + " is prepared or under way already.");
  const auto version = Upgrades::target(*addon->database, call.body["version"].as_string());
  if (!version) return no_version(call);
  control.upgrades.dry_run(*addon, *version);
  return message("The upgrade to version " + *version + " is being tried on a copy.");
}

Response run_upgrade(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = refused(*addon, For::everybody)) return *refusal;
  if (busy(*addon)) return unprocessable("An upgrade of " + addon->name + " is under way already.");
  const bool needs_preparation = plan_named(addon->plan).followers && !addon->database->follows();
  if (needs_preparation && addon->database->upgrade.state != State::prepared)
    return unprocessable("Prepare the upgrade with `pg:upgrade:prepare` first.");
  auto version = needs_preparation ? std::optional(addon->database->upgrade.version)
                                   : Upgrades::target(*addon->database, call.body["version"].as_string());
  if (!version) return no_version(call);
  control.upgrades.run(*addon, *version);
  return message("The upgrade to version " + *version + " has begun. Watch it with `pg:upgrade:wait`.");
}

Response cancel_upgrade(Control& control, const Call& call) {
  AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  if (auto refusal = refused(*addon, For::leaders)) return *refusal;
  const State state = addon->database->upgrade.state;
  if (state == State::running) return unprocessable("An upgrade that runs cannot be cancelled.");
  if (state != State::preparing && state != State::prepared) return unprocessable("No upgrade is planned.");
  control.upgrades.cancel(*addon);
  return message("The upgrade of " + addon->name + " is cancelled.");
}

Response upgrade_wait_status(Control& control, const Call& call) {
  const AddOn* addon = database_of(control, call);
  if (addon == nullptr) return unknown_database(control);
  json::Value status = json::Object{{"message", told(addon->database->upgrade)}, {"waiting?", busy(*addon)}};
  if (const auto step = control.upgrades.step(*addon->database)) status.set("step", std::to_string(*step) + "/3");
  return answer(status);
}

}  // namespace changeover::emulator::handlers
