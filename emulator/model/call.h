// A call as a handler sees it, and the answers that several handlers give (heroku-api.md 1.6).
//
// Owner: the model, for the length of one exchange. Thread rule: the model's thread.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/model/message.h"
#include "json/value.h"

namespace changeover::emulator {

struct Account;

struct Call {
  const Request& request;
  std::vector<std::pair<std::string_view, std::string>> parameters;  ///< of the path, decoded
  json::Value body;
  Account* account = nullptr;  ///< who calls; nobody on routes that are open to anyone

  [[nodiscard]] const std::string& operator[](std::string_view parameter) const;
  /// A value of the query, "" when absent.
  [[nodiscard]] std::string query(std::string_view key) const;
  /// True when the (lower-case) header lists that word between commas.
  [[nodiscard]] bool header_lists(std::string_view header, std::string_view word) const;
};

/// False when a % begins no byte, or when what is meant is no UTF-8 or holds control characters.
[[nodiscard]] bool is_clean_path(std::string_view path);

/// "a%20b" → "a b".
[[nodiscard]] std::string percent_decoded(std::string_view text);

[[nodiscard]] Response answer(const json::Value& body, int status = 200);
[[nodiscard]] Response error(int status, std::string_view id, std::string_view message, std::string_view resource = {});
[[nodiscard]] Response not_found(std::string_view resource, std::string_view message);
[[nodiscard]] Response invalid_params(std::string_view message);
/// 423 with X-Confirmation-Required: the caller repeats with confirm = `name` (heroku-api.md 2.6).
[[nodiscard]] Response confirmation_required(const std::string& name, std::string_view message);
/// A refusal by the add-on's provider (heroku-api.md 1.6).
[[nodiscard]] Response provider_refusal(std::string_view sentence);

/// 422 naming the parameters that are not in `known`; nothing when all are.
[[nodiscard]] std::optional<Response> unknown_parameters(const json::Value& body,
                                                         std::initializer_list<std::string_view> known);

/// 422 naming the first of these that is there and is neither text nor null.
[[nodiscard]] std::optional<Response> text_expected(const json::Value& body,
                                                    std::initializer_list<std::string_view> keys);

/// True when a null character is anywhere in the document's texts: no name, process or database can hold one.
[[nodiscard]] bool holds_null_character(const json::Value& value);

/// A string, or the `name` or `id` of an object: Heroku takes both ("plan", "addon", "app").
[[nodiscard]] std::string identity(const json::Value& value);

}  // namespace changeover::emulator
