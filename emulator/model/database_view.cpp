#include "emulator/model/database_view.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/text.h"
#include "emulator/model/attachment_url.h"
#include "emulator/model/catalogue.h"

namespace changeover::emulator {
namespace {

constexpr int most_tables = 4'000;  // of an Essential database

json::Value row(const char* name, json::Value value) {
  json::Array values;
  if (!value.is_null()) values.push_back(std::move(value));
  return json::Object{{"name", name}, {"values", std::move(values)}};
}

json::Value url_row(const char* name, json::Array urls) {
  return json::Object{{"name", name}, {"values", std::move(urls)}, {"resolve_db_name", true}};
}

/// The URL without user and password, as info rows show it.
std::string bare_url(const Endpoint& endpoint) {
  return "postgres://" + endpoint.host + ":" + std::to_string(endpoint.port) + "/" + endpoint.database;
}

std::string minute_of(WallTime time) {
  const std::string text = format_time(time);
  return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

/// 4 days on Standard, a week above (heroku-api.md 5.6).
std::chrono::days rollback_window(const Plan& plan) { return std::chrono::days{plan.tier == "standard" ? 4 : 7}; }

std::string data_size(std::int64_t bytes, const Plan& plan) {
  std::array<char, 32> percent{};
  const double share =
      plan.disk_bytes > 0 ? 100.0 * static_cast<double>(bytes) / static_cast<double>(plan.disk_bytes) : 0;
  std::snprintf(percent.data(), percent.size(), "%.2f%%", share);
  return human_bytes(bytes) + " / " + std::to_string(plan.disk_bytes / 1'000'000'000) + " GB (" + percent.data() + ")";
}

std::string status_word(const Control& control, const AddOn& addon) {
  const Database& database = *addon.database;
  switch (database.phase) {
    case Database::Phase::failed:
      return "Failed";
    case Database::Phase::unfollowing:
    case Database::Phase::promoting:
    case Database::Phase::rotating:
      return "Unfollowing";
    case Database::Phase::waiting_for_leader:
    case Database::Phase::starting:
      return "Preparing";
    case Database::Phase::running:
      break;
  }
  if (addon.state != AddOn::State::provisioned) return "Preparing";
  if (database.follows() && control.estate.addons.find(database.leader_id) == nullptr)
    return "Available (the database it follows is gone)";
  return "Available";
}

std::string fork_follow(const Control& control, const AddOn& addon) {
  if (addon.database->follows()) return "Unavailable on followers";
  return control.databases.can_be_followed(addon) ? "Available" : "Temporarily Unavailable";
}

void add_urls(json::Array& info, const char* name, const std::vector<AddOn*>& addons) {
  json::Array urls;
  for (const AddOn* addon : addons)
    if (addon->database->endpoint) urls.emplace_back(bare_url(*addon->database->endpoint));
  if (!urls.empty()) info.push_back(url_row(name, std::move(urls)));
}

void add_relations(json::Array& info, const Control& control, const AddOn& addon) {
  const Database& database = *addon.database;
  const auto one = [&](const std::string& id) {
    AddOn* other = control.estate.addons.find(id);
    return other != nullptr ? std::vector<AddOn*>{other} : std::vector<AddOn*>{};
  };
  add_urls(info, "Forked From", one(database.source_id));
  add_urls(info, "Following", one(database.leader_id));
  add_urls(info, "Followers", control.lineage.followers(addon));
  add_urls(info, "Forks", control.lineage.forks(addon));
  if (database.follows() && database.sample && database.sample->sample.commits_behind) {
    const std::int64_t behind = *database.sample->sample.commits_behind;
    info.push_back(row("Behind By", std::to_string(behind) + (behind == 1 ? " commit" : " commits")));
  }
}

std::string rollback(const Control& control, const AddOn& addon, const Plan& plan) {
  if (!control.databases.can_be_followed(addon) || addon.database->follows()) return "Temporarily Unavailable";
  const WallTime history = addon.database->history_from.value_or(addon.created_at);
  return "earliest from " + minute_of(std::max(history, control.clock.wall_now() - rollback_window(plan)));
}

std::string maintenance_words(const Maintenance& maintenance) {
  if (maintenance.status == Maintenance::Status::running) return "in progress";
  if (maintenance.status != Maintenance::Status::pending) return "not required";
  return "required by " + minute_of(*maintenance.required_by) + ", planned for " +
         minute_of(*maintenance.scheduled_for);
}

json::Array info_rows(const Control& control, const AddOn& addon, const Plan& plan) {
  const Database& database = *addon.database;
  json::Array info;
  info.push_back(row("Plan", plan.human));
  info.push_back(row("Status", status_word(control, addon)));
  if (plan.high_availability)
    info.push_back(row("HA Status", control.databases.has_standby(addon) ? "Available" : "Temporarily Unavailable"));
  if (database.sample) {
    const DatabaseSample& sample = database.sample->sample;
    info.push_back(row("Data Size", data_size(sample.bytes, plan)));
    info.push_back(row("Tables", sample.tables));
    info.push_back(row("PG Version", sample.server_version));
    info.push_back(row("Connections", std::to_string(sample.connections) + "/" + std::to_string(plan.connections)));
  }
  info.push_back(row("Connection Pooling", "Available"));
  info.push_back(row("Credentials", static_cast<int>(database.credentials.size())));
  info.push_back(row("Fork/Follow", fork_follow(control, addon)));
  info.push_back(row("Rollback", rollback(control, addon, plan)));
  info.push_back(row("Created", minute_of(addon.created_at)));
  info.push_back(row("Region", addon.app->region));
  info.push_back(row("Data Encryption", "In Use"));
  info.push_back(row("Continuous Protection", "On"));
  add_relations(info, control, addon);
  info.push_back(row("Maintenance", maintenance_words(database.maintenance)));
  info.push_back(row("Maintenance window", database.window.text()));
  json::Array extensions;
  if (database.sample)
    for (const std::string& name : database.sample->sample.upgradable_extensions) extensions.emplace_back(name);
  info.emplace_back(json::Object{{"name", "Upgradable Extensions"}, {"values", std::move(extensions)}});
  return info;
}

/// Essential databases are tenants of a server and say less of themselves.
json::Array tenant_rows(const Control& control, const AddOn& addon, const Plan& plan) {
  const Database& database = *addon.database;
  json::Array info;
  info.push_back(row("Plan", addon.level()));
  info.push_back(row("Status", status_word(control, addon)));
  if (database.sample) {
    const DatabaseSample& sample = database.sample->sample;
    const auto judged = [](std::string text, bool complies) {
      return std::move(text) + (complies ? " (In compliance)" : " (Out of compliance)");
    };
    info.push_back(row("Data Size", judged(data_size(sample.bytes, plan), sample.bytes <= plan.disk_bytes)));
    info.push_back(row("Tables", judged(std::to_string(sample.tables) + "/" + std::to_string(most_tables),
                                        sample.tables <= most_tables)));
    info.push_back(row("PG Version", sample.server_version));
    info.push_back(row("Connections", std::to_string(sample.connections) + "/" + std::to_string(plan.connections)));
  }
  info.push_back(row("Continuous Protection", "Off"));
  info.push_back(row("Fork/Follow", "Unsupported"));
  info.push_back(row("Rollback", "Unsupported"));
  info.push_back(row("Created", minute_of(addon.created_at)));
  return info;
}

void add_endpoint(json::Value& view, const Database& database) {
  if (!database.endpoint) {
    for (const char* key : {"port", "database_name", "database_user", "database_password", "resource_url"})
      view.set(key, nullptr);
    return;
  }
  const Credential& credential = database.credentials.front();
  view.set("port", database.endpoint->port)
      .set("database_name", database.endpoint->database)
      .set("database_user", credential.user)
      .set("database_password", credential.password.reveal())
      .set("resource_url", postgres_url(*database.endpoint, credential).reveal());
}

void add_sample(json::Value& view, const Database& database, bool tells_time) {
  if (!database.sample) {
    for (const char* key : {"num_connections", "num_tables", "num_bytes", "current_transaction", "postgres_version"})
      view.set(key, nullptr);
    return;
  }
  const DatabaseSample& sample = database.sample->sample;
  view.set("num_connections", sample.connections)
      .set("num_connections_waiting", 0)
      .set("num_tables", sample.tables)
      .set("num_bytes", sample.bytes)
      .set("current_transaction", sample.current_transaction)
      .set("target_transaction", nullptr)
      .set("postgres_version", sample.server_version);
  if (tells_time) view.set("status_updated_at", format_time(database.sample->at));
}

}  // namespace

std::string human_bytes(std::int64_t bytes) {
  std::array<char, 32> text{};
  const double value = static_cast<double>(bytes);
  if (bytes >= 1'000'000'000)
    std::snprintf(text.data(), text.size(), "%.1f GB", value / 1e9);
  else
    std::snprintf(text.data(), text.size(), "%.1f MB", value / 1e6);
  return text.data();
}

json::Value tenant_view(const Control& control, const AddOn& addon) {
  const Database& database = *addon.database;
  json::Value view = json::Object{{"addon_id", addon.id},
                                  {"name", addon.name},
                                  {"plan", addon.level()},
                                  {"created_at", format_time(addon.created_at)},
                                  {"waiting?", control.databases.waiting(addon)},
                                  {"num_bytes", nullptr}};
  for (const char* key : {"database_name", "database_user", "resource_url"}) view.set(key, nullptr);
  if (database.endpoint)
    view.set("database_name", database.endpoint->database)
        .set("database_user", database.credentials.front().user)
        .set("resource_url", postgres_url(*database.endpoint, database.credentials.front()).reveal());
  if (database.sample) view.set("num_bytes", database.sample->sample.bytes);
  return view.set("info", tenant_rows(control, addon, plan_named(addon.plan)));
}

json::Value database_view(const Control& control, const AddOn& addon) {
  const Database& database = *addon.database;
  const Plan plan = plan_named(addon.plan);
  if (plan.tier == "essential") return tenant_view(control, addon);
  json::Value view =
      json::Object{{"addon_id", addon.id},
                   {"name", addon.name},
                   {"heroku_resource_id", addon.provider_id},
                   {"created_at", format_time(addon.created_at)},
                   {"plan", addon.level()},
                   {"formation", json::Object{{"id", database.formation}, {"primary", database.primary}}},
                   {"metaas_source", nullptr},
                   {"hot_standby?", plan.high_availability},
                   {"available_for_ingress", database.endpoint.has_value()},
                   {"waiting?", control.databases.waiting(addon)},
                   {"credentials", static_cast<int>(database.credentials.size())},
                   {"forked_from", database.forked_from ? json::Value(*database.forked_from) : json::Value()},
                   {"following", nullptr},
                   {"leader", nullptr}};
  if (const auto url = control.databases.following(addon)) view.set("following", url->reveal());
  if (database.follows())
    view.set("leader", json::Object{{"addon_id", database.leader_id}, {"name", database.leader_name}});
  add_endpoint(view, database);
  add_sample(view, database, control.switches.data.tell_sample_time);
  view.set("info", info_rows(control, addon, plan));
  return view;
}

}  // namespace changeover::emulator
