// What answers have in common, whatever the handler said: headers, ids, validators (heroku-api.md 1.3, 1.5).
//
// Owner: the model. Thread rule: the model's thread.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "core/clock.h"
#include "emulator/model/message.h"

namespace changeover::emulator {

/// Conditional GETs of the Platform API: an ETag over the body, and Last-Modified, the time from which the same
/// question was given the same body. Forgets the oldest questions; a forgotten one is answered in full.
class Validators {
 public:
  /// Adds both headers to an answered GET, and makes it 304 without a body when the caller has it already.
  void add(const Request& request, Response& response, WallTime now);

 private:
  struct Seen {
    std::string tag;
    WallTime since;
  };
  std::map<std::string, Seen> seen_;  ///< by question
  std::deque<std::string> questions_;
};

/// The headers of a Platform answer; `id` is this exchange's own.
void dress_platform(const Request& request, Response& response, const std::string& id);
/// The Data API is another server: one id, a charset, a weak ETag.
void dress_data(Response& response, const std::string& id);

/// "Sun, 22 Nov 2026 10:00:00 GMT".
[[nodiscard]] std::string http_date(WallTime time);

}  // namespace changeover::emulator
