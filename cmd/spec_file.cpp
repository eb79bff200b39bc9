#include "cmd/spec_file.h"

#include <algorithm>
#include <ostream>

#include "cmd/view/diagnostic_text.h"
#include "core/text.h"
#include "planner/spec_reader.h"

namespace changeover {

SpecFile read_spec_file(const std::string& path, const Environment& environment) {
  const Result<std::string> text = environment.read_file(path);
  if (!text) return {std::nullopt, {Diagnostic{path, {}, text.error().what, text.error().advice, {}}}};
  Diagnostics diagnostics(path, *text);
  std::optional<Desired> desired = read_spec(*text, path, diagnostics);
  return {std::move(desired), diagnostics.sorted()};
}

std::optional<std::string> unknown_names(const Desired& desired, const std::set<std::string>& only) {
  std::vector<std::string> unknown;
  std::vector<std::string> known;
  for (const Migration& migration : desired.migrations) known.push_back(migration.name);
  for (const std::string& name : only)
    if (desired.find(name) == nullptr) unknown.push_back("`" + name + "`");
  if (unknown.empty()) return std::nullopt;
  constexpr std::size_t many = 20;
  std::string has = known.size() > many ? std::to_string(known.size()) + " others" : and_list(known);
  return desired.file + " has no migration " + and_list(unknown) + "; it has " + has;
}

std::optional<Desired> need_spec(const std::string& path, const std::set<std::string>& only, bool json, Shell& shell) {
  SpecFile file = read_spec_file(path, shell.environment);
  if (!file.desired) {
    if (json) {
      shell.out << validation_as_json({{path, std::move(file)}}).pretty();
    } else {
      shell.err << diagnostics_as_text(file.diagnostics, shell.err_style);
    }
    return std::nullopt;
  }
  if (const auto unknown = unknown_names(*file.desired, only)) {
    const Error error{ErrorCode::invalid_spec, *unknown, "correct --only", {}};
    (json ? shell.out : shell.err) << (json ? error_as_json(error).pretty() : error_as_text(error, shell.err_style));
    return std::nullopt;
  }
  return std::move(file.desired);
}

json::Value validation_as_json(const std::vector<std::pair<std::string, SpecFile>>& files) {
  json::Value list = json::Value::array();
  for (const auto& [path, file] : files) {
    json::Value errors = json::Value::array();
    for (const Diagnostic& diagnostic : file.diagnostics) errors.push(diagnostic_as_json(diagnostic));
    json::Value entry = json::Value::object();
    entry.set("file", path).set("valid", file.desired.has_value()).set("errors", std::move(errors));
    list.push(std::move(entry));
  }
  const bool valid = std::ranges::all_of(files, [](const auto& file) { return file.second.desired.has_value(); });
  return json::Value::object().set("valid", valid).set("files", std::move(list));
}

}  // namespace changeover
