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

}  // namespace

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

std::string identity(const json::Value& value) {
  if (value.is_string()) return value.as_string();
  return value["name"].is_string() ? value["name"].as_string() : value["id"].as_string();
}

}  // namespace changeover::emulator
