// A schema of schemas/ to check documents against.
//
// Owner: the test. Thread rule: none.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include "json/schema.h"
#include "tests/places.h"

namespace changeover::testing {

/// Gives "" when the document is valid, else the place and the rule it breaks.
inline std::string violation_of(const std::string& schema_name, const json::Value& document) {
  const std::ifstream file(std::string(CHANGEOVER_SOURCE_DIR "/schemas/") + schema_name);
  std::ostringstream text;
  text << file.rdbuf();
  const Result<json::Schema> schema = json::Schema::compile(text.str());
  if (!schema) return schema_name + ": " + schema.error().what;
  const auto violation = schema->violation(document);
  return violation ? violation->pointer + " breaks " + violation->schema + "/" + violation->keyword : "";
}

}  // namespace changeover::testing
