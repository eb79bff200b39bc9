// Which URL an attachment gives its app.
//
// Owner: nobody; pure functions. Thread rule: the model's thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/model/estate.h"

namespace changeover::emulator {

/// Whether a namespace means the pooler rather than the server.
[[nodiscard]] bool is_pool(const std::optional<std::string>& ns);

/// The credential a namespace means: "credential:NAME" and "connection-pooling:NAME" mean NAME, none the default.
[[nodiscard]] std::string credential_name(const std::optional<std::string>& ns);

/// The credential that a namespace names: none and "connection-pooling:x" the default or x, "credential:x" x.
[[nodiscard]] const Credential* credential_of(const Database& database, const std::optional<std::string>& ns);

/// postgres://USER:PASSWORD@HOST:PORT/DATABASE; the scheme is the one the CLI accepts (heroku-api.md 9, row 7).
[[nodiscard]] Secret postgres_url(const Endpoint& endpoint, const Credential& credential);

/// Nothing before the database is provisioned, and for add-ons without a database.
[[nodiscard]] std::optional<Secret> url_of(const Attachment& attachment);

/// The database that a postgres URL leads to, by host, port and name; or nullptr.
[[nodiscard]] AddOn* database_at(const Estate& estate, std::string_view url);

}  // namespace changeover::emulator
