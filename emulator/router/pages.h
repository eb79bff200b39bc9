// What a visitor gets when no dyno answers: Heroku's error codes with their words, and the pages (Dev Center, "Heroku
// Error Codes").
//
// Owner: fixed data. Thread rule: none.
#pragma once

#include <string_view>

#include "emulator/model/message.h"
#include "emulator/model/visits.h"
#include "emulator/router/dyno_exchange.h"

namespace changeover::emulator {

struct Refusal {
  std::string_view code;         ///< "H80"; empty when nothing of Heroku's says one
  std::string_view description;  ///< as the router's log has it
  int status = 503;
};

/// Of a destination that is no dyno.
[[nodiscard]] const Refusal& refusal_of(Destination::Kind kind);
/// Of a dyno that did not answer as it should.
[[nodiscard]] const Refusal& refusal_of(DynoFailure failure);

/// The maintenance page, the error page, or plain words where there is no page.
[[nodiscard]] Response page_of(const Refusal& refusal);

}  // namespace changeover::emulator
