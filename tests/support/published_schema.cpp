#include "tests/support/published_schema.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <sstream>

#include "core/text.h"

namespace changeover::testing {
namespace {

/// Something that reality has and the published file has not. `add` is merged into the schema at `pointer` inside the
/// definition: items to an array, members to an object. A property marked "optional" may be absent.
struct Departure {
  std::string_view definition;
  std::string_view pointer;
  std::string_view add;
  std::string_view asked;  ///< only when this request header lists this word, "header:word"
  std::string_view source;
};

constexpr auto departures = std::to_array<Departure>({
    {"add-on", "/definitions/state/enum", R"(["deprovisioning"])", "",
     "heroku-api.md 2.4: the CLI's addons:wait and addons:destroy know the state"},
    {"add-on", "/properties", R"({"plan":{"$ref":"#/definitions/plan"}})", "accept-expansion:plan",
     "heroku-api.md 1.3: the expansion embeds the whole object"},
    {"add-on", "/properties", R"({"addon_service":{"$ref":"#/definitions/add-on-service"}})",
     "accept-expansion:addon_service", "heroku-api.md 1.3: the expansion embeds the whole object"},
    {"add-on-attachment", "/properties/addon/properties",
     R"({"plan":{"type":["object"],"strictProperties":true,"properties":{"id":{"type":["string"],"format":"uuid"},
         "name":{"type":["string"]}}}})",
     "accept-inclusion:addon:plan", "heroku-api.md 1.3: what the inclusion asks for"},
    {"add-on-attachment", "/properties", R"({"config_vars":{"type":["array"],"items":{"type":["string"]}}})",
     "accept-inclusion:config_vars", "heroku-api.md 1.3: what the inclusion asks for"},
    {"plan", "/properties/price/properties", R"({"metered":{"type":["boolean"],"optional":true}})", "",
     "heroku-api.md 2.9: the wider 3.sdk schema has it"},
    {"space", "/properties", R"({"region":{"$ref":"#/definitions/region"}})", "accept-expansion:region",
     "the CLI's spaces:info asks for the region and prints its description"},
    {"region", "/definitions/provider/properties/region/enum", R"(["us-east-2","eu-west-3"])", "",
     "heroku-api.md 2.9: the CLI knows the space regions ohio and paris"},
});

/// Keywords that say what is valid; all others are left out.
constexpr std::array<std::string_view, 14> keywords{
    "type",    "enum",    "required", "properties",       "patternProperties", "additionalProperties",
    "items",   "anyOf",   "format",   "strictProperties", "pattern",           "minimum",
    "maximum", "optional"};
constexpr int deepest = 24;  ///< references inside references; the file has no circle

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(by), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return parts;
}

json::Value& at_pointer(json::Value& value, std::string_view pointer) {
  json::Value* at = &value;
  for (const std::string& part : split(pointer, '/')) at = &at->member(part);
  return *at;
}

void merge(json::Value& into, const json::Value& added) {
  for (const json::Value& item : added.items()) into.push(item);
  for (const auto& [key, member] : added.members()) into.set(key, member);
}

/// Whether the header lists the word between commas.
bool asks_for(const emulator::Request& request, std::string_view asked) {
  const std::size_t colon = asked.find(':');
  for (std::string word : split(request.header(asked.substr(0, colon)), ',')) {
    std::erase(word, ' ');
    if (word == asked.substr(colon + 1)) return true;
  }
  return false;
}

/// "strictProperties" in words that JSON Schema knows.
void tighten(json::Value& schema) {
  if (schema["strictProperties"].as_bool()) {
    json::Array required;
    for (const auto& [key, property] : schema["properties"].members())
      if (!property["optional"].as_bool()) required.emplace_back(key);
    if (!required.empty()) schema.set("required", std::move(required));  // draft 4 wants one at least
    if (!schema.has("patternProperties")) schema.set("additionalProperties", false);
  }
  schema.erase("strictProperties");
  schema.erase("optional");
}

bool is_format(std::string_view format, const std::string& text) {
  const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (format == "uuid") {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
      if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' : !hex(text[i])) return false;
    return true;
  }
  if (format == "date-time") return parse_time(text).has_value();
  if (format == "email") return text.find('@') != std::string::npos && text.find(' ') == std::string::npos;
  if (format == "uri") return !text.empty() && text.find(' ') == std::string::npos;  // host names pass: Heroku's do too
  return true;
}

/// RapidJSON is not asked about what it knows in part only.
json::Value without_texts(const json::Value& schema) {
  json::Value copy = schema;
  copy.erase("pattern");
  copy.erase("format");
  for (const auto& [name, property] : schema["properties"].members())
    copy.member("properties").set(name, without_texts(property));
  if (schema.has("patternProperties")) {  // the file has one pattern an object; the names are judged as texts
    copy.erase("patternProperties");
    copy.set("additionalProperties", without_texts(schema["patternProperties"].members().front().second));
  }
  if (copy["items"].is_object()) copy.set("items", without_texts(schema["items"]));
  if (copy.has("anyOf"))
    for (json::Value& branch : copy.member("anyOf").mutable_items()) branch = without_texts(branch);
  return copy;
}

const json::Value& part_of(const json::Value& value, std::string_view pointer) {
  const json::Value* at = &value;
  for (const std::string& part : split(pointer, '/'))
    at = at->is_array() ? &at->items().at(std::stoul(part)) : &(*at)[part];
  return *at;
}

std::string words(const json::Violation& violation, const json::Value& schema, const json::Value& body) {
  std::string text = "\"" + violation.pointer + "\" breaks " + violation.schema + "/" + violation.keyword;
  if (violation.keyword != "required") return text;
  const json::Value& found = part_of(body, violation.pointer);
  for (const json::Value& name : part_of(schema, violation.schema)["required"].items())
    if (!found.has(name.as_string())) text += ", lacks " + name.as_string();
  return text;
}

}  // namespace

PublishedSchema* PublishedSchema::find() {
  static const std::unique_ptr<PublishedSchema> schema = []() -> std::unique_ptr<PublishedSchema> {
    std::ifstream file(CHANGEOVER_PLATFORM_SCHEMA, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) return nullptr;
    auto document = json::parse(text.str());
    return document ? std::make_unique<PublishedSchema>(*std::move(document)) : nullptr;
  }();
  return schema.get();
}

PublishedSchema::PublishedSchema(json::Value document) : document_(std::move(document)) {
  for (const auto& [name, definition] : document_["definitions"].members()) {
    for (const json::Value& link : definition["links"].items()) {
      if (link["targetSchema"].is_null()) continue;
      Link made{link["method"].as_string(), split(link["href"].as_string(), '/'), link["targetSchema"]};
      for (std::string& segment : made.segments)
        if (segment.starts_with('{')) segment.clear();
      links_.push_back(std::move(made));
    }
  }
}

const PublishedSchema::Link* PublishedSchema::find_link(std::string_view method, std::string_view path) const {
  const std::vector<std::string> segments = split(path.substr(0, path.find('?')), '/');
  const Link* best = nullptr;
  std::ptrdiff_t least = 0;  // placeholders: /teams/apps/{} before /teams/{}/apps
  for (const Link& link : links_) {
    if (link.method != method || link.segments.size() != segments.size()) continue;
    const auto same = [](const std::string& wanted, const std::string& found) {
      return wanted.empty() || wanted == found;
    };
    if (!std::ranges::equal(link.segments, segments, same)) continue;
    const auto placeholders = std::ranges::count(link.segments, std::string{});
    if (best != nullptr && placeholders >= least) continue;
    best = &link;
    least = placeholders;
  }
  return best;
}

std::optional<std::string> PublishedSchema::link_of(std::string_view method, std::string_view path) const {
  const Link* link = find_link(method, path);
  if (link == nullptr) return std::nullopt;
  std::string name(method);
  name += ' ';
  for (const std::string& segment : link->segments) name += "/" + (segment.empty() ? "{}" : segment);
  return name;
}

json::Value PublishedSchema::referenced(const std::string& reference, const std::set<std::string>& asked) const {
  const std::vector<std::string> parts = split(reference, '/');  // "#", "definitions", NAME, ...
  json::Value definition = document_["definitions"][parts.at(2)];
  for (const Departure& departure : departures) {
    if (departure.definition != parts[2]) continue;
    if (!departure.asked.empty() && !asked.contains(std::string(departure.asked))) continue;
    merge(at_pointer(definition, departure.pointer), json::parse(departure.add).value());
  }
  for (std::size_t i = 3; i < parts.size(); ++i) definition = json::Value(definition[parts[i]]);
  return definition;
}

json::Value PublishedSchema::resolved(const json::Value& schema, const std::set<std::string>& asked, int depth) const {
  if (depth > deepest) return json::Value::object();
  if (schema.has("$ref")) return resolved(referenced(schema["$ref"].as_string(), asked), asked, depth + 1);
  json::Value result = json::Value::object();
  for (const auto& [key, value] : schema.members()) {
    if (std::ranges::find(keywords, key) == keywords.end()) continue;
    if (key == "properties" || key == "patternProperties") {
      json::Value properties = json::Value::object();
      for (const auto& [name, property] : value.members()) properties.set(name, resolved(property, asked, depth + 1));
      result.set(key, std::move(properties));
    } else if (key == "anyOf") {
      json::Array branches;
      for (const json::Value& branch : value.items()) branches.push_back(resolved(branch, asked, depth + 1));
      result.set(key, std::move(branches));
    } else if (value.is_object()) {
      result.set(key, resolved(value, asked, depth + 1));
    } else {
      result.set(key, value);
    }
  }
  tighten(result);
  return result;
}

PublishedSchema::Compiled& PublishedSchema::compiled(const Link& link, const std::set<std::string>& asked) {
  std::string key = link.target.dump();
  for (const std::string& word : asked) key += " " + word;
  const auto known = compiled_.find(key);
  if (known != compiled_.end()) return known->second;
  json::Value schema = resolved(link.target, asked, 0);
  json::Schema structure = json::Schema::compile(without_texts(schema).dump()).value();
  return compiled_.emplace(key, Compiled{std::move(schema), std::move(structure)}).first->second;
}

std::string PublishedSchema::complaint(const emulator::Request& request, const json::Value& body) {
  const Link* link = find_link(request.method, request.path());
  if (link == nullptr) return {};
  judged_.insert(*link_of(request.method, request.path()));
  std::set<std::string> asked;
  for (const Departure& departure : departures)
    if (!departure.asked.empty() && asks_for(request, departure.asked)) asked.emplace(departure.asked);
  const Compiled& rules = compiled(*link, asked);
  if (const auto violation = rules.structure.violation(body)) return words(*violation, rules.schema, body);
  return text_complaint(rules.schema, body, "");
}

std::string PublishedSchema::text_complaint(const json::Value& schema, const json::Value& value,
                                            const std::string& at) {
  if (value.is_string()) {
    const std::string& text = value.as_string();
    if (schema.has("pattern") && !fits(schema["pattern"].as_string(), text))
      return "\"" + at + "\": `" + text + "` does not match " + schema["pattern"].as_string();
    if (schema.has("format") && !is_format(schema["format"].as_string(), text))
      return "\"" + at + "\": `" + text + "` is no " + schema["format"].as_string();
  }
  for (std::size_t i = 0; i < value.items().size(); ++i)
    if (auto found = text_complaint(schema["items"], value.items()[i], at + "/" + std::to_string(i)); !found.empty())
      return found;
  const json::Object& patterns = schema["patternProperties"].members();
  for (const auto& [key, member] : value.members()) {
    if (auto found = text_complaint(schema["properties"][key], member, at + "/" + key); !found.empty()) return found;
    if (!patterns.empty() && !fits(patterns.front().first, key)) return "\"" + at + "\": `" + key + "` is no name";
  }
  const json::Array& branches = schema["anyOf"].items();
  const auto keeps = [&](const json::Value& branch) { return text_complaint(branch, value, at).empty(); };
  if (branches.empty() || std::ranges::any_of(branches, keeps)) return {};
  return text_complaint(branches.front(), value, at);
}

bool PublishedSchema::fits(const std::string& pattern, const std::string& text) {
  const auto known = patterns_.try_emplace(pattern, pattern).first;
  return std::regex_search(text, known->second);
}

}  // namespace changeover::testing
