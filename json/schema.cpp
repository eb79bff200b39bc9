#include "json/schema.h"

#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

namespace changeover::json {

struct Schema::Compiled {
  explicit Compiled(const rapidjson::Document& document) : schema(document) {}
  rapidjson::SchemaDocument schema;
};

Schema::Schema(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

Result<Schema> Schema::compile(std::string_view text) {
  rapidjson::Document document;
  document.Parse(text.data(), text.size());
  if (document.HasParseError()) return fail(ErrorCode::corrupt, "the schema is not JSON");
  return Schema(std::make_unique<Compiled>(document));
}

std::optional<Violation> Schema::violation(const Value& value) const {
  const std::string text = value.dump();
  rapidjson::Document document;
  document.Parse(text.data(), text.size());
  rapidjson::SchemaValidator validator(compiled_->schema);
  if (document.Accept(validator)) return std::nullopt;
  rapidjson::StringBuffer where;
  validator.GetInvalidDocumentPointer().Stringify(where);
  rapidjson::StringBuffer rule;
  validator.GetInvalidSchemaPointer().Stringify(rule);
  return Violation{where.GetString(), validator.GetInvalidSchemaKeyword(), rule.GetString()};
}

}  // namespace changeover::json
