// What an operation returns: a value, or one Error written for a person.
//
// Owner: nobody; both are plain values. Thread rule: none. Functions that return a Result are declared [[nodiscard]],
// because tl::expected is not.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace changeover {

/// What the caller may do about an error.
enum class ErrorCode {
  invalid_spec,     ///< the input is wrong: a person must edit it
  unauthorized,     ///< credentials missing, refused or without the right
  not_found,        ///< the object is not there (or may not be seen)
  conflict,         ///< somebody else changed it, or a name is taken
  rate_limited,     ///< wait, then ask again
  unavailable,      ///< nothing happened: may be asked again
  outcome_unknown,  ///< sent, the answer was lost: look at the world before trying again
  precondition,     ///< the world is not in the state this needs
  locked,           ///< another run holds the lock
  corrupt,          ///< a file or answer cannot be understood
  cancelled,        ///< we were told to stop
  internal,         ///< our own bug
};

[[nodiscard]] constexpr std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_spec:
      return "invalid_spec";
    case ErrorCode::unauthorized:
      return "unauthorized";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::rate_limited:
      return "rate_limited";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::outcome_unknown:
      return "outcome_unknown";
    case ErrorCode::precondition:
      return "precondition";
    case ErrorCode::locked:
      return "locked";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

/// One failure, in words for the person who is woken by it. Never holds a secret.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string what;      ///< what happened, on which object, what it means
  std::string advice;    ///< what to do next; may be empty
  std::string api_id{};  ///< the `id` of a Heroku error body (heroku-api.md 1.6), else empty

  /// The same error with where we were in front: "reading app orders: ...".
  [[nodiscard]] Error in(std::string_view where) const {
    Error copy = *this;
    copy.what = std::string(where) + ": " + what;
    return copy;
  }
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string what, std::string advice = {}) {
  return tl::unexpected<Error>(Error{code, std::move(what), std::move(advice), {}});
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace changeover
