#include "cmd/spec_file.h"

#include <algorithm>
#include <ostream>

#include "cmd/view/diagnostic_text.h"
#include "core/text.h"
#include "planner/spec_reader.h"

namespace changeover {

namespace {

constexpr const char* fleet_state = "fleet.state.json";

bool is_spec_name(const std::string& name) {
  return !name.starts_with('.') && (name.ends_with(".yaml") || name.ends_with(".yml"));
}

SpecFile unreadable(const std::string& path, const Error& error) {
  return {std::nullopt, {Diagnostic{path, {}, error.what, error.advice, {}}}};
}

/// Files that were applied one by one have a record each; as a fleet they would begin without any.
std::vector<Diagnostic> records_left_aside(const Desired& desired, const std::vector<SpecText>& files, Shell& shell) {
  const auto* local = std::get_if<LocalState>(&desired.state);
  if (local == nullptr || !local->path.ends_with(fleet_state)) return {};
  if (const Result<bool> has = shell.files.exists(local->path); !has || *has) return {};
  std::vector<Diagnostic> found;
  for (const SpecText& file : files) {
    const std::string own = file.file.substr(0, file.file.rfind('.')) + ".state.json";
    if (const Result<bool> has = shell.files.exists(own); !has || !*has) continue;
    found.push_back({file.file,
                     {},
                     "was applied by itself: its record is in " + own +
                         ", and the folder's would begin "
                         "without it",
                     "go on with that file by itself, or say in one of the files where the state of all "
                     "is: `state: {local: " +
                         own.substr(own.rfind('/') + 1) + "}`",
                     {}});
  }
  return found;
}

SpecFile read_spec_folder(const std::string& folder, const std::vector<std::string>& names, Shell& shell) {
  std::vector<SpecText> files;
  std::vector<Diagnostic> found;
  for (const std::string& name : names) {
    if (!is_spec_name(name)) continue;
    const std::string path = folder + (folder.ends_with('/') ? "" : "/") + name;
    Result<std::string> text = shell.environment.read_file(path);
    if (!text) {
      found.push_back(unreadable(path, text.error()).diagnostics.front());
      continue;
    }
    Diagnostics diagnostics(path, *text);
    files.push_back({path, std::move(*text), std::move(diagnostics)});
  }
  if (files.empty() && found.empty())
    found.push_back({folder, {}, "the folder has no spec", "put files in it whose names end in .yaml", {}});
  std::optional<Desired> desired = read_fleet(files, folder);
  if (desired)
    for (Diagnostic& one : records_left_aside(*desired, files, shell)) found.push_back(std::move(one));
  for (const SpecText& file : files)
    for (Diagnostic& one : file.diagnostics.sorted()) found.push_back(std::move(one));
  if (!found.empty()) desired.reset();
  return {std::move(desired), std::move(found)};
}

}  // namespace

SpecFile read_spec_file(const std::string& path, Shell& shell) {
  if (const auto names = shell.files.list(path)) return read_spec_folder(path, *names, shell);
  const Result<std::string> text = shell.environment.read_file(path);
  if (!text) return unreadable(path, text.error());
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
  SpecFile file = read_spec_file(path, shell);
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
