// The token that every call is signed with, found where the heroku CLI keeps it (design 8, heroku-api.md 1.2).
//
// Owner: the wiring asks once and gives the token to ApiClient. Thread rule: none; pure functions over Environment.
// Failure: `unauthorized`, naming every place that was looked at, never a token.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/environment.h"
#include "core/result.h"
#include "core/secret.h"

namespace changeover::heroku {

struct Token {
  Secret value;
  std::string source;  ///< where it was found, for people: "HEROKU_API_KEY", "/home/x/.netrc, machine api.heroku.com"
};

/// HEROKU_API_KEY, else the password of `machine` (Hosts::netrc_machine) in ~/.netrc. A ~/.netrc.gpg is an error that
/// says what to do, because the CLI would use it and nothing else.
[[nodiscard]] Result<Token> find_token(const Environment& environment, const std::string& machine);

/// The password of exactly that machine in the text of a netrc file; nothing when it has none. `default` entries are
/// not used: they are not meant for Heroku.
[[nodiscard]] std::optional<Secret> netrc_password(std::string_view text, std::string_view machine);

}  // namespace changeover::heroku
