// Specs as text for the tests of the spec reader, and what the reader said about them.
//
// Owner: nobody; pure functions. Thread rule: none. The corpus is in data/: each file of good_specs reads, each file of
// bad_specs has beside it, as .txt, exactly what a user is told.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.h"
#include "planner/spec_reader.h"
#include "tests/places.h"

namespace changeover::test {

/// A migration `orders` with what every migration needs, and more keys of it below, indented by four.
inline std::string spec_with(std::string_view migration_keys) {
  return "version: 1\n"
         "migrations:\n"
         "  orders:\n"
         "    stage: live\n"
         "    source: {app: shop-common, database: DATABASE_URL}\n"
         "    target: {app: shop-space, plan: private-4}\n" +
         std::string(migration_keys);
}

/// Everything that is wrong, as a user reads it.
inline std::string complaints(std::string_view text, const std::string& file = "spec.yaml") {
  Diagnostics diagnostics(file, text);
  const auto desired = read_spec(text, file, diagnostics);
  std::string said;
  for (const Diagnostic& found : diagnostics.sorted()) said += to_text(found);
  if (desired && !said.empty()) said += "and yet the spec was read\n";
  if (!desired && said.empty()) said += "not read, and nobody says why\n";
  return said;
}

/// What the spec says, or nothing when it is not good.
inline std::optional<Desired> desired_of(std::string_view text, const std::string& file = "spec.yaml") {
  Diagnostics diagnostics(file, text);
  return read_spec(text, file, diagnostics);
}

inline std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The .yaml files of one folder of the corpus, by name.
inline std::vector<std::filesystem::path> corpus(std::string_view folder) {
  const auto root = std::filesystem::path(CHANGEOVER_SOURCE_DIR) / "tests/unit/planner/data" / folder;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(root))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

}  // namespace changeover::test
