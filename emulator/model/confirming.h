// Calls that Heroku wants to hear twice: refused with the name to repeat, carried out when `confirm` holds it
// (heroku-api.md 2.4, 2.6).
//
// Owner: nobody; functions. Thread rule: the model's thread.
#pragma once

#include <optional>
#include <string>

#include "emulator/model/call.h"
#include "emulator/model/control.h"

namespace changeover::emulator {

/// Nothing when the call may go on: it is allowed, or `confirm` is the app's name.
[[nodiscard]] std::optional<Response> unless_confirmed(const Control& control, Verdict verdict, const App& app,
                                                       const std::string& confirm, const std::string& message);

/// Why this attachment cannot be taken from its app: it is the add-on's last one there, and `instead` says what to do.
[[nodiscard]] std::optional<Response> last_billing_refusal(const Control& control, const Attachment& attachment,
                                                           const std::string& instead);

/// Why the name of `taken` cannot be given to `addon`; nothing when nobody's or confirmed.
[[nodiscard]] std::optional<Response> replace_refusal(const Control& control, const Attachment& taken,
                                                      const AddOn* addon, const std::string& confirm);

}  // namespace changeover::emulator
