#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/text.h"
#include "planner/findings.h"
#include "planner/plan_file.h"
#include "planner/value_differences.h"

namespace changeover {
namespace {

using json::Array;
using json::Value;

/// Numbers that stand alone become "#", and so do not count; "2449" in "looking-simply-2449" is a name and stays.
std::string without_counts(const std::string& text) {
  std::string result;
  bool counted_before = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    std::string word = text.substr(at, end - at);
    const bool number = word.find_first_not_of("0123456789.,()$%") == std::string::npos &&
                        word.find_first_of("0123456789") != std::string::npos;
    // The word behind a number may be its plural.
    if (counted_before && word.ends_with('s')) word.pop_back();
    result += (result.empty() ? "" : " ") + (number ? "#" : word);
    counted_before = number;
    at = end + 1;
  }
  return result;
}

/// The waits for a lag come and go by themselves: they are taken out, and who waited for them waits for what they
/// waited for.
Array without_lag_waits(const Array& actions) {
  const auto is_lag_wait = [](const Value& action) {
    return action["kind"].as_string() == to_string(Kind::follower_wait_caught_up);
  };
  Array kept;
  for (const Value& action : actions) {
    if (is_lag_wait(action)) continue;
    Value copy = action;
    std::set<std::string> depends_on;
    std::vector<std::string> open;
    for (const Value& id : action["depends_on"].items()) open.push_back(id.as_string());
    // Each id is opened at most once, so that a circle in a file that somebody made up ends too.
    std::set<std::string> seen;
    while (!open.empty()) {
      const std::string id = open.back();
      open.pop_back();
      if (!seen.insert(id).second) continue;
      const Value* other = find_identity(actions, id);
      if (other == nullptr || !is_lag_wait(*other)) {
        depends_on.insert(id);
        continue;
      }
      for (const Value& further : (*other)["depends_on"].items()) open.push_back(further.as_string());
    }
    Value list = Value::array();
    for (const std::string& id : depends_on) list.push(id);
    copy.set("depends_on", std::move(list));
    kept.push_back(std::move(copy));
  }
  return kept;
}

std::string action_words(const Value& action) {
  return action["kind"].as_string() + " " + action["subject"].as_string();
}

void compare_actions(ValueDifferences& found, const Array& was, const Array& now) {
  const Array before = without_lag_waits(was);
  const Array after = without_lag_waits(now);
  std::vector<std::string> order_before;
  std::vector<std::string> order_after;
  for (const Value& action : before) {
    const Value* other = find_identity(after, identity_of(action));
    if (other == nullptr) {
      found.say("the action " + action_words(action) + " is no longer needed");
      continue;
    }
    order_before.push_back(identity_of(action));
    for (const std::string_view key :
         {"kind", "subject", "group", "parameters", "depends_on", "reversible", "wait_most_seconds"})
      found.compare(key, action[key], (*other)[key], {"the action " + action_words(action)});
  }
  for (const Value& action : after) {
    if (find_identity(before, identity_of(action)) == nullptr) {
      found.say("the action " + action_words(action) + " was added");
    } else {
      order_after.push_back(identity_of(action));
    }
  }
  if (order_before != order_after) found.say("the order of the actions changed");
}

void compare_findings(ValueDifferences& found, std::string_view word, const Array& was, const Array& now) {
  const auto key_of = [](const Value& finding) {
    return finding["id"].as_string() + "\n" + finding["blocks"].as_string() + "\n" +
           without_counts(finding["what"].as_string());
  };
  const auto is_momentary = [](const Value& finding) {
    const FindingRow* row = finding_row(finding["id"].as_string());
    return row != nullptr && row->momentary;
  };
  const auto keys_of = [&](const Array& findings) {
    std::multiset<std::string> keys;
    for (const Value& finding : findings)
      if (!is_momentary(finding)) keys.insert(key_of(finding));
    return keys;
  };
  const auto missing_in = [&](const Array& findings, std::multiset<std::string> others, std::string_view verdict) {
    for (const Value& finding : findings) {
      if (is_momentary(finding)) continue;
      const auto same = others.find(key_of(finding));
      if (same != others.end()) {
        others.erase(same);
        continue;
      }
      found.say("the " + std::string(word) + " " + finding["id"].as_string() + " " + std::string(verdict) + ": " +
                finding["what"].as_string());
    }
  };
  missing_in(was, keys_of(now), "is gone");
  missing_in(now, keys_of(was), "is new");
}

std::vector<std::string> compare_migrations(const Value& was, const Value& now, bool same_spec) {
  ValueDifferences differences(was["name"].as_string(), same_spec);
  differences.compare("stage", was["stage"], now["stage"], {});
  const auto keeps_up = [](const Value& migration) {
    const std::string& phase = migration["phase"].as_string();
    return phase == to_string(Phase::replicating) || phase == to_string(Phase::catching_up);
  };
  if (!keeps_up(was) || !keeps_up(now)) differences.compare("phase", was["phase"], now["phase"], {});
  // The facts first: they are the cause of what follows.
  differences.compare("", was["fingerprint"], now["fingerprint"], {});
  for (const std::string_view end : {"source", "target"})
    for (const std::string_view key : {"app", "addon", "plan", "where"})
      differences.compare(key, was[end][key], now[end][key],
                          {key == "plan" && was[end]["addon"] == now[end]["addon"] ? was[end]["addon"].as_string()
                                                                                   : "the " + std::string(end)});
  differences.compare("point of no return", was["point_of_no_return"]["action"], now["point_of_no_return"]["action"],
                      {});
  if (was["refused"] != now["refused"])
    differences.say(now["refused"].as_bool() ? "the stage can not be reached any more"
                                             : "the stage can be reached now");
  compare_actions(differences, was["actions"].items(), now["actions"].items());
  compare_findings(differences, "blocker", was["blockers"].items(), now["blockers"].items());
  compare_findings(differences, "warning", was["warnings"].items(), now["warnings"].items());
  compare_findings(differences, "manual item", was["manual"].items(), now["manual"].items());
  compare_findings(differences, "unknown", was["unknowns"].items(), now["unknowns"].items());
  return std::move(differences).take();
}

}  // namespace

std::vector<std::string> plan_differences(const json::Value& saved, const json::Value& fresh) {
  std::vector<std::string> found;
  const bool same_spec = saved["spec_sha256"] == fresh["spec_sha256"];
  std::map<std::string, const Value*, std::less<>> now;
  for (const Value& migration : fresh["migrations"].items()) now[migration["name"].as_string()] = &migration;
  for (const Value& migration : saved["migrations"].items()) {
    const std::string& name = migration["name"].as_string();
    const auto other = now.find(name);
    if (other == now.end()) {
      found.push_back(name + ": the migration is in the plan file only");
      continue;
    }
    std::vector<std::string> lines = compare_migrations(migration, *other->second, same_spec);
    std::ranges::move(lines, std::back_inserter(found));
    now.erase(other);
  }
  for (const auto& [name, migration] : now) found.push_back(name + ": the migration is not in the plan file");
  if (!found.empty() && !same_spec) found.push_back("the spec file is not the one that this plan was made from");
  return found;
}

}  // namespace changeover
