#include "planner/plan_file.h"

#include <algorithm>

#include "core/text.h"
#include "json/fields.h"

namespace changeover {
namespace {

using json::Fields;
using json::Value;

/// Two clocks may disagree by this much.
constexpr std::chrono::minutes clock_skew{5};

/// Members sorted at every level, so that a file that was only laid out anew keeps its hash.
Value canonical(const Value& value) {
  if (value.is_array()) {
    Value list = Value::array();
    for (const Value& item : value.items()) list.push(canonical(item));
    return list;
  }
  if (!value.is_object()) return value;
  json::Object members = value.members();
  std::ranges::sort(members, {}, &json::Member::first);
  for (auto& [key, member] : members) member = canonical(member);
  return members;
}

std::string content_hash(Value document) {
  document.erase("plan_id");
  return sha256_hex(canonical(document).dump());
}

std::int64_t seconds_of(std::chrono::seconds duration) { return static_cast<std::int64_t>(duration.count()); }

Value write_texts(const std::vector<std::string>& items) {
  Value list = Value::array();
  for (const std::string& item : items) list.push(item);
  return list;
}

Value write_price(const Price& price) {
  return Value::object()
      .set("cents", price.cents)
      .set("unit", price.unit)
      .set("contract", price.contract)
      .set("metered", price.metered);
}

Value write_end(const End& end) {
  return Value::object()
      .set("app", end.app)
      .set("app_id", end.app_id)
      .set("addon", end.addon)
      .set("addon_id", end.addon_id)
      .set("plan", end.plan)
      .set("where", end.where);
}

Value write_action(const Action& action) {
  Value object = Value::object();
  object.set("id", action.id)
      .set("kind", to_string(action.kind))
      .set("subject", action.subject)
      .set("group", to_string(action.group))
      .set("parameters", action.parameters.is_object() ? action.parameters : Value::object())
      .set("depends_on", write_texts(action.depends_on))
      .set("reason", action.reason)
      .set("reversible", action.reversible)
      .set("undo", action.undo);
  if (!action.waits_for.empty()) object.set("waits_for", action.waits_for);
  if (action.wait_most) object.set("wait_most_seconds", seconds_of(*action.wait_most));
  if (action.price) object.set("price", write_price(*action.price));
  return object;
}

Value write_findings(const std::vector<Finding>& findings) {
  Value list = Value::array();
  for (const Finding& finding : findings) {
    Value object = Value::object();
    object.set("id", finding.id).set("what", finding.what).set("remedy", finding.remedy);
    if (finding.blocks) object.set("blocks", to_string(*finding.blocks));
    list.push(std::move(object));
  }
  return list;
}

Value write_cost(const Cost& cost) {
  Value object = Value::object();
  if (cost.source) object.set("source", write_price(*cost.source));
  if (cost.target) object.set("target", write_price(*cost.target));
  object.set("note", cost.note);
  if (cost.now) object.set("now_cents_a_month", *cost.now);
  if (cost.overlap_a_day) object.set("overlap_cents_a_day", *cost.overlap_a_day);
  if (cost.after) object.set("after_cents_a_month", *cost.after);
  return object;
}

Value write_range(const TimeRange& range) {
  return Value::object().set("from_seconds", seconds_of(range.from)).set("to_seconds", seconds_of(range.to));
}

Value write_estimate(const Estimate& estimate) {
  Value object = Value::object();
  object.set("downtime", estimate.downtime)
      .set("at_most_seconds", seconds_of(estimate.at_most))
      .set("note", estimate.note);
  if (estimate.preparation) object.set("preparation", write_range(*estimate.preparation));
  if (estimate.expected_downtime) object.set("expected_downtime", write_range(*estimate.expected_downtime));
  return object.set("rests_on", write_texts(estimate.rests_on));
}

Value write_way_back(const WayBack& back) {
  Value object = Value::object();
  object.set("open", back.open).set("how", back.how).set("loses", write_texts(back.loses));
  if (back.paid_cents) object.set("paid_cents", *back.paid_cents);
  return object;
}

Value write_migration(const MigrationPlan& plan) {
  Value actions = Value::array();
  for (const Action& action : plan.actions) actions.push(write_action(action));
  Value no_return = Value::object();
  no_return.set("action", plan.point_of_no_return.action).set("why", plan.point_of_no_return.why);
  Value object = Value::object();
  object.set("name", plan.name)
      .set("stage", to_string(plan.stage))
      .set("phase", to_string(plan.phase))
      .set("phase_reason", plan.phase_reason)
      .set("source", write_end(plan.source))
      .set("target", write_end(plan.target))
      .set("fingerprint", plan.fingerprint.is_object() ? plan.fingerprint : Value::object())
      .set("point_of_no_return", std::move(no_return))
      .set("actions", std::move(actions))
      .set("blockers", write_findings(plan.blockers))
      .set("warnings", write_findings(plan.warnings))
      .set("manual", write_findings(plan.manual))
      .set("unknowns", write_findings(plan.unknowns))
      .set("cost", write_cost(plan.cost))
      .set("estimate", write_estimate(plan.estimate))
      .set("way_back", write_way_back(plan.way_back))
      .set("gives_up", write_texts(plan.gives_up))
      .set("then", plan.then)
      .set("refused", plan.refused);
  return object;
}

Value summary_of(const Plan& plan) {
  std::int64_t actions = 0;
  std::int64_t blockers = 0;
  std::int64_t with_downtime = 0;
  std::chrono::seconds longest{0};
  for (const MigrationPlan& migration : plan.migrations) {
    actions += static_cast<std::int64_t>(migration.actions.size());
    blockers += static_cast<std::int64_t>(migration.blockers.size());
    if (!migration.estimate.downtime) continue;
    ++with_downtime;
    longest = std::max(longest, migration.estimate.at_most);
  }
  Value downtime = Value::object();
  downtime.set("migrations", with_downtime).set("at_most_seconds", seconds_of(longest));
  return Value::object().set("actions", actions).set("blockers", blockers).set("downtime", std::move(downtime));
}

Price read_price(const Fields& fields) {
  return {fields.integer("cents"), fields.text("unit"), fields.boolean("contract"), fields.boolean("metered")};
}

std::optional<Price> read_optional_price(const Fields& fields, std::string_view key) {
  if (!fields.has(key)) return std::nullopt;
  return read_price(fields.inside(key));
}

End read_end(const Fields& fields) {
  return {fields.text("app"),      fields.text("app_id"), fields.text("addon"),
          fields.text("addon_id"), fields.text("plan"),   fields.text("where")};
}

Group read_group(const Fields& fields, std::string_view key) {
  return fields.word(key, {Group::prepare, Group::cutover, Group::resume, Group::retire, Group::restore});
}

Action read_action(const Fields& fields) {
  Action action;
  action.id = fields.text("id");
  const std::string kind = fields.text("kind");
  if (const std::optional<Kind> known = kind_from(kind)) {
    action.kind = *known;
  } else {
    fields.refuse("kind", "holds the unknown word `" + kind + "`");
  }
  action.subject = fields.text("subject");
  action.group = read_group(fields, "group");
  static_cast<void>(fields.inside("parameters"));
  action.parameters = fields.raw("parameters");
  action.depends_on = fields.texts("depends_on");
  action.reason = fields.text("reason");
  action.reversible = fields.boolean("reversible");
  action.undo = fields.text("undo");
  action.waits_for = fields.text_or_empty("waits_for");
  if (fields.has("wait_most_seconds")) action.wait_most = std::chrono::seconds(fields.integer("wait_most_seconds"));
  action.price = read_optional_price(fields, "price");
  return action;
}

Finding read_finding(const Fields& fields) {
  Finding finding{fields.text("id"), fields.text("what"), fields.text("remedy"), std::nullopt};
  if (fields.has("blocks")) finding.blocks = read_group(fields, "blocks");
  return finding;
}

std::optional<std::int64_t> read_optional_cents(const Fields& fields, std::string_view key) {
  if (!fields.has(key)) return std::nullopt;
  return fields.integer(key);
}

std::optional<TimeRange> read_optional_range(const Fields& fields, std::string_view key) {
  if (!fields.has(key)) return std::nullopt;
  const Fields range = fields.inside(key);
  return TimeRange{std::chrono::seconds(range.integer("from_seconds")),
                   std::chrono::seconds(range.integer("to_seconds"))};
}

std::vector<std::string> read_optional_texts(const Fields& fields, std::string_view key) {
  return fields.has(key) ? fields.texts(key) : std::vector<std::string>{};
}

Cost read_cost(const Fields& fields) {
  return {read_optional_price(fields, "source"),
          read_optional_price(fields, "target"),
          fields.text("note"),
          read_optional_cents(fields, "now_cents_a_month"),
          read_optional_cents(fields, "overlap_cents_a_day"),
          read_optional_cents(fields, "after_cents_a_month")};
}

Estimate read_estimate(const Fields& fields) {
  return {fields.boolean("downtime"),
          std::chrono::seconds(fields.integer("at_most_seconds")),
          fields.text("note"),
          read_optional_range(fields, "preparation"),
          read_optional_range(fields, "expected_downtime"),
          read_optional_texts(fields, "rests_on")};
}

WayBack read_way_back(const Fields& fields) {
  return {fields.boolean("open"), fields.text("how"), fields.texts("loses"), read_optional_cents(fields, "paid_cents")};
}

/// What later versions of the format's first number added may be missing: such a file is read as it was written.
MigrationPlan read_migration(const Fields& fields) {
  MigrationPlan plan;
  plan.name = fields.text("name");
  plan.stage = fields.word("stage", {Stage::source, Stage::replicating, Stage::live, Stage::retired});
  plan.phase = fields.word(
      "phase", {Phase::retired, Phase::live, Phase::promoted, Phase::standalone, Phase::spent, Phase::drained,
                Phase::quiesced, Phase::replicating, Phase::catching_up, Phase::provisioning, Phase::absent});
  plan.phase_reason = fields.text("phase_reason");
  plan.source = read_end(fields.inside("source"));
  plan.target = read_end(fields.inside("target"));
  static_cast<void>(fields.inside("fingerprint"));
  plan.fingerprint = fields.raw("fingerprint");
  const Fields no_return = fields.inside("point_of_no_return");
  plan.point_of_no_return = {no_return.text("action"), no_return.text("why")};
  plan.actions = fields.list("actions", read_action);
  plan.blockers = fields.list("blockers", read_finding);
  plan.warnings = fields.list("warnings", read_finding);
  plan.manual = fields.list("manual", read_finding);
  plan.unknowns = fields.list("unknowns", read_finding);
  plan.cost = read_cost(fields.inside("cost"));
  plan.estimate = read_estimate(fields.inside("estimate"));
  if (fields.has("way_back")) plan.way_back = read_way_back(fields.inside("way_back"));
  plan.gives_up = read_optional_texts(fields, "gives_up");
  plan.then = fields.text("then");
  plan.refused = fields.boolean("refused");
  return plan;
}

tl::unexpected<Error> no_plan(const std::string& what) {
  return fail(ErrorCode::corrupt, "this is no plan file: " + what,
              "make a plan anew with `changeover plan SPEC --out FILE`");
}

}  // namespace

json::Value plan_to_json(const Plan& plan) {
  Value migrations = Value::array();
  json::Object facts;
  for (const MigrationPlan& migration : plan.migrations) {
    migrations.push(write_migration(migration));
    facts.emplace_back(migration.name, migration.fingerprint);
  }
  Value document = Value::object();
  document.set("format_version", plan_format_version)
      .set("tool_version", plan.tool_version)
      .set("plan_id", "")
      .set("spec_file", plan.spec_file)
      .set("spec_sha256", plan.spec_sha256)
      .set("observed_at", format_time(plan.observed_at))
      .set("fingerprint", sha256_hex(canonical(facts).dump()))
      .set("migrations", std::move(migrations))
      .set("summary", summary_of(plan));
  document.set("plan_id", content_hash(document));
  return document;
}

Result<SavedPlan> read_plan_file(std::string_view text) {
  Result<Value> parsed = json::parse(text);
  if (!parsed) return no_plan(parsed.error().what);
  const Value& version = (*parsed)["format_version"];
  if (!version.is_integer()) return no_plan("`format_version` is missing or no version");
  if (version.as_integer() != plan_format_version)
    return fail(ErrorCode::corrupt,
                "this plan file has format version " + std::to_string(version.as_integer()) +
                    ", and this changeover reads " + std::to_string(plan_format_version),
                "make the plan with the version of changeover that applies it");
  std::string problem;
  const Fields fields(*parsed, "", problem);
  SavedPlan saved;
  saved.plan_id = fields.text("plan_id");
  saved.plan.tool_version = fields.text("tool_version");
  saved.plan.spec_file = fields.text("spec_file");
  saved.plan.spec_sha256 = fields.text("spec_sha256");
  saved.plan.observed_at = fields.time("observed_at");
  static_cast<void>(fields.text("fingerprint"));
  saved.plan.migrations = fields.list("migrations", read_migration);
  static_cast<void>(fields.inside("summary"));
  if (!problem.empty()) return no_plan(problem);
  if (saved.plan_id != content_hash(*parsed))
    return fail(ErrorCode::corrupt,
                "this plan file was changed after it was written: its content does not give its plan_id",
                "make the plan anew; a plan is reviewed, never edited");
  saved.document = std::move(*parsed);
  return saved;
}

std::optional<std::string> plan_is_too_old(const Plan& plan, WallTime now) {
  if (now - plan.observed_at > plan_lifetime)
    return "the plan rests on what was seen at " + format_time(plan.observed_at) + ", more than " +
           std::to_string(plan_lifetime.count()) + " days ago";
  if (plan.observed_at - now > clock_skew)
    return "the plan says it was made at " + format_time(plan.observed_at) + ", which has not come yet here (" +
           format_time(now) + "); one of the two clocks is wrong";
  return std::nullopt;
}

}  // namespace changeover
