#include "cmd/view/rehearsal_world.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>

#include "cmd/view/action_words.h"
#include "planner/situation.h"

namespace changeover {
namespace {

constexpr std::string_view head = R"(version: 1
timing: {api_latency: 50ms, data_404: 500ms, provisioning: 2s, sampling: 500ms, unfollow: 2s, deprovision: 1s,
         fork_follow: 1s, standby: 5s, backup: 1s, dyno_boot: 1s, dyno_grace: 10s}
)";

constexpr std::string_view seed_rows = R"(    seed: |
      CREATE TABLE ledger(writer text NOT NULL, n bigint NOT NULL,
                          written_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (writer, n));
      CREATE TABLE sample(id bigserial PRIMARY KEY, note text NOT NULL);
      INSERT INTO sample(note) SELECT 'row ' || i FROM generate_series(1, 1000) AS i;
)";

/// By what an app reaches a moving database, and for which migration it then writes.
struct Reach {
  std::string variable;  ///< "DATABASE_URL"
  std::string migration;
};

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// Heroku says Standard-1X, and takes standard-1x.
std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The apps that write: whoever is attached by the default credential and is not declared to only read, and the target.
std::map<std::string, Reach> writers(const std::vector<Migration>& migrations, const Observed& observed) {
  std::map<std::string, Reach> found;
  for (const MigrationFacts& facts : observed.migrations) {
    const auto wanted = std::ranges::find(migrations, facts.name, &Migration::name);
    if (wanted == migrations.end() || !facts.source) continue;
    for (const Attachment& attachment : by_app_and_name(facts.source_attachments))
      if (attachment.name_space.empty() && !wanted->quiesce.read_only.contains(attachment.app.name))
        found.try_emplace(attachment.app.name, Reach{attachment.name + "_URL", facts.name});
    found.try_emplace(wanted->target.app, Reach{wanted->target.attachment + "_URL", facts.name});
  }
  return found;
}

std::string team_of(const App& app) { return app.team.empty() ? "rehearsal" : app.team; }

std::string places(const Observed& observed) {
  std::set<std::string> teams{"rehearsal"};
  std::map<std::string, const App*> spaces;
  for (const auto& [name, facts] : observed.apps) {
    teams.insert(team_of(facts.app));
    if (facts.app.space) spaces.emplace(facts.app.space->name, &facts.app);
  }
  std::string out = "teams: [";
  for (const std::string& team : teams) out += (out.ends_with('[') ? "" : ", ") + quoted(team);
  out += "]\nspaces:";
  if (spaces.empty()) out += " {}";
  out += "\n";
  for (const auto& [name, app] : spaces) {
    out += "  " + quoted(name) + ": {team: " + quoted(team_of(*app));
    if (!app->region.empty()) out += ", region: " + quoted(app->region);
    if (app->space->shield) out += ", shield: true";
    if (app->generation == "fir") out += ", generation: fir";
    out += "}\n";
  }
  return out;
}

std::string app_lines(const AppFacts& facts, const Reach* reach) {
  const App& app = facts.app;
  std::string out = "  " + quoted(app.name) + ":\n";
  if (app.space) {
    out += "    space: " + quoted(app.space->name) + "\n";
  } else {
    if (!app.team.empty()) out += "    team: " + quoted(app.team) + "\n";
    if (app.region == "us" || app.region == "eu") out += "    region: " + app.region + "\n";
  }
  if (app.maintenance) out += "    maintenance: true\n";
  if (reach != nullptr)
    out +=
        "    config: {CHANGEOVER_LEDGER: \"${DATA}/" + ledger_file(reach->migration) + "\", WRITE_EVERY_MS: \"10\"}\n";
  if (!facts.formation || facts.formation->empty()) return out;
  const std::string writes = reach == nullptr ? "exec tail -f /dev/null"
                             : reach->variable == "DATABASE_URL"
                                 ? "exec changeover-writer"
                                 : "DATABASE_URL=$" + reach->variable + " exec changeover-writer";
  out += "    formation:\n";
  for (const Process& process : *facts.formation) {
    const bool release = process.type == "release";
    out += "      " + quoted(process.type) +
           ": {quantity: " + std::to_string(release ? 0 : std::min(process.quantity, most_rehearsed_dynos)) +
           (process.size.empty() ? "" : ", size: " + quoted(lower(process.size))) +
           ", command: " + quoted(release ? "exec true" : writes) + "}\n";
  }
  return out;
}

std::string addon_lines(const Addon& addon, const std::string& attachment, const std::string& rest) {
  const bool postgres = addon.service == "heroku-postgresql";
  return "  " + quoted(addon.name) + ":\n    app: " + quoted(addon.app.name) +
         "\n    plan: " + quoted(postgres ? short_plan(addon.plan) : addon.plan) + "\n" +
         (attachment.empty() ? "" : "    as: " + quoted(attachment) + "\n") + rest;
}

/// Databases, and whatever of their apps starts dynos by itself, so that the same things stand in the way.
std::string addons(const Observed& observed) {
  std::string out = "addons:\n";
  std::string attachments;
  std::set<std::string> made;
  const auto own_name = [&](const Addon& addon, const std::vector<Attachment>& all) {
    std::string own;
    for (const Attachment& one : by_app_and_name(all)) {
      if (one.addon.id != addon.id || !one.name_space.empty()) continue;
      if (own.empty() && one.app.name == addon.app.name) {
        own = one.name;
      } else {
        attachments += "  - {app: " + quoted(one.app.name) + ", addon: " + quoted(addon.name) +
                       ", as: " + quoted(one.name) + "}\n";
      }
    }
    return own;
  };
  for (const MigrationFacts& facts : observed.migrations) {
    if (facts.source && made.insert(facts.source->name).second)
      out += addon_lines(*facts.source, own_name(*facts.source, facts.source_attachments), std::string(seed_rows));
    const bool follows = facts.source && facts.copy && facts.copy_database && facts.copy_database->following;
    if (follows && made.insert(facts.copy->name).second)
      out += addon_lines(*facts.copy, own_name(*facts.copy, facts.copy_attachments),
                         "    follow: " + quoted(facts.source->name) + "\n");
  }
  for (const auto& [app, list] : observed.addons_by_app) {
    for (const Addon& addon : list) {
      const bool matters = addon.service == "heroku-postgresql" || is_scheduler(addon) || is_autoscaler(addon);
      const auto attached = observed.attachments_by_app.find(app);
      if (!matters || made.contains(addon.name)) continue;
      const bool a_copy = std::ranges::any_of(
          observed.migrations, [&](const MigrationFacts& facts) { return facts.copy && facts.copy->id == addon.id; });
      if (a_copy) continue;
      made.insert(addon.name);
      out += addon_lines(addon, attached == observed.attachments_by_app.end() ? "" : own_name(addon, attached->second),
                         "");
    }
  }
  return out + (attachments.empty() ? "" : "attachments:\n" + attachments);
}

}  // namespace

std::string ledger_file(const std::string& migration) { return "ledger-" + migration + ".txt"; }

std::string rehearsal_world(const std::vector<Migration>& migrations, const Observed& observed) {
  const std::map<std::string, Reach> reaches = writers(migrations, observed);
  std::string out = std::string(head) + places(observed) + "apps:\n";
  for (const auto& [name, facts] : observed.apps) {
    if (facts.app.name.empty()) continue;
    const auto reach = reaches.find(name);
    out += app_lines(facts, reach == reaches.end() ? nullptr : &reach->second);
  }
  return out + addons(observed);
}

}  // namespace changeover
