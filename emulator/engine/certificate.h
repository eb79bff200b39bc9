// The self-signed certificate of the emulated servers: Heroku's databases speak TLS with such ones (heroku-api.md 3.6).
//
// Owner: nobody; a function. Thread rule: any thread. On failure nothing is returned and nothing is written.
#pragma once

#include <string>

#include "core/result.h"
#include "core/secret.h"

namespace changeover::emulator {

struct Certificate {
  std::string certificate;  ///< PEM
  Secret key;               ///< PEM, without passphrase
};

/// A fresh P-256 key and a certificate for "localhost", valid for ten years.
[[nodiscard]] Result<Certificate> make_certificate();

}  // namespace changeover::emulator
