#include "json/value.h"

#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <charconv>

namespace changeover::json {
namespace {

const Value null_value;
const std::string empty_string;
const Array empty_array;
const Object empty_object;

/// Builds a Value from RapidJSON's events.
class Builder {
 public:
  bool Null() { return add({}); }
  bool Bool(bool value) { return add(value); }
  // Numbers come as text: RapidJSON 1.1 counts the leading zeros of zero when it reads 0e87 (undefined behaviour).
  bool RawNumber(const char* text, unsigned length, bool) {
    const char* const end = text + length;
    std::int64_t whole = 0;
    if (const auto [rest, problem] = std::from_chars(text, end, whole); rest == end && problem == std::errc())
      return add(whole);
    double value = 0;
    if (std::from_chars(text, end, value).ec != std::errc()) {
      // Too big or too small: what begins with 0 is no big number, since RapidJSON has refused exponents above 308.
      const std::string_view digits(text, length);
      const bool tiny = digits.starts_with("0") || digits.starts_with("-0") || digits.find("e-") != digits.npos ||
                        digits.find("E-") != digits.npos;
      too_big_ = !tiny;
      value = 0;
    }
    return !too_big_ && add(value);
  }
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  /// Why it was ended, where it was ended here.
  [[nodiscard]] std::string why_ended() const {
    if (too_big_) return "a number that is too big";
    return "nested deeper than " + std::to_string(max_depth) + " levels";
  }
  bool String(const char* text, unsigned length, bool) { return add(std::string(text, length)); }
  bool Key(const char* text, unsigned length, bool) {
    keys_.emplace_back(text, length);
    return true;
  }
  bool StartObject() { return open(Value::object()); }
  bool EndObject(unsigned) { return close(); }
  bool StartArray() { return open(Value::array()); }
  bool EndArray(unsigned) { return close(); }
  Value take() { return std::move(root_); }

 private:
  bool open(Value container) {
    if (open_.size() >= max_depth) return false;
    open_.push_back(std::move(container));
    return true;
  }
  bool close() {
    Value done = std::move(open_.back());
    open_.pop_back();
    return add(std::move(done));
  }
  bool add(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is_array()) {
      open_.back().push(std::move(value));
    } else {
      open_.back().set(keys_.back(), std::move(value));
      keys_.pop_back();
    }
    return true;
  }
  std::vector<Value> open_;
  std::vector<std::string> keys_;
  Value root_;
  bool too_big_ = false;
};

template <class Writer>
void write(Writer& writer, const Value& value) {
  if (value.is_null()) {
    writer.Null();
  } else if (value.is_bool()) {
    writer.Bool(value.as_bool());
  } else if (value.is_integer()) {
    writer.Int64(value.as_integer());
  } else if (value.is_number()) {
    writer.Double(value.as_number());
  } else if (value.is_string()) {
    writer.String(value.as_string().data(), static_cast<unsigned>(value.as_string().size()));
  } else if (value.is_array()) {
    writer.StartArray();
    for (const Value& item : value.items()) write(writer, item);
    writer.EndArray();
  } else {
    writer.StartObject();
    for (const auto& [key, member] : value.members()) {
      writer.Key(key.data(), static_cast<unsigned>(key.size()));
      write(writer, member);
    }
    writer.EndObject();
  }
}

}  // namespace

bool Value::as_bool(bool fallback) const {
  const bool* value = std::get_if<bool>(&data_);
  return value != nullptr ? *value : fallback;
}

std::int64_t Value::as_integer(std::int64_t fallback) const {
  if (const auto* value = std::get_if<std::int64_t>(&data_)) return *value;
  return fallback;
}

double Value::as_number(double fallback) const {
  if (const auto* value = std::get_if<double>(&data_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*value);
  return fallback;
}

const std::string& Value::as_string() const {
  const auto* value = std::get_if<std::string>(&data_);
  return value != nullptr ? *value : empty_string;
}

std::string Value::string_or(std::string_view fallback) const {
  return is_string() ? as_string() : std::string(fallback);
}

const Array& Value::items() const {
  const auto* value = std::get_if<Array>(&data_);
  return value != nullptr ? *value : empty_array;
}

const Object& Value::members() const {
  const auto* value = std::get_if<Object>(&data_);
  return value != nullptr ? *value : empty_object;
}

const Value& Value::operator[](std::string_view key) const {
  for (const auto& [name, value] : members())
    if (name == key) return value;
  return null_value;
}

bool Value::has(std::string_view key) const {
  return std::ranges::any_of(members(), [&](const Member& member) { return member.first == key; });
}

Value& Value::set(std::string_view key, Value value) {
  member(key) = std::move(value);
  return *this;
}

void Value::erase(std::string_view key) {
  if (auto* object = std::get_if<Object>(&data_))
    std::erase_if(*object, [&](const Member& member) { return member.first == key; });
}

Value& Value::push(Value value) {
  mutable_items().push_back(std::move(value));
  return *this;
}

Value& Value::member(std::string_view key) {
  if (!is_object()) data_ = Object{};
  auto& object = std::get<Object>(data_);
  for (auto& [name, value] : object)
    if (name == key) return value;
  return object.emplace_back(std::string(key), Value{}).second;
}

Array& Value::mutable_items() {
  if (!is_array()) data_ = Array{};
  return std::get<Array>(data_);
}

std::string Value::dump() const {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  write(writer, *this);
  return {buffer.GetString(), buffer.GetSize()};
}

std::string Value::pretty() const {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  writer.SetIndent(' ', 2);
  write(writer, *this);
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

Result<Value> parse(std::string_view text) {
  rapidjson::MemoryStream bytes(text.data(), text.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(bytes);
  rapidjson::Reader reader;
  Builder builder;
  const rapidjson::ParseResult result = reader.Parse < rapidjson::kParseValidateEncodingFlag |
                                        rapidjson::kParseIterativeFlag |
                                        rapidjson::kParseNumbersAsStringsFlag > (stream, builder);
  if (!result) {
    const std::size_t offset = std::min(result.Offset(), text.size());
    const auto line = 1 + std::ranges::count(text.substr(0, offset), '\n');
    const std::string reason = result.Code() == rapidjson::kParseErrorTermination
                                   ? builder.why_ended()
                                   : rapidjson::GetParseError_En(result.Code());
    return fail(ErrorCode::corrupt,
                "not JSON at line " + std::to_string(line) + ", byte " + std::to_string(offset) + ": " + reason);
  }
  return builder.take();
}

}  // namespace changeover::json
