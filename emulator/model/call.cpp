#include "emulator/model/call.h"

#include <algorithm>

#include "core/text.h"

namespace changeover::emulator {
namespace {

const std::string nothing;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Length of the UTF-8 sequence that begins there, 0 when none does.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xc2 && first < 0xe0 ? 2
                             : first >= 0xe0 && first < 0xf0 ? 3
                             : first >= 0xf0 && first < 0xf5 ? 4
                                                             : 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) >= 0xa0;
  const bool beyond = first == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

bool is_clean_path(std::string_view path) {
  for (std::size_t at = path.find('%'); at != path.npos; at = path.find('%', at + 1))
    if (at + 2 >= path.size() || hex_digit(path[at + 1]) < 0 || hex_digit(path[at + 2]) < 0) return false;
  const std::string decoded = percent_decoded(path);
  for (std::string_view rest = decoded; !rest.empty();) {
    const std::size_t length = utf8_length(rest);
    const auto first = static_cast<unsigned char>(rest.front());
    if (length == 0 || first < 0x20 || first == 0x7f) return false;
    rest.remove_prefix(length);
  }
  return true;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      decoded += text[i];
    } else {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return decoded;
}

const std::string& Call::operator[](std::string_view parameter) const {
  for (const auto& [name, value] : parameters)
    if (name == parameter) return value;
  return nothing;
}

std::string Call::query(std::string_view key) const {
  std::string_view rest = request.target;
  rest.remove_prefix(std::min(rest.size(), rest.find('?')));
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(pair.size());
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) == key) return equals == pair.npos ? "" : percent_decoded(pair.substr(equals + 1));
  }
  return {};
}

bool Call::header_lists(std::string_view header, std::string_view word) const {
  std::string_view rest = request.header(header);
  while (!rest.empty()) {
    std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (item == word) return true;
  }
  return false;
}

Response answer(const json::Value& body, int status) {
  return {status, {{"content-type", "application/json"}}, body.dump()};
}

Response error(int status, std::string_view id, std::string_view message, std::string_view resource) {
  json::Value body = json::Object{{"id", id}, {"message", message}};
  if (!resource.empty()) body.set("resource", resource);
  return answer(body, status);
}

Response not_found(std::string_view resource, std::string_view message) {
  return error(404, "not_found", message, resource);
}

Response invalid_params(std::string_view message) { return error(422, "invalid_params", message); }

Response confirmation_required(const std::string& name, std::string_view message) {
  Response response = error(423, "confirmation_required", message);
  response.headers.emplace_back("x-confirmation-required", name);
  return response;
}

Response provider_refusal(std::string_view sentence) {
  return error(422, "addon_error",
               "The add-on's provider refused: " + std::string(sentence) + " Ask its support when this is unexpected.");
}

std::optional<Response> unknown_parameters(const json::Value& body, std::initializer_list<std::string_view> known) {
  std::vector<std::string> unknown;
  for (const auto& [key, value] : body.members())
    if (std::ranges::find(known, key) == known.end()) unknown.push_back(key);
  if (unknown.empty()) return std::nullopt;
  return invalid_params("Unknown parameters: " + and_list(unknown) + ".");
}

std::optional<Response> text_expected(const json::Value& body, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys)
    if (!body[key].is_null() && !body[key].is_string()) return invalid_params(std::string(key) + " must be text.");
  return std::nullopt;
}

bool holds_null_character(const json::Value& value) {
  if (value.is_string()) return value.as_string().find('\0') != std::string::npos;
  if (value.is_array()) return std::ranges::any_of(value.items(), holds_null_character);
  return std::ranges::any_of(value.members(), [](const json::Member& member) {
    return member.first.find('\0') != std::string::npos || holds_null_character(member.second);
  });
}

std::string identity(const json::Value& value) {
  if (value.is_string()) return value.as_string();
  return value["name"].is_string() ? value["name"].as_string() : value["id"].as_string();
}

}  // namespace changeover::emulator
