// Reading a spec for a command: the file, its complaints where the user sees them, and the choice of migrations.
//
// Owner: the command. Thread rule: none.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cmd/shell.h"
#include "core/diagnostic.h"
#include "json/value.h"
#include "planner/desired.h"

namespace changeover {

/// A spec that was read, or everything that is wrong with it; a file that cannot be read is one complaint about it.
struct SpecFile {
  std::optional<Desired> desired;
  std::vector<Diagnostic> diagnostics;
};

/// Of a folder, its .yaml files as one spec (planner/spec_reader.h).
[[nodiscard]] SpecFile read_spec_file(const std::string& path, Shell& shell);

/// The names of `only` that the spec does not have, in words; nothing when it has all.
[[nodiscard]] std::optional<std::string> unknown_names(const Desired& desired, const std::set<std::string>& only);

/// For commands that need a good spec: reads it, prints what is wrong on stderr (with `json` as one document on stdout)
/// and gives nothing then.
[[nodiscard]] std::optional<Desired> need_spec(const std::string& path, const std::set<std::string>& only, bool json,
                                               Shell& shell);

/// {"valid", "files": [{"file", "valid", "errors": [...]}]}
[[nodiscard]] json::Value validation_as_json(const std::vector<std::pair<std::string, SpecFile>>& files);

}  // namespace changeover
