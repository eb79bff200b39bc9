// From the JSON of both APIs to observed facts (heroku-api.md 2 and 3).
//
// Owner: nobody; pure functions. Thread rule: none. Lenient about what is new or missing, strict about what safety
// rests on: an object without its id, a flag of another type than documented, is `corrupt`. No error repeats a value,
// because values may be secrets; URLs with passwords go straight into Secret.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "json/value.h"
#include "planner/observed.h"
#include "providers/heroku/copied_urls.h"

namespace changeover::heroku {

struct Domain {
  std::string hostname;
  bool custom = false;
};

[[nodiscard]] Result<App> app_from(const json::Value& value);
[[nodiscard]] Result<Process> process_from(const json::Value& value);
[[nodiscard]] Result<Dyno> dyno_from(const json::Value& value);
[[nodiscard]] Result<Release> release_from(const json::Value& value);
[[nodiscard]] Result<Addon> addon_from(const json::Value& value);
[[nodiscard]] Result<Attachment> attachment_from(const json::Value& value);
[[nodiscard]] Result<PlanOffer> plan_from(const json::Value& value);
[[nodiscard]] Result<Database> database_from(const json::Value& value);

/// The flat object of config vars; values go straight into Secret.
[[nodiscard]] Result<std::vector<ConfigVar>> config_vars_from(const json::Value& value);
/// The hostname, and whether it is the app's own choice: those of Heroku come with every app.
[[nodiscard]] Result<Domain> domain_from(const json::Value& value);

/// "1,204 commits", "1 commit", 57; nothing when no number leads (heroku-api.md 3.3: not known is never zero).
[[nodiscard]] std::optional<std::int64_t> commits_from(const json::Value& value);

/// `what` without the value: "a dyno without a name".
[[nodiscard]] tl::unexpected<Error> corrupt_answer(std::string_view what);

/// Every item of a list, or the first error with its place.
template <class T>
[[nodiscard]] Result<std::vector<T>> list_from(const json::Array& items, Result<T> (*decode)(const json::Value&)) {
  std::vector<T> list;
  list.reserve(items.size());
  for (const json::Value& item : items) {
    Result<T> one = decode(item);
    if (!one) return fail(one.error().in("item " + std::to_string(list.size() + 1) + " of a list"));
    list.push_back(std::move(*one));
  }
  return list;
}

}  // namespace changeover::heroku
