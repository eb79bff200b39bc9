#include "cmd/view/starter_spec.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <set>
#include <tuple>

#include "cmd/view/action_words.h"
#include "cmd/view/money.h"
#include "cmd/view/text_style.h"
#include "core/text.h"
#include "planner/cost.h"
#include "planner/plan_figures.h"
#include "planner/situation.h"
#include "planner/spec_names.h"

namespace changeover {
namespace {

constexpr std::size_t text_width = 110;

/// Lines of a comment, with this before each sign and that behind it.
std::string comment(std::string_view indent, std::string_view text, std::string_view inside = {}) {
  std::string out;
  for (const std::string& line : wrapped(printable(text), text_width - indent.size() - inside.size()))
    out += std::string(indent) + "# " + std::string(inside) + line + "\n";
  return out;
}

std::string_view size_of(std::string_view plan) {
  const std::string_view bare = bare_plan(plan);
  return bare.substr(std::min(bare.find('-') + 1, bare.size()));
}

std::int64_t price_order(const PlanOffer& offer) {
  return offer.price && can_be_summed(*offer.price) ? offer.price->cents : std::numeric_limits<std::int64_t>::max();
}

int disk_gb_of(const PlanOffer& offer, int otherwise) {
  const std::optional<PlanCapacity> figures = figures_of_plan(offer.name);
  return figures ? figures->disk_gb : otherwise;
}

std::string offer_words(const PlanOffer& offer) {
  std::string words = short_plan(offer.name) + " (";
  words += offer.price ? price_text(*offer.price) : "price not known";
  if (const auto figures = figures_of_plan(offer.name))
    words += ", " + std::to_string(figures->disk_gb) + " GB of disk";
  return words + ")";
}

std::string source_words(const StarterMigration& migration) {
  const MigrationFacts& facts = *migration.facts;
  std::string words = facts.source->name + ": " + short_plan(facts.source->plan);
  if (facts.source_database && !facts.source_database->version.empty())
    words += ", PostgreSQL " + facts.source_database->version;
  if (facts.source_database && facts.source_database->bytes)
    words += ", " + size_in_words(*facts.source_database->bytes);
  if (facts.source->price) words += ", " + price_text(*facts.source->price);
  std::vector<std::string> attached;
  for (const Attachment& one : by_app_and_name(facts.source_attachments))
    attached.push_back(one.app.name + " (" + one.name + ")");
  return words + (attached.empty() ? "." : ". Attached to " + and_list(attached) + ".");
}

std::string formation_words(const std::vector<Process>& formation) {
  std::string words;
  for (const Process& process : formation) {
    if (process.type == "release") continue;
    words += (words.empty() ? "" : ", ") + process.type + ": " + std::to_string(process.quantity);
  }
  return words;
}

bool runs_anything(const std::vector<Process>& formation) {
  return std::ranges::any_of(formation, [](const Process& one) { return one.type != "release" && one.quantity > 0; });
}

/// What the source runs today, of the process types that the target has.
std::vector<Process> suggested(const std::vector<Process>& source, const std::vector<Process>& target) {
  std::vector<Process> both;
  for (const Process& process : source)
    if (process.type != "release" && std::ranges::find(target, process.type, &Process::type) != target.end())
      both.push_back(process);
  return both;
}

std::string formation_lines(const StarterSpec& spec) {
  const AppFacts* source = spec.observed->app(spec.source_app);
  const AppFacts* target = spec.observed->app(spec.target_app);
  const std::string in = "      ";
  if (target == nullptr || !target->formation || target->formation->empty())
    return comment(in, spec.target_app +
                           " has no process types yet: deploy it, then say what shall run there once "
                           "service is back:") +
           in + "# formation: {web: 1}\n";
  if (runs_anything(*target->formation))
    return comment(in, "Once service is back " + spec.target_app +
                           " runs what it runs today: " + formation_words(*target->formation) + ". Other numbers:") +
           in + "# formation: {" + formation_words(*target->formation) + "}\n";
  const std::vector<Process> both = source != nullptr && source->formation
                                        ? suggested(*source->formation, *target->formation)
                                        : std::vector<Process>{};
  if (!runs_anything(both))
    return comment(in, "Nothing runs on either app, so say what shall run once service is back:") + in +
           "# formation: {" + formation_words(*target->formation) + "}\n";
  return comment(in, "What shall run once service is back: the numbers of " + spec.source_app +
                         " today. Sizes stay those of " + spec.target_app +
                         "; `{quantity: 1, size: private-m}` sets one.") +
         in + "formation: {" + formation_words(both) + "}\n";
}

/// Another database holds the name on the target.
std::string replaces_lines(const StarterSpec& spec, const StarterMigration& migration) {
  const auto on_target = spec.observed->attachments_by_app.find(spec.target_app);
  if (on_target == spec.observed->attachments_by_app.end()) return "";
  for (const Attachment& attachment : on_target->second) {
    const bool other = attachment.name == migration.attachment.name &&
                       attachment.addon.id != migration.facts->source->id &&
                       (!migration.facts->copy || attachment.addon.id != migration.facts->copy->id);
    if (!other) continue;
    return comment("      ", attachment.addon.name + " is " + attachment.name + " of " + spec.target_app +
                                 " today. If the moved database may take its place:") +
           "      # replaces: " + attachment.addon.name + "\n";
  }
  return "";
}

std::string target_lines(const StarterSpec& spec, const StarterMigration& migration) {
  const AppFacts* target = spec.observed->app(spec.target_app);
  std::string out = "    target:\n      app: " + spec.target_app;
  if (target != nullptr && target->app.space)
    out += "  # Private Space " + printable(target->app.space->name) + ", " + printable(target->app.region);
  out += "\n";
  std::string chosen = offer_words(migration.plan) + ".";
  std::vector<std::string> others;
  for (const PlanOffer& offer : migration.alternatives) others.push_back(offer_words(offer));
  if (!others.empty()) chosen += " Others that hold the data: " + and_list(others) + ".";
  out += comment("      ", chosen) + "      plan: " + short_plan(migration.plan.name) + "\n";
  if (migration.attachment.name != "DATABASE") out += "      attachment: " + migration.attachment.name + "\n";
  return out + replaces_lines(spec, migration) + formation_lines(spec);
}

std::string quiesce_lines(const StarterSpec& spec, const StarterMigration& migration) {
  std::string out;
  std::set<std::string> self_starting;
  for (const auto& [app, addons] : spec.observed->addons_by_app)
    for (const Addon& addon : addons)
      if (is_scheduler(addon) || is_autoscaler(addon)) self_starting.insert(app);
  std::set<std::string> others;
  for (const Attachment& attachment : migration.facts->source_attachments)
    if (attachment.app.name != spec.source_app && attachment.app.name != spec.target_app)
      others.insert(attachment.app.name);
  std::erase_if(self_starting, [&](const std::string& app) { return app != spec.source_app && !others.contains(app); });
  if (self_starting.empty() && others.empty()) return "";
  out += "\n    # quiesce:\n";
  if (!self_starting.empty()) {
    const std::vector<std::string> apps{self_starting.begin(), self_starting.end()};
    std::string list;
    for (const std::string& app : apps) list += (list.empty() ? "" : ", ") + app;
    out += "    #   scheduler_stopped: [" + list + "]\n";
    out += comment("    ",
                   "An add-on there starts or scales dynos by itself, and no API stops it: stop it by hand, then "
                   "uncomment this.",
                   "    ");
  }
  for (const std::string& app : others) {
    out += "    #   read_only: [" + app + "]\n";
    out += comment("    ",
                   app +
                       " is attached to the database too. It is stopped for the cutover and stays stopped; if it "
                       "never writes, uncomment this.",
                   "    ");
  }
  return out;
}

std::string findings_lines(const StarterMigration& migration) {
  if (migration.ahead.empty() && migration.by_hand.empty()) return "";
  std::string out = "\n";
  if (!migration.ahead.empty()) out += comment("    ", "To be settled before stage live:");
  for (const Finding& finding : migration.ahead)
    out += comment("    ", "- " + finding.id + ": " + finding.what + ". To do: " + finding.remedy);
  if (!migration.by_hand.empty()) out += comment("    ", "Not done by any API, so yours:");
  for (const Finding& finding : migration.by_hand)
    out += comment(
        "    ", "- " + finding.id + ": " + finding.what + (finding.remedy.empty() ? "" : ". To do: " + finding.remedy));
  return out;
}

std::string migration_lines(const StarterSpec& spec, const StarterMigration& migration) {
  std::string out = "\n  " + migration.name + ":\n";
  out += comment("    ",
                 "source (stay, or go back), replicating (a copy in the space keeps up, no downtime), live (the "
                 "space serves), retired (the old database is gone). Moving this word forward moves the "
                 "migration forward.");
  out += "    stage: replicating\n\n" + comment("    ", source_words(migration));
  out += "    source: {app: " + spec.source_app + ", database: " + migration.attachment.name + "}\n\n";
  out += target_lines(spec, migration) + quiesce_lines(spec, migration);
  out += "\n" + comment("    ",
                        "When stage is live: how long service may be down before it goes back to the source, "
                        "and when.");
  out +=
      "    # cutover:\n    #   max_downtime: 5m\n"
      "    #   window: {from: 2030-01-01T02:00:00Z, to: 2030-01-01T04:00:00Z}\n";
  if (migration.facts->leader_problem)
    out += comment("    ",
                   "SQL did not reach the database (" + *migration.facts->leader_problem +
                       "). If that can not be helped, a weaker proof is Heroku's own samples:",
                   "  ") +
           "    #   proof: api\n";
  return out + findings_lines(migration);
}

}  // namespace

std::vector<Attachment> movable_attachments(const std::vector<Attachment>& of_app) {
  std::vector<Attachment> sorted = by_app_and_name(of_app);
  std::ranges::stable_partition(sorted, [](const Attachment& one) { return one.name == "DATABASE"; });
  std::vector<Attachment> movable;
  for (const Attachment& attachment : sorted) {
    const bool known =
        std::ranges::any_of(movable, [&](const Attachment& other) { return other.addon.id == attachment.addon.id; });
    if (!known && attachment.name_space.empty()) movable.push_back(attachment);
  }
  return movable;
}

std::string migration_name(const std::string& app, const Attachment& attachment, bool only_one) {
  std::string name = app;
  if (!only_one) {
    name += "-";
    for (const char c : attachment.name)
      name += c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (name.size() > longest_migration_name) name.resize(longest_migration_name);
  return name;
}

std::vector<PlanOffer> fitting_plans(const std::vector<PlanOffer>& offers, bool shield,
                                     std::optional<std::int64_t> bytes) {
  const std::string tier = std::string("heroku-postgresql:") + (shield ? "shield-" : "private-");
  std::vector<PlanOffer> fitting;
  for (const PlanOffer& offer : offers) {
    if (!offer.inside_space || !offer.name.starts_with(tier)) continue;
    const std::optional<PlanCapacity> figures = figures_of_plan(offer.name);
    if (bytes && figures && share_of_disk(*bytes, *figures) > fullest_disk) continue;
    fitting.push_back(offer);
  }
  std::ranges::sort(fitting, [](const PlanOffer& a, const PlanOffer& b) {
    const auto order = [](const PlanOffer& one) {
      return std::tuple(price_order(one), disk_gb_of(one, std::numeric_limits<int>::max()), one.name);
    };
    return order(a) < order(b);
  });
  return fitting;
}

const PlanOffer* best_plan(const std::vector<PlanOffer>& fitting, std::string_view source_plan) {
  if (fitting.empty()) return nullptr;
  const auto same = std::ranges::find_if(
      fitting, [&](const PlanOffer& offer) { return size_of(offer.name) == size_of(source_plan); });
  const std::optional<PlanCapacity> today = figures_of_plan(source_plan);
  if (!today) return &fitting.front();
  if (same != fitting.end()) return &*same;
  const auto disk = [](const PlanOffer& offer) { return disk_gb_of(offer, 0); };
  const auto larger =
      std::ranges::find_if(fitting, [&](const PlanOffer& offer) { return disk(offer) >= today->disk_gb; });
  return larger != fitting.end() ? &*larger : &*std::ranges::max_element(fitting, {}, disk);
}

std::string starter_spec_text(const StarterSpec& spec) {
  std::string out = comment("", "The databases of " + spec.source_app + ", to be moved to " + spec.target_app +
                                    ". Written by changeover init " + spec.tool_version + " from what was there on " +
                                    format_time(spec.observed->at) + ".");
  out +=
      "#\n#   changeover validate SPEC    reads this file and nothing else\n"
      "#   changeover plan SPEC        looks at Heroku, changes nothing, prints what would happen\n"
      "#   changeover apply SPEC       does it\n#\n";
  out += comment("",
                 "No secret belongs in this file. Comments that look like settings take your word: uncomment what "
                 "is true.");
  out += "version: 1\n\n";
  out += comment("",
                 "Where the record is kept: beside this file, unless it says otherwise. A cutover in CI asks for "
                 "keep_in_ci, the promise that the pipeline keeps that file.");
  out += "# state: {local: ./changeover.state.json, keep_in_ci: true}\n\nmigrations:";
  for (const StarterMigration& migration : spec.migrations) out += migration_lines(spec, migration);
  return out;
}

}  // namespace changeover
