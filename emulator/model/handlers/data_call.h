// What the handlers of the Data API share: which database a call means, and that API's way of refusing (heroku-api.md
// 1.6, 3.4).
//
// Owner: nobody; functions. Thread rule: the model's thread.
#pragma once

#include <string>

#include "emulator/model/call.h"
#include "emulator/model/control.h"

namespace changeover::emulator::handlers {

/// By the path's :db, name or uuid; nullptr when there is none or the Data API does not know it yet.
[[nodiscard]] inline AddOn* database_of(Control& control, const Call& call) {
  AddOn* addon = control.estate.addons.find(call["db"]);
  return addon != nullptr && control.databases.known_to_data_api(*addon) ? addon : nullptr;
}

/// 404: by default with nothing in it, the answer with which the real CLI goes on waiting (3.4).
[[nodiscard]] Response unknown_database(const Control& control);

[[nodiscard]] inline Response unprocessable(const std::string& text) {
  return error(422, "unprocessable_entity", text);
}

/// What a refusal says.
[[nodiscard]] inline std::string message_of(const Response& refusal) {
  const auto body = json::parse(refusal.body);
  return body ? (*body)["message"].as_string() : std::string();
}

[[nodiscard]] inline Response message(const std::string& text, int status = 200) {
  return answer(json::Object{{"message", text}}, status);
}

}  // namespace changeover::emulator::handlers
