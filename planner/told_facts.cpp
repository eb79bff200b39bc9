#include "planner/told_facts.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "core/text.h"

namespace changeover {
namespace {

constexpr std::string_view not_read = "not read";

std::string listed(const std::vector<std::string>& items) { return items.empty() ? "none" : and_list(items); }

/// The first of these questions that was answered; a fact without one was not read.
ToldFact fact(const Situation& s, std::string what, std::string value,
              std::initializer_list<std::pair<Asked, std::string>> asked) {
  for (const auto& key : asked) {
    const auto origin = s.observed.origins.find(key);
    if (origin != s.observed.origins.end() && !origin->second.call.empty())
      return {std::move(what), std::move(value), origin->second.call, origin->second.at};
  }
  return {std::move(what), std::move(value), {}, {}};
}

std::string size_words(std::int64_t bytes) { return std::to_string(bytes / 1'000'000) + " MB"; }

std::string addon_words(const Addon& addon) {
  return addon.name + ", " + addon.plan + ", " + addon.state + ", billed to " + addon.app.name;
}

std::string database_words(const Database& d) {
  std::vector<std::string> parts{d.status.empty() ? std::string("no status") : d.status};
  if (!d.version.empty()) parts.push_back("PostgreSQL " + d.version);
  if (d.bytes) parts.push_back(size_words(*d.bytes));
  parts.push_back(!d.following ? "follows nobody" : "follows " + (d.leader ? d.leader->name : "a database not named"));
  if (d.following) parts.push_back(d.behind_by ? counted(*d.behind_by, "commit") + " behind" : "lag not known");
  if (d.sampled_at) parts.push_back("sampled by Heroku at " + format_time(*d.sampled_at));
  if (!d.follower_urls_masked.empty())
    parts.push_back(counted(static_cast<long long>(d.follower_urls_masked.size()), "follower"));
  if (!d.fork_follow.empty()) parts.push_back("Fork/Follow " + d.fork_follow);
  if (!d.maintenance.empty()) parts.push_back("maintenance " + d.maintenance);
  if (!d.maintenance_window.empty()) parts.push_back("window " + d.maintenance_window);
  for (const std::string& special : d.special) parts.push_back(special);
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string app_words(const App& app) {
  std::string text = app.space ? "in the Private Space " + app.space->name : "in the Common Runtime";
  text += ", " + app.region;
  if (!app.generation.empty()) text += ", " + app.generation;
  return text + ", maintenance " + (app.maintenance ? "on" : "off");
}

std::string formation_words(const std::vector<Process>& formation) {
  std::vector<std::string> parts;
  for (const Process& process : formation)
    parts.push_back(process.type + " " + std::to_string(process.quantity) +
                    (process.size.empty() ? "" : " (" + process.size + ")"));
  return listed(parts);
}

std::string dyno_words(const std::vector<Dyno>& dynos) {
  std::vector<std::string> parts;
  for (const Dyno& dyno : dynos)
    parts.push_back(dyno.name + " " + dyno.state + " on v" + std::to_string(dyno.release_version));
  return listed(parts);
}

std::string attachment_words(const std::vector<Attachment>& attachments) {
  std::vector<std::string> parts;
  for (const Attachment& attachment : by_app_and_name(attachments))
    parts.push_back(attachment.app.name + "::" + attachment.name +
                    (attachment.name_space.empty() ? "" : " (" + attachment.name_space + ")"));
  return listed(parts);
}

std::string spec_words(const Migration& m) {
  std::string text = "stage " + std::string(to_string(m.stage)) + ", " + m.source.database + " of " + m.source.app +
                     " to " + m.target.attachment + " of " + m.target.app + " on " + m.target.plan + ", proof " +
                     std::string(to_string(m.cutover.proof)) + ", start_lag " + std::to_string(m.cutover.start_lag) +
                     ", max_downtime " + spec_duration(m.cutover.max_downtime) + ", source_after " +
                     std::string(to_string(m.quiesce.source_after));
  if (m.target.replaces) text += ", replaces " + *m.target.replaces;
  if (!m.acknowledge.empty()) text += ", acknowledged " + and_list({m.acknowledge.begin(), m.acknowledge.end()});
  return text;
}

std::string record_words(const RecordedMigration* record) {
  if (record == nullptr) return "nothing recorded of this migration";
  std::vector<std::string> parts;
  if (!record->copy.name.empty()) parts.push_back("the copy is " + record->copy.name);
  if (record->live) parts.push_back("live" + (record->live_since ? " since " + format_time(*record->live_since) : ""));
  if (record->attempt) {
    const Attempt& attempt = *record->attempt;
    parts.push_back("an attempt began at " + format_time(attempt.started_at));
    if (attempt.downtime_began) parts.push_back("downtime began at " + format_time(*attempt.downtime_began));
    if (attempt.downtime_ended) parts.push_back("it ended at " + format_time(*attempt.downtime_ended));
    parts.push_back(attempt.certificate ? "its certificate is of " + format_time(attempt.certificate->at)
                                        : "it has no certificate");
    if (attempt.past_point_of_no_return) parts.push_back("its point of no return is behind");
  }
  return parts.empty() ? "recorded, and nothing done yet" : and_list(parts);
}

std::string sql_words(const Situation& s) {
  if (s.facts.leader_problem) return "SQL did not reach it: " + *s.facts.leader_problem;
  if (!s.facts.leader) return std::string(not_read);
  const LeaderFacts& l = *s.facts.leader;
  std::vector<std::string> parts{"PostgreSQL " + l.server_version, counted(l.tables, "table")};
  const auto many = [&](std::int64_t number, std::string_view one) {
    if (number > 0) parts.push_back(counted(number, one));
  };
  const auto named = [&](const std::vector<std::string>& names, const std::string& as) {
    if (!names.empty()) parts.push_back(as + " " + and_list(names));
  };
  named(l.unlogged_tables, "unlogged:");
  named(l.unlockable_tables, "not ours to lock:");
  named(l.collation_mismatches, "collations of another version:");
  named(l.unendable_roles, "sessions not ours to end:");
  named(l.foreign_servers, "foreign servers:");
  many(l.prepared_transactions, "prepared transaction");
  many(l.logical_slots, "logical slot");
  many(l.subscriptions, "subscription");
  many(l.sequences, "sequence");
  many(l.large_objects, "large object");
  many(static_cast<std::int64_t>(l.long_transactions.size()), "long transaction");
  parts.push_back("room to lock " + counted(l.lock_capacity, "table"));
  if (l.free_connections) parts.push_back(counted(*l.free_connections, "free connection"));
  parts.emplace_back(l.read_only ? "read-only by default" : "not read-only");
  return and_list(parts);
}

/// Of every app that a cutover stops.
template <class Tell>
std::vector<ToldFact> of_each_app(const Situation& s, Tell tell_one) {
  std::vector<ToldFact> facts;
  for (const QuiescedApp& app : s.quiesced) facts.push_back(tell_one(app));
  return facts;
}

ToldFact app_fact(const Situation& s, const std::string& name, const AppFacts* facts) {
  return fact(s, "the app " + name, facts == nullptr ? std::string(not_read) : app_words(facts->app),
              {{Asked::app, name}, {Asked::apps, ""}});
}

std::vector<ToldFact> copied_urls(const Situation& s) {
  if (!s.facts.vicinity) return {{"who copied the source's URL", std::string(not_read), {}, {}}};
  std::vector<ToldFact> facts;
  for (const CopiedUrl& copied : s.facts.vicinity->copied_urls)
    facts.push_back(fact(s, "config vars of " + copied.app + " that lead to the source", and_list(copied.config_vars),
                         {{Asked::config_vars, copied.app}}));
  int searched = 0;
  std::optional<WallTime> since;
  for (const auto& [asked, origin] : s.observed.origins) {
    if (asked.first != Asked::config_vars || origin.call.empty()) continue;
    ++searched;
    since = since ? std::min(*since, origin.at) : origin.at;
  }
  facts.push_back({"config vars compared with the source's host", "those of " + counted(searched, "app"),
                   searched > 0 ? "GET /apps/NAME/config-vars of each" : "", since});
  return facts;
}

std::string vicinity_words(const Situation& s, const std::vector<std::string> Vicinity::* list) {
  return s.facts.vicinity ? listed((*s.facts.vicinity).*list) : std::string(not_read);
}

std::vector<ToldFact> settings(const Situation& s, const std::string& source) {
  std::vector<std::string> parts;
  if (s.facts.vicinity)
    for (const DifferingSetting& setting : s.facts.vicinity->settings)
      parts.push_back(setting.name + " " + setting.here + " against " + setting.there);
  const std::string value = s.facts.vicinity ? listed(parts) : std::string(not_read);
  std::vector<ToldFact> facts{fact(s, "settings of " + source + " that differ", value, {{Asked::settings, source}})};
  if (s.facts.copy && s.observed.origins.contains({Asked::settings, s.facts.copy->name}))
    facts.push_back(fact(s, "compared with", s.facts.copy->name, {{Asked::settings, s.facts.copy->name}}));
  return facts;
}

std::vector<ToldFact> maintenances(const Situation& s) {
  std::vector<ToldFact> facts;
  if (!s.facts.vicinity) return facts;
  for (const AnnouncedMaintenance& one : s.facts.vicinity->maintenances)
    facts.push_back(fact(s, "maintenance of " + one.database,
                         one.status + (one.scheduled_for ? " for " + format_time(*one.scheduled_for) : ""),
                         {{Asked::maintenance, one.database}}));
  return facts;
}

std::vector<ToldFact> retirement(const Situation& s, const std::string& source) {
  const std::string& unasked = s.facts.retirement_unasked;
  if (!s.facts.retirement)
    return {{"what retiring rests on", unasked.empty() ? std::string(not_read) : "not read: " + unasked, {}, {}}};
  const RetirementFacts& r = *s.facts.retirement;
  const std::string transfers = r.transfers_problem.empty() ? listed(r.unfinished_transfers) : r.transfers_problem;
  const std::string payer = s.facts.source ? s.facts.source->app.name : s.desired.source.app;
  return {fact(s, "attached to the target since", r.attached_at ? format_time(*r.attached_at) : std::string(not_read),
               {{Asked::releases, s.desired.target.app}, {Asked::attachments, ""}}),
          fact(s, "writes to " + source + " since the cutover", r.writes.why,
               {{Asked::sql, source}, {Asked::database, source}}),
          fact(s, "unfinished transfers", transfers, {{Asked::transfers, payer}})};
}

std::vector<ToldFact> everything_unread(const Situation& s) {
  std::vector<ToldFact> facts;
  for (const Unreadable& one : s.facts.unreadable) facts.push_back({one.what, "not read: " + one.why, {}, {}});
  if (!s.facts.copy_problem.empty())
    facts.push_back({"the database of the copy", "not read: " + s.facts.copy_problem, {}, {}});
  if (!s.facts.not_looked_at.empty()) facts.push_back({"what is around", "not read: " + s.facts.not_looked_at, {}, {}});
  return facts;
}

std::string source_words(const MigrationFacts& facts) {
  if (facts.source) return addon_words(*facts.source);
  return facts.source_problem.empty() ? "gone" : facts.source_problem;
}

std::string copy_words(const MigrationFacts& facts) {
  if (facts.copy) return addon_words(*facts.copy);
  if (facts.stranger) return "none; " + addon_words(*facts.stranger) + " has its name and is not ours";
  return "none under the name " + facts.copy_name;
}

std::vector<ToldFact> copy(const Situation& s) {
  std::vector<ToldFact> told{fact(s, "the copy", copy_words(s.facts), {{Asked::addons, ""}})};
  if (s.facts.copy)
    told.push_back(fact(s, "attached to " + s.facts.copy->name, attachment_words(s.facts.copy_attachments),
                        {{Asked::attachments, ""}}));
  return told;
}

ToldFact database_fact(const Situation& s, const std::string& name, const std::optional<Database>& database) {
  return fact(s, "the database " + name, database ? database_words(*database) : std::string(not_read),
              {{Asked::database, name}});
}

std::vector<ToldFact> of_the_apps(Ground ground, const Situation& s) {
  switch (ground) {
    case Ground::formations:
      return of_each_app(s, [&](const QuiescedApp& app) {
        const bool known = app.facts != nullptr && app.facts->formation;
        return fact(s, "the formation of " + app.app.name,
                    known ? formation_words(*app.facts->formation) : std::string(not_read),
                    {{Asked::formation, app.app.name}});
      });
    case Ground::dynos:
      return of_each_app(s, [&](const QuiescedApp& app) {
        const bool known = app.facts != nullptr && app.facts->dynos;
        return fact(s, "the dynos of " + app.app.name, known ? dyno_words(*app.facts->dynos) : "not asked for",
                    {{Asked::dynos, app.app.name}});
      });
    default:
      return of_each_app(s, [&](const QuiescedApp& app) {
        std::vector<std::string> services;
        if (const auto addons = s.observed.addons_by_app.find(app.app.name); addons != s.observed.addons_by_app.end())
          for (const Addon& addon : addons->second) services.push_back(addon.name + " (" + addon.service + ")");
        return fact(s, "the add-ons of " + app.app.name, listed(services), {{Asked::addons, ""}});
      });
  }
}

ToldFact releases(const Situation& s) {
  const bool known = s.target_app != nullptr && s.target_app->releases && !s.target_app->releases->empty();
  std::string value = "not asked for";
  if (known) {
    const Release& newest = s.target_app->releases->front();
    value = "v" + std::to_string(newest.version) + " " + newest.status + ": " + newest.description;
  }
  return fact(s, "the newest release of " + s.desired.target.app, value, {{Asked::releases, s.desired.target.app}});
}

}  // namespace

std::vector<ToldFact> tell(Ground ground, const Situation& s, std::string_view question) {
  const MigrationFacts& facts = s.facts;
  const std::string source = facts.source ? facts.source->name : s.desired.source.database;
  switch (ground) {
    case Ground::spec:
      return {{"the spec", spec_words(s.desired), "the spec", {}}};
    case Ground::record:
      return {fact(s, "the record", record_words(s.recorded), {{Asked::record, ""}})};
    case Ground::now:
      return {{"the time", format_time(s.observed.at), "the clock of this machine", s.observed.at}};
    case Ground::ends:
      return {app_fact(s, s.desired.source.app, s.source_app), app_fact(s, s.desired.target.app, s.target_app)};
    case Ground::source:
      return {fact(s, "the source", source_words(facts), {{Asked::addons, ""}})};
    case Ground::source_database:
      return {database_fact(s, source, facts.source_database)};
    case Ground::copy:
      return copy(s);
    case Ground::copy_database:
      if (!facts.copy) return {};
      return {database_fact(s, facts.copy->name, facts.copy_database)};
    case Ground::attachments:
      return {fact(s, "attached to " + source, attachment_words(facts.source_attachments),
                   {{Asked::attached, source}, {Asked::attachments, ""}})};
    case Ground::target_attachment:
      return {fact(s, s.desired.target.attachment + " of " + s.desired.target.app,
                   s.target_attachment != nullptr ? s.target_attachment->addon.name : "attached to nothing",
                   {{Asked::attachments, ""}})};
    case Ground::formations:
    case Ground::dynos:
    case Ground::addons:
      return of_the_apps(ground, s);
    case Ground::releases:
      return {releases(s)};
    case Ground::plan:
      return {fact(s, "the plan " + s.desired.target.plan,
                   !facts.plan                ? "not among those that Heroku offers, or not asked for"
                   : facts.plan->inside_space ? "offered, also inside a space"
                                              : "offered, and not inside a space",
                   {{Asked::plans, ""}})};
    case Ground::sql: {
      ToldFact told = fact(s, "SQL on " + source, sql_words(s), {{Asked::sql, source}});
      if (!told.from.empty() && !question.empty()) told.from += ": " + std::string(question);
      return {std::move(told)};
    }
    case Ground::copied_urls:
      return copied_urls(s);
    case Ground::followers:
      return {fact(s, "other followers of " + source, vicinity_words(s, &Vicinity::other_followers),
                   {{Asked::followers, source}, {Asked::database, source}})};
    case Ground::settings:
      return settings(s, source);
    case Ground::schedules:
      return {fact(s, "backup schedules of " + source, vicinity_words(s, &Vicinity::backup_schedules),
                   {{Asked::backup_schedules, source}})};
    case Ground::links:
      if (facts.leader) return {};  // SQL has told of them
      return {fact(s, "data links of " + source, vicinity_words(s, &Vicinity::links), {{Asked::links, source}})};
    case Ground::domains:
      return {fact(s, "domains of " + s.desired.source.app + " that " + s.desired.target.app + " has not",
                   vicinity_words(s, &Vicinity::domains_left), {{Asked::domains, s.desired.source.app}})};
    case Ground::maintenances:
      return maintenances(s);
    case Ground::retirement:
      return retirement(s, source);
    case Ground::not_read:
      return everything_unread(s);
  }
  return {};
}

}  // namespace changeover
