#include "providers/heroku/decode.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "core/text.h"
#include "providers/heroku/api_error.h"

namespace changeover::heroku {
namespace {

using json::Value;

Reference reference_from(const Value& value) { return {value["id"].as_string(), value["name"].as_string()}; }

/// `plan` is an object with a name, or the name itself (heroku-api.md 3.2).
std::string name_from(const Value& value) { return value.is_string() ? value.as_string() : value["name"].as_string(); }

std::optional<WallTime> time_from(const Value& value) { return parse_time(value.as_string()); }

std::optional<std::int64_t> number_from(const Value& value) {
  if (value.is_integer()) return value.as_integer();
  if (!value.is_string() || value.as_string().empty()) return std::nullopt;
  const std::string& text = value.as_string();
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<int> int_from(const Value& value) {
  const auto number = number_from(value);
  if (!number || *number < 0 || *number > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(*number);
}

std::optional<Price> price_from(const Value& value) {
  if (!value["cents"].is_integer()) return std::nullopt;
  return Price{value["cents"].as_integer(), value["unit"].string_or("month"), value["contract"].as_bool(),
               value["metered"].as_bool()};
}

/// The first value of an info row; null when the row is missing or hidden (heroku-api.md 3.3).
const Value& info_row(const Value& database, std::string_view name) {
  static const Value none;
  for (const Value& row : database["info"].items()) {
    if (row["name"].as_string() != name) continue;
    const json::Array& values = row["values"].items();
    return values.empty() ? none : values.front();
  }
  return none;
}

std::vector<std::string> masked_followers(const Value& database) {
  std::vector<std::string> urls;
  for (const Value& row : database["info"].items()) {
    if (row["name"].as_string() != "Followers") continue;
    for (const Value& url : row["values"].items())
      if (url.is_string()) urls.push_back(masked(url.as_string()));
  }
  return urls;
}

/// 120 of "12/120".
std::optional<std::int64_t> connection_limit_from(const Value& row) {
  const std::string& text = row.as_string();
  const std::size_t slash = text.find('/');
  return slash == std::string::npos ? std::nullopt : number_from(Value(text.substr(slash + 1)));
}

/// What clients or the disk need beside a URL; which words say "not in use" is known of no row (heroku-api.md 3.3).
std::vector<std::string> special_rows(const Value& database) {
  std::vector<std::string> rows;
  for (const std::string_view name : {"Mutual TLS", "Enhanced Certificates", "Customer Encryption Key"}) {
    const std::string& said = info_row(database, name).as_string();
    constexpr std::array<std::string_view, 5> unused{"", "No", "None", "Off", "Disabled"};
    if (std::ranges::find(unused, said) == unused.end()) rows.push_back(std::string(name) + ": " + masked(said));
  }
  return rows;
}

bool looks_like_uuid(std::string_view text) {
  return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

/// An object {addon_id, name}; the CLI's own types call it a string (heroku-api.md 3.2).
std::optional<Reference> leader_from(const Value& value) {
  if (value.is_string() && !value.as_string().empty()) {
    const std::string& text = value.as_string();
    return looks_like_uuid(text) ? Reference{text, ""} : Reference{"", text};
  }
  if (!value.is_object()) return std::nullopt;
  return Reference{value["addon_id"].string_or(value["id"].as_string()), value["name"].as_string()};
}

/// `following` and `waiting?` decide whether a database may be promoted: what they are not documented to be is refused.
Result<bool> following_from(const Value& value) {
  if (value.is_null()) return false;
  if (value.is_string() && !value.as_string().empty()) return true;
  return corrupt_answer("a database whose `following` is neither a URL nor null");
}

Result<bool> waiting_from(const Value& database) {
  const Value& value = database["waiting?"];
  if (value.is_null()) return true;
  if (value.is_bool()) return value.as_bool();
  return corrupt_answer("a database whose `waiting?` is neither true nor false");
}

}  // namespace

tl::unexpected<Error> corrupt_answer(std::string_view what) {
  return fail(ErrorCode::corrupt, "Heroku answered with " + std::string(what),
              "its API may have changed: look for a newer changeover, or report this");
}

Result<App> app_from(const Value& value) {
  App app;
  app.id = value["id"].as_string();
  app.name = value["name"].as_string();
  if (app.id.empty() || app.name.empty()) return corrupt_answer("an app without id or name");
  if (!value["maintenance"].is_bool()) return corrupt_answer("the app " + app.name + " without its maintenance flag");
  app.maintenance = value["maintenance"].as_bool();
  if (const Value& space = value["space"]; space.is_object())
    app.space = App::Space{space["id"].as_string(), space["name"].as_string(), space["shield"].as_bool()};
  app.region = name_from(value["region"]);
  app.generation = name_from(value["generation"]);
  app.team = value["team"].is_null() ? name_from(value["organization"]) : name_from(value["team"]);
  return app;
}

Result<Process> process_from(const Value& value) {
  Process process;
  process.type = value["type"].as_string();
  if (process.type.empty()) return corrupt_answer("a formation without a process type");
  const auto quantity = int_from(value["quantity"]);
  if (!quantity) return corrupt_answer("process type " + process.type + " without a quantity");
  process.quantity = *quantity;
  process.size = value["size"].string_or(name_from(value["dyno_size"]));
  return process;
}

Result<Dyno> dyno_from(const Value& value) {
  Dyno dyno;
  dyno.id = value["id"].as_string();
  dyno.name = value["name"].as_string();
  dyno.type = value["type"].as_string();
  dyno.state = value["state"].as_string();
  if (dyno.name.empty()) return corrupt_answer("a dyno without a name");
  // A dyno counts as a possible writer by its state: an unknown one must not read as "down".
  if (dyno.state.empty()) return corrupt_answer("the dyno " + dyno.name + " without a state");
  if (dyno.type.empty()) dyno.type = dyno.name.substr(0, dyno.name.find('.'));
  dyno.release_version = int_from(value["release"]["version"]).value_or(0);
  return dyno;
}

Result<Release> release_from(const Value& value) {
  Release release;
  release.id = value["id"].as_string();
  const auto version = int_from(value["version"]);
  if (release.id.empty() || !version) return corrupt_answer("a release without id or version");
  release.version = *version;
  release.status = value["status"].as_string();
  if (release.status.empty()) return corrupt_answer("release v" + std::to_string(*version) + " without a status");
  release.description = value["description"].as_string();
  release.current = value["current"].as_bool();
  release.created_at = time_from(value["created_at"]);
  return release;
}

Result<Addon> addon_from(const Value& value) {
  Addon addon;
  addon.id = value["id"].as_string();
  addon.name = value["name"].as_string();
  if (addon.id.empty() || addon.name.empty()) return corrupt_answer("an add-on without id or name");
  addon.state = value["state"].as_string();
  if (addon.state.empty()) return corrupt_answer("the add-on " + addon.name + " without a state");
  addon.plan = name_from(value["plan"]);
  addon.service = name_from(value["addon_service"]);
  if (addon.service.empty()) addon.service = addon.plan.substr(0, addon.plan.find(':'));
  addon.app = reference_from(value["app"]);
  // What this account is charged, which a contract may set apart from the plan's price.
  addon.price = price_from(value["billed_price"]);
  if (!addon.price) addon.price = price_from(value["plan"]["price"]);
  addon.created_at = time_from(value["created_at"]);
  return addon;
}

Result<Attachment> attachment_from(const Value& value) {
  Attachment attachment;
  attachment.id = value["id"].as_string();
  attachment.name = value["name"].as_string();
  if (attachment.id.empty() || attachment.name.empty()) return corrupt_answer("an attachment without id or name");
  attachment.name_space = value["namespace"].as_string();
  attachment.app = reference_from(value["app"]);
  attachment.addon = reference_from(value["addon"]);
  if (attachment.app.name.empty() || attachment.addon.id.empty())
    return corrupt_answer("the attachment " + attachment.name + " without its app or add-on");
  for (const Value& name : value["config_vars"].items())
    if (name.is_string()) attachment.config_vars.push_back(name.as_string());
  attachment.created_at = time_from(value["created_at"]);
  return attachment;
}

Result<PlanOffer> plan_from(const Value& value) {
  PlanOffer plan;
  plan.id = value["id"].as_string();
  plan.name = value["name"].as_string();
  if (plan.name.empty()) return corrupt_answer("a plan without a name");
  plan.state = value["state"].as_string();
  plan.inside_space = value["installable_inside_private_network"].as_bool();
  plan.outside_space = value["installable_outside_private_network"].as_bool();
  plan.price = price_from(value["price"]);
  return plan;
}

Result<std::vector<ConfigVar>> config_vars_from(const Value& value) {
  if (!value.is_object()) return corrupt_answer("config vars that are no object");
  std::vector<ConfigVar> vars;
  for (const auto& [name, text] : value.members()) vars.push_back({name, Secret(text.as_string())});
  return vars;
}

Result<Domain> domain_from(const Value& value) {
  Domain domain{value["hostname"].as_string(), value["kind"].as_string() == "custom"};
  if (domain.hostname.empty()) return corrupt_answer("a domain without its name");
  return domain;
}

std::optional<std::int64_t> commits_from(const Value& value) {
  if (value.is_integer()) return value.as_integer() < 0 ? std::nullopt : std::optional(value.as_integer());
  const std::string& text = value.as_string();
  std::string digits;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] >= '0' && text[at] <= '9')
      digits += text[at];
    else if (text[at] != ',' || digits.empty())
      break;
  }
  // "1.5k commits" and the like would be read far too small.
  if (digits.empty() || (at < text.size() && text[at] != ' ')) return std::nullopt;
  return number_from(Value(digits));
}

Result<Database> database_from(const Value& value) {
  Database database;
  database.addon_id = value["addon_id"].as_string();
  if (database.addon_id.empty()) return corrupt_answer("a database without its add-on id");
  const auto following = following_from(value["following"]);
  if (!following) return fail(following.error());
  const auto waiting = waiting_from(value);
  if (!waiting) return fail(waiting.error());
  database.following = *following;
  database.waiting = *waiting;
  database.name = value["name"].as_string();
  database.plan = name_from(value["plan"]);
  database.leader = leader_from(value["leader"]);
  database.formation_id = value["formation"]["id"].as_string();
  database.formation_primary = value["formation"]["primary"].as_string();
  database.current_transaction = number_from(value["current_transaction"]);
  database.sampled_at = time_from(value["status_updated_at"]);
  database.bytes = number_from(value["num_bytes"]);
  database.connections = number_from(value["num_connections"]);
  database.tables = number_from(value["num_tables"]);
  database.version = value["postgres_version"].string_or(info_row(value, "PG Version").as_string());
  database.status = info_row(value, "Status").as_string();
  database.behind_by = commits_from(info_row(value, "Behind By"));
  database.fork_follow = info_row(value, "Fork/Follow").as_string();
  database.ha_status = info_row(value, "HA Status").as_string();
  database.maintenance = info_row(value, "Maintenance").as_string();
  database.maintenance_window = info_row(value, "Maintenance window").as_string();
  database.connection_limit = connection_limit_from(info_row(value, "Connections"));
  database.special = special_rows(value);
  database.follower_urls_masked = masked_followers(value);
  database.url = Secret(value["resource_url"].as_string());
  return database;
}

}  // namespace changeover::heroku
