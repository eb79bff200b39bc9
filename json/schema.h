// JSON Schema (draft 4) over json::Value.
//
// Owner: whoever makes it; a Schema is compiled once and used often. Thread rule: one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace changeover::json {

/// One place where a document breaks the schema.
struct Violation {
  std::string pointer;  ///< JSON pointer into the document, "" for the root
  std::string keyword;  ///< the schema keyword that failed, e.g. "required"
  std::string schema;   ///< JSON pointer into the schema
};

class Schema {
 public:
  [[nodiscard]] static Result<Schema> compile(std::string_view text);
  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;
  ~Schema();

  /// The first violation, or nothing. RapidJSON reports one at a time.
  [[nodiscard]] std::optional<Violation> violation(const Value& document) const;

 private:
  struct Compiled;
  explicit Schema(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace changeover::json
