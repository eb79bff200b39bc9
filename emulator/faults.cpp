#include "emulator/faults.h"

#include <algorithm>
#include <array>

namespace changeover::emulator {
namespace {

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(std::min(path.size(), path.find_first_not_of('/')));
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool path_matches(std::string_view pattern, std::string_view path) {
  for (;;) {
    const std::string_view wanted = take_segment(pattern);
    if (wanted == "**") return true;
    const std::string_view found = take_segment(path);
    if (wanted.empty() || found.empty()) return wanted.empty() && found.empty();
    if (wanted != "*" && wanted != found) return false;
  }
}

/// The id that Heroku gives a status.
constexpr auto usual_ids = std::to_array<std::pair<int, std::string_view>>({{400, "bad_request"},
                                                                            {401, "unauthorized"},
                                                                            {402, "delinquent"},
                                                                            {403, "forbidden"},
                                                                            {404, "not_found"},
                                                                            {406, "not_acceptable"},
                                                                            {409, "conflict"},
                                                                            {410, "gone"},
                                                                            {416, "requested_range_not_satisfiable"},
                                                                            {422, "invalid_params"},
                                                                            {423, "confirmation_required"},
                                                                            {429, "rate_limit"},
                                                                            {500, "internal_server_error"},
                                                                            {503, "service_unavailable"}});

std::string usual_body(int status) {
  const auto found = std::ranges::find(usual_ids, status, &std::pair<int, std::string_view>::first);
  const std::string_view id = found == usual_ids.end() ? "emulated_fault" : found->second;
  return json::Value(json::Object{{"id", id}, {"message", "The emulator was told to answer this."}}).dump();
}

Result<void> read_member(FaultRule& rule, const std::string& key, const json::Value& value) {
  Fault& fault = rule.fault;
  const auto wrong = [&](std::string_view right) {
    return fail(ErrorCode::invalid_spec, "fault: `" + key + "` must be " + std::string(right));
  };
  if (key == "method" && value.is_string()) {
    rule.method = value.as_string();
  } else if (key == "path" && value.is_string()) {
    rule.path = value.as_string();
  } else if ((key == "nth" || key == "times") && value.is_integer()) {
    const std::int64_t number = value.as_integer();
    if (number < (key == "nth" ? 1 : 0) || number > 1'000'000) return wrong("a small whole number");
    (key == "nth" ? rule.nth : rule.times) = static_cast<int>(number);
  } else if (key == "when" && (value.as_string() == "before" || value.as_string() == "after")) {
    fault.when = value.as_string() == "after" ? Fault::When::after : Fault::When::before;
  } else if (key == "status" && value.is_integer()) {
    if (value.as_integer() < 200 || value.as_integer() > 599) return wrong("a status from 200 to 599");
    fault.status = static_cast<int>(value.as_integer());
  } else if (key == "body" && value.is_string()) {
    fault.body = value.as_string();
  } else if (key == "content_type" && value.is_string()) {
    fault.content_type = value.as_string();
  } else if (key == "delay_ms" && value.is_integer() && value.as_integer() >= 0) {
    fault.delay = std::chrono::milliseconds{value.as_integer()};
  } else if (key == "reset" && value.is_bool()) {
    fault.reset = value.as_bool();
  } else if (key == "warning" && value.is_string()) {
    fault.warning = value.as_string();
  } else {
    return wrong(
        "one of method, path, nth, times, when (before or after), status, body, content_type, delay_ms, "
        "reset and warning, each of its own type");
  }
  return {};
}

/// "call 2 to 4, after its effect: 503, 250 ms late". A body is not shown.
std::string words_for(const FaultRule& rule) {
  const Fault& fault = rule.fault;
  std::string words =
      rule.times == 0 ? "from call " + std::to_string(rule.nth) + " on" : "call " + std::to_string(rule.nth);
  if (rule.times > 1) words += " to " + std::to_string(rule.nth + rule.times - 1);
  words += fault.when == Fault::When::after ? ", after its effect:" : ":";
  const auto add = [&](const std::string& what) { words += (words.ends_with(':') ? " " : ", ") + what; };
  if (fault.status) add(std::to_string(*fault.status));
  if (fault.body) add("another body");
  if (fault.warning) add("a warning");
  if (fault.delay.count() > 0) add(std::to_string(fault.delay.count()) + " ms late");
  if (fault.reset) add("reset");
  return words;
}

}  // namespace

Result<FaultRule> fault_rule_from(const json::Value& value) {
  FaultRule rule;
  for (const auto& [key, member] : value.members())
    if (auto read = read_member(rule, key, member); !read) return fail(read.error());
  if (rule.path.empty() || rule.path.front() != '/')
    return fail(ErrorCode::invalid_spec, "fault: `path` is missing", "Name a path such as /apps/*/formation.");
  const Fault& fault = rule.fault;
  if (!fault.does_something())
    return fail(ErrorCode::invalid_spec, "fault: nothing goes wrong", "Give status, body, delay_ms, reset or warning.");
  return rule;
}

std::optional<Fault> Faults::next(std::string_view method, std::string_view path) {
  std::optional<Fault> due;
  for (Counted& counted : rules_) {
    const FaultRule& rule = counted.rule;
    if ((rule.method != "*" && rule.method != method) || !path_matches(rule.path, path)) continue;
    ++counted.seen;
    const bool hit = counted.seen >= rule.nth && (rule.times == 0 || counted.seen < rule.nth + rule.times);
    if (hit && !due) due = rule.fault;
  }
  return due;
}

json::Value Faults::in_force() const {
  json::Array list;
  for (const auto& [rule, seen] : rules_) {
    if (rule.times != 0 && seen >= rule.nth + rule.times - 1) continue;
    list.emplace_back(json::Object{{"method", rule.method},
                                   {"path", rule.path},
                                   {"seen", seen},
                                   {"words", rule.method + " " + rule.path + ": " + words_for(rule)}});
  }
  return list;
}

Response faulted(const Fault& fault, Response response) {
  Response changed = std::move(response);
  if (fault.status || fault.body) {
    changed = Response{fault.status.value_or(changed.status == 0 ? 200 : changed.status), {}, {}};
    changed.body = fault.body.value_or(usual_body(changed.status));
    changed.headers.emplace_back("content-type", fault.content_type.value_or("application/json"));
  }
  if (fault.warning) changed.headers.emplace_back("x-heroku-warning", *fault.warning);
  return changed;
}

}  // namespace changeover::emulator
