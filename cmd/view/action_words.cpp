#include "cmd/view/action_words.h"

#include <cstdint>

#include "cmd/view/money.h"

namespace changeover {
namespace {

/// What a sentence may speak of: the action's own words first, then its migration's.
class Speaker {
 public:
  Speaker(const Action& action, const MigrationPlan* migration) : action_(action), migration_(migration) {}

  [[nodiscard]] std::string parameter(std::string_view key) const {
    const json::Value& value = action_.parameters[key];
    return value.is_integer() ? std::to_string(value.as_integer()) : value.as_string();
  }
  [[nodiscard]] const std::string& subject() const { return action_.subject; }
  [[nodiscard]] std::string leader() const {
    for (const char* key : {"leader", "follow"})
      if (std::string name = parameter(key); !name.empty()) return name;
    return migration_ == nullptr ? "" : migration_->source.addon;
  }
  [[nodiscard]] std::string copy() const { return migration_ == nullptr ? "" : migration_->target.addon; }
  [[nodiscard]] std::string attachment() const {
    std::string name = parameter("attachment");
    return name.empty() ? "DATABASE" : name;
  }
  /// The app of an attachment action, whose subject may be the app or the add-on.
  [[nodiscard]] std::string app(const std::string& fallback) const {
    std::string name = parameter("app");
    if (!name.empty()) return name;
    return is_app(subject()) ? subject() : fallback;
  }
  [[nodiscard]] std::string addon(const std::string& fallback) const {
    std::string name = parameter("addon");
    if (!name.empty()) return name;
    return migration_ != nullptr && !is_app(subject()) ? subject() : fallback;
  }
  [[nodiscard]] std::string target_app() const {
    std::string name = parameter("app");
    return !name.empty() ? name : migration_ == nullptr ? subject() : migration_->target.app;
  }
  /// "web 2, worker 1 on private-m"; "" when the action does not say.
  [[nodiscard]] std::string formation() const;

 private:
  [[nodiscard]] bool is_app(std::string_view name) const {
    return migration_ == nullptr || name == migration_->source.app || name == migration_->target.app;
  }
  const Action& action_;
  const MigrationPlan* migration_;
};

/// A type that is scaled to nothing is only named: "stop the dynos of orders (web, worker)".
void add_process(std::string& text, std::string_view type, const json::Value& process) {
  const std::int64_t quantity = (process.is_object() ? process["quantity"] : process).as_integer();
  if (!text.empty()) text += ", ";
  text.append(type);
  if (quantity != 0) text += " " + std::to_string(quantity);
  if (const std::string& size = process["size"].as_string(); !size.empty()) text += " on " + size;
}

std::string Speaker::formation() const {
  const json::Value& formation = action_.parameters["formation"];
  std::string text;
  for (const auto& [type, process] : formation.members()) add_process(text, type, process);
  for (const json::Value& process : formation.items()) add_process(text, process["type"].as_string(), process);
  return text;
}

/// Says `words` and the name, when there is a name.
void say_with(Phrase& phrase, std::string_view words, std::string_view name) {
  if (!name.empty()) phrase.say(words).name(name);
}

void say_formation(Phrase& phrase, const Speaker& speaker) {
  if (const std::string formation = speaker.formation(); !formation.empty()) phrase.say(" (" + formation + ")");
}

Phrase create_words(const Action& action, const Speaker& speaker, const MigrationPlan* migration) {
  Phrase phrase;
  phrase.say("create ").name(speaker.subject());
  std::string plan = short_plan(speaker.parameter("plan"));
  if (plan.empty() && migration != nullptr) plan = short_plan(migration->target.plan);
  std::string details = plan;
  if (action.price) details += (details.empty() ? "" : ", ") + price_text(*action.price);
  if (!details.empty()) phrase.say(" (" + details + ")");
  say_with(phrase, " as a follower of ", speaker.leader());
  return phrase;
}

/// Kinds before and around the writers' stop.
Phrase quiet_words(const Action& action, const Speaker& speaker) {
  Phrase phrase;
  switch (action.kind) {
    case Kind::app_enable_maintenance:
      return phrase.say("turn on the maintenance page of ").name(speaker.subject());
    case Kind::app_scale_down:
      phrase.say(action.parameters["background"].as_bool() ? "stop the background dynos of " : "stop the dynos of ");
      phrase.name(speaker.subject());
      say_formation(phrase, speaker);
      return phrase;
    case Kind::app_stop_one_off_dynos:
      return phrase.say("stop the one-off dynos of ").name(speaker.subject());
    case Kind::database_reset_connections:
      return phrase.say("end the connections that are left on ").name(speaker.subject());
    case Kind::leader_fence:
      return phrase.say("fence ").name(speaker.subject()).say(": reads go on, writes are held");
    case Kind::app_scale_up:
      phrase.say("start the dynos of ").name(speaker.subject());
      say_formation(phrase, speaker);
      return phrase;
    case Kind::app_disable_maintenance:
      return phrase.say("turn off the maintenance page of ").name(speaker.subject());
    case Kind::restore_formation:
      phrase.say("give ").name(speaker.subject()).say(" its dynos back");
      say_formation(phrase, speaker);
      return phrase;
    case Kind::restore_maintenance:
      phrase.say("put the maintenance page of ").name(speaker.subject()).say(" back as it was");
      if (const json::Value& on = action.parameters["maintenance"]; on.is_bool())
        phrase.say(on.as_bool() ? " (on)" : " (off)");
      return phrase;
    default:
      return phrase;
  }
}

/// Kinds that move or remove databases.
Phrase database_words(const Action& action, const Speaker& speaker) {
  Phrase phrase;
  switch (action.kind) {
    case Kind::database_wait_available:
      return phrase.say("wait until ").name(speaker.subject()).say(" is available");
    case Kind::follower_wait_caught_up: {
      phrase.say("wait until ").name(speaker.subject());
      const std::string lag = speaker.parameter("start_lag");
      phrase.say(lag.empty() ? " has caught up" : " is at most " + lag + " commits behind");
      say_with(phrase, lag.empty() ? " with " : " ", speaker.leader());
      return phrase;
    }
    case Kind::follower_wait_drained:
      phrase.say("prove that ").name(speaker.subject()).say(" holds every write");
      say_with(phrase, " of ", speaker.leader());
      return phrase;
    case Kind::follower_unfollow:
      phrase.say("unfollow");
      say_with(phrase, " ", speaker.leader());
      return phrase.say(": ").name(speaker.subject()).say(" becomes a database of its own");
    case Kind::database_wait_standalone:
      return phrase.say("wait until ").name(speaker.subject()).say(" takes writes");
    case Kind::leader_verify_no_late_write:
      return phrase.say("verify that nothing was written to ").name(speaker.subject()).say(" since the proof");
    case Kind::leader_fence_permanently:
      return phrase.say("make ").name(speaker.subject()).say(" read-only and end its clients");
    case Kind::restore_leader:
      return phrase.say("let ").name(speaker.subject()).say(" take writes again");
    case Kind::database_verify_live: {
      const std::string copy = speaker.addon(speaker.copy());
      phrase.say("check that ").name(speaker.target_app());
      say_with(phrase, " runs on ", copy);
      return copy.empty() ? phrase.say(" runs on its new database") : phrase;
    }
    case Kind::backup_capture:
      return phrase.say("take a final backup of ").name(speaker.subject());
    case Kind::addon_destroy:
      return phrase.say("destroy ").name(speaker.subject()).say(" and its data");
    default:
      return phrase;
  }
}

/// Kinds that say which database an app runs on.
Phrase attachment_words(const Action& action, const Speaker& speaker) {
  Phrase phrase;
  switch (action.kind) {
    case Kind::attachment_preserve:
      phrase.say("keep ").name(speaker.addon("the present database")).say(" attached to ");
      return phrase.name(speaker.app(speaker.target_app())).say(" under a second name");
    case Kind::attachment_promote:
      if (speaker.copy().empty()) return phrase.say("attach ").name(speaker.subject()).say(" as the app's database");
      phrase.say("attach ").name(speaker.addon(speaker.copy())).say(" to ").name(speaker.app(speaker.target_app()));
      return phrase.say(" as ").name(speaker.attachment());
    case Kind::pooler_attach:
    case Kind::credential_attach:
      phrase.say(action.kind == Kind::pooler_attach ? "attach the pooler" : "attach the credential");
      say_with(phrase, " ", speaker.parameter("namespace").substr(speaker.parameter("namespace").find(':') + 1));
      phrase.say(" of ").name(speaker.addon(speaker.copy())).say(" to ").name(speaker.app(speaker.target_app()));
      return phrase.say(" as ").name(speaker.attachment());
    case Kind::restore_attachment:
      phrase.say("give ").name(speaker.app(speaker.target_app())).say(" its former ").name(speaker.attachment());
      return phrase.say(" back");
    case Kind::attachment_detach:
      phrase.say("detach ").name(speaker.leader().empty() ? "the old database" : speaker.leader());
      if (const std::string name = speaker.parameter("attachment"); !name.empty()) phrase.say(" (").name(name).say(")");
      say_with(phrase, " from ", speaker.app(""));
      return phrase;
    case Kind::release_wait:
      return phrase.say("wait for the release of ").name(speaker.subject()).say(" to succeed");
    default:
      return phrase;
  }
}

Phrase words(const Action& action, const MigrationPlan* migration) {
  const Speaker speaker(action, migration);
  if (action.kind == Kind::follower_create) return create_words(action, speaker, migration);
  for (const auto& family : {quiet_words, database_words, attachment_words})
    if (Phrase phrase = family(action, speaker); !phrase.pieces().empty()) return phrase;
  return Phrase{}.say(to_string(action.kind)).say(" ").name(action.subject);
}

}  // namespace

Phrase& Phrase::say(std::string_view words) {
  pieces_.push_back({std::string(words), false});
  return *this;
}

Phrase& Phrase::name(std::string_view words) {
  pieces_.push_back({std::string(words), true});
  return *this;
}

std::string Phrase::text() const {
  std::string all;
  for (const Piece& piece : pieces_) all += piece.text;
  return all;
}

Phrase action_words(const Action& action, const MigrationPlan& migration) { return words(action, &migration); }

Phrase action_words(std::string_view kind, std::string_view subject) {
  const auto known = kind_from(kind);
  if (!known) return Phrase{}.say(kind).say(" ").name(subject);
  Action action;
  action.kind = *known;
  action.subject = subject;
  return words(action, nullptr);
}

std::string part_words(Kind kind, std::string_view subject) {
  const std::string of = std::string(" of ").append(subject);
  switch (kind) {
    case Kind::app_enable_maintenance:
      return "maintenance page" + of;
    case Kind::app_scale_down:
      return "scale-down" + of;
    case Kind::app_stop_one_off_dynos:
      return "end of the last dynos" + of;
    case Kind::database_reset_connections:
      return "end of the connections";
    case Kind::leader_fence:
      return "fence";
    case Kind::follower_wait_drained:
      return "drain";
    case Kind::follower_unfollow:
      return "unfollow call";
    case Kind::database_wait_standalone:
      return "wait for a writable copy";
    case Kind::leader_verify_no_late_write:
      return "late-write check";
    case Kind::attachment_promote:
      return "attachment";
    case Kind::release_wait:
      return "release" + of;
    case Kind::app_scale_up:
      return "start" + of;
    case Kind::app_disable_maintenance:
      return "end of the maintenance page" + of;
    default:
      return std::string(to_string(kind)).append(" ").append(subject);
  }
}

std::string short_plan(std::string_view plan) {
  const std::size_t colon = plan.find(':');
  return std::string(colon == std::string_view::npos ? plan : plan.substr(colon + 1));
}

}  // namespace changeover
