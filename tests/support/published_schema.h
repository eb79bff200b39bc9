// Heroku's own published schema of the Platform API, and whether an answer keeps it.
//
// The file (the schema.json of Heroku's Ruby client) is not part of this tree: it is looked for beside it, at
// CHANGEOVER_PLATFORM_SCHEMA. Where it is not, find() gives nullptr. RapidJSON judges structure; text patterns and
// formats, which it does not know or understands in part, are judged here. `strictProperties` is read as Heroku reads
// it: every property is there and no other. Where reality differs from the file, published_schema.cpp has one list of
// departures, each with its source.
//
// Owner: one a process, made by the first find(). Thread rule: one thread. Definitions are compiled when first needed.
#pragma once

#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/model/message.h"
#include "json/schema.h"
#include "json/value.h"

namespace changeover::testing {

class PublishedSchema {
 public:
  [[nodiscard]] static PublishedSchema* find();
  explicit PublishedSchema(json::Value document);

  /// "GET /apps/{}/addons", or nothing when Heroku publishes no such call.
  [[nodiscard]] std::optional<std::string> link_of(std::string_view method, std::string_view path) const;

  /// "" when the body is what the call's link promises, or no link does; else the place and the rule it breaks.
  /// Counts the link as seen.
  [[nodiscard]] std::string complaint(const emulator::Request& request, const json::Value& body);

  /// The links whose answers were judged.
  [[nodiscard]] const std::set<std::string>& judged() const { return judged_; }

 private:
  struct Link {
    std::string method;
    std::vector<std::string> segments;  ///< "" stands for any
    json::Value target;
  };
  struct Compiled {
    json::Value schema;
    json::Schema structure;
  };

  [[nodiscard]] const Link* find_link(std::string_view method, std::string_view path) const;
  [[nodiscard]] Compiled& compiled(const Link& link, const std::set<std::string>& asked);
  /// The schema with every reference replaced by what it names.
  [[nodiscard]] json::Value resolved(const json::Value& schema, const std::set<std::string>& asked, int depth) const;
  [[nodiscard]] json::Value referenced(const std::string& reference, const std::set<std::string>& asked) const;
  [[nodiscard]] std::string text_complaint(const json::Value& schema, const json::Value& value, const std::string& at);
  [[nodiscard]] bool fits(const std::string& pattern, const std::string& text);

  json::Value document_;
  std::vector<Link> links_;
  std::map<std::string, Compiled> compiled_;
  std::map<std::string, std::regex> patterns_;
  std::set<std::string> judged_;
};

}  // namespace changeover::testing
