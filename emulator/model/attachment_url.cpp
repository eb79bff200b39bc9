#include "emulator/model/attachment_url.h"

#include <algorithm>

namespace changeover::emulator {

bool is_pool(const std::optional<std::string>& ns) { return ns && ns->starts_with("connection-pooling:"); }

std::string credential_name(const std::optional<std::string>& ns) {
  return ns && ns->find(':') != std::string::npos ? ns->substr(ns->find(':') + 1) : "default";
}

const Credential* credential_of(const Database& database, const std::optional<std::string>& ns) {
  const std::string name = credential_name(ns);
  const auto found = std::ranges::find(database.credentials, name, &Credential::name);
  return found == database.credentials.end() ? nullptr : &*found;
}

Secret postgres_url(const Endpoint& endpoint, const Credential& credential) {
  return Secret("postgres://" + credential.user + ":" + credential.password.reveal() + "@" + endpoint.host + ":" +
                std::to_string(endpoint.port) + "/" + endpoint.database);
}

std::optional<Secret> url_of(const Attachment& attachment) {
  const AddOn& addon = *attachment.addon;
  if (addon.database == nullptr || addon.state != AddOn::State::provisioned || !addon.database->endpoint)
    return std::nullopt;
  const Credential* credential = credential_of(*addon.database, attachment.ns);
  if (credential == nullptr) return std::nullopt;
  Endpoint endpoint = *addon.database->endpoint;
  if (is_pool(attachment.ns)) endpoint.port = addon.database->pool_port;
  if (endpoint.port == 0) return std::nullopt;
  return postgres_url(endpoint, *credential);
}

}  // namespace changeover::emulator
