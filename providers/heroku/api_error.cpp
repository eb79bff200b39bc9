#include "providers/heroku/api_error.h"

#include <algorithm>

#include "json/value.h"

namespace changeover::heroku {
namespace {

constexpr std::size_t longest_message = 600;
constexpr std::string_view hidden = "***";

struct Meaning {
  ErrorCode code;
  std::string advice;
};

/// What an error body says; both empty when it is no JSON object (HTML, empty, HTML that calls itself JSON).
struct Body {
  std::string id;
  std::string message;
};

Body read_body(const HttpResponse& response) {
  const auto document = json::parse(response.body);
  if (!document || !document->is_object()) return {};
  Body body{(*document)["id"].as_string(), (*document)["message"].as_string()};
  if (body.message.empty()) body.message = (*document)["error"].as_string();
  return body;
}

Meaning meaning_of_forbidden(std::string_view id) {
  if (id == "two_factor")
    return {ErrorCode::unauthorized,
            "this token asks for a second factor: make one for automation with `heroku authorizations:create` and set "
            "HEROKU_API_KEY to it"};
  if (id == "suspended")
    return {ErrorCode::unauthorized, "the account or app is suspended: its owner has to settle that with Heroku first"};
  return {ErrorCode::unauthorized,
          "the account of this token lacks the right: it needs at least `operate` on the apps named in the spec"};
}

Meaning meaning_of_unprocessable(std::string_view id) {
  if (id == "verification_needed")
    return {ErrorCode::precondition, "Heroku wants the account verified with a payment method before this"};
  if (id == "addon_error") return {ErrorCode::precondition, "the add-on provider refused: its own words are above"};
  return {ErrorCode::precondition, {}};
}

/// heroku-api.md 1.6, row by row.
Meaning meaning_of(int status, std::string_view id, bool reads) {
  // By id first: this one comes with 423 and, from some routes, with 400.
  if (id == "confirmation_required")
    return {ErrorCode::conflict,
            "Heroku wants this confirmed because it replaces or exposes something: nothing was done"};
  switch (status) {
    case 401:
      return {ErrorCode::unauthorized,
              "the token is missing, wrong or expired: set HEROKU_API_KEY, for instance to what `heroku auth:token` "
              "prints"};
    case 402:
      return {ErrorCode::precondition, "the account has an unpaid balance: settle it in Heroku's billing page"};
    case 403:
      return meaning_of_forbidden(id);
    case 404:
      return {ErrorCode::not_found, "it does not exist, or the account of this token may not see it"};
    case 405:
      [[fallthrough]];
    case 406:
      return {ErrorCode::internal, "Heroku's API does not know this kind of request: please report it"};
    case 409:
      return {ErrorCode::conflict, "something else was changing it at the same time: look, then run again"};
    case 410:
      return {ErrorCode::not_found, "it existed once and is gone"};
    case 416:
      return {ErrorCode::internal, "Heroku refused how its list was asked for: please report it"};
    case 422:
      return meaning_of_unprocessable(id);
    case 423:
      return {ErrorCode::conflict, "it is locked by something else that changes it: look, then run again"};
    case 429:
      return {
          ErrorCode::rate_limited,
          "the account's 4,500 requests an hour are used up (about one more every 0.8 s): wait, or stop other tools"};
    default:
      break;
  }
  if (status >= 500 || status == 408)
    return reads
               ? Meaning{ErrorCode::unavailable, "this is Heroku's own trouble: see status.heroku.com, then run again"}
               : Meaning{ErrorCode::outcome_unknown,
                         "whether it was carried out is not known: look before repeating it"};
  if (status >= 400) return {ErrorCode::precondition, {}};
  return {reads ? ErrorCode::corrupt : ErrorCode::outcome_unknown,
          "that is no answer of Heroku's API: look at HEROKU_HOST and at proxies on the way"};
}

/// Hides what stands before the `@` of every URL in `text`.
std::string without_userinfo(std::string_view text) {
  std::string result;
  for (auto at = text.find("://"); at != text.npos; at = text.find("://")) {
    at += 3;
    result.append(text.substr(0, at));
    text.remove_prefix(at);
    const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n\"'<>`,;)"));
    if (const auto sign = word.rfind('@'); sign != word.npos) {
      result.append(hidden);
      text.remove_prefix(sign);
    }
  }
  return result.append(text);
}

std::string without_passwords(std::string_view text) {
  constexpr std::string_view key = "password=";
  std::string result;
  for (auto at = text.find(key); at != text.npos; at = text.find(key)) {
    result.append(text.substr(0, at + key.size())).append(hidden);
    text.remove_prefix(at + key.size());
    text.remove_prefix(std::min(text.find_first_of(" \t\r\n\"'&"), text.size()));
  }
  return result.append(text);
}

/// Cut at a character's edge, so that what is shown stays UTF-8.
void cut(std::string& text) {
  if (text.size() <= longest_message) return;
  std::size_t end = longest_message;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  text.resize(end);
  text += "...";
}

}  // namespace

std::string masked(std::string_view text, const Secret& token) {
  std::string result = without_passwords(without_userinfo(text));
  if (const std::string& secret = token.reveal(); !secret.empty()) {
    for (auto at = result.find(secret); at != result.npos; at = result.find(secret, at + hidden.size()))
      result.replace(at, secret.size(), hidden);
  }
  std::ranges::replace_if(result, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  cut(result);
  return result;
}

Error error_from(const HttpResponse& response, const std::string& request, bool reads, const Secret& token) {
  const Body body = read_body(response);
  Meaning meaning = meaning_of(response.status, body.id, reads);
  std::string what = request + " answered " + std::to_string(response.status);
  if (!body.id.empty()) what += " " + masked(body.id, token);
  if (!body.message.empty()) what += ": " + masked(body.message, token);
  if (const auto name = response.header("x-confirmation-required"); !name.empty())
    what += " (asks to confirm with " + masked(name, token) + ")";
  if (const auto id = response.header("request-id"); !id.empty()) {
    // Heroku answers with a list, its own id first or last; one is enough for their support to find the rest.
    what += " (Request-Id " + masked(id.substr(0, id.find(',')), token) + ")";
  }
  return Error{meaning.code, std::move(what), std::move(meaning.advice), masked(body.id, token)};
}

}  // namespace changeover::heroku
