// A migration while it is read: what could be understood so far, and where each part stands.
//
// Owner: read_spec; plain values, gone once the spec is checked. Thread rule: none. A part that could not be read has
// no place here and keeps its default; checks pass over it, because its own diagnostic is written already.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/diagnostic.h"
#include "planner/desired.h"
#include "yaml/mapping_reader.h"

namespace changeover {

struct Draft {
  Migration migration;
  Diagnostics* diagnostics = nullptr;  ///< of the file it stands in; never null once it was read

  std::optional<Position> source_app;
  std::optional<Position> source_database;
  std::optional<Position> target_app;
  std::optional<Position> target_attachment;  ///< of its value, or of the target when it is the default
  std::optional<Position> formation;
  std::optional<Position> window;
  std::map<std::string, Position> quiesced_apps;
  std::vector<yaml::Placed<std::string>> read_only;
  std::vector<yaml::Placed<std::string>> depends_on;
};

}  // namespace changeover
