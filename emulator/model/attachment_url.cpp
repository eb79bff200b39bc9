#include "emulator/model/attachment_url.h"

#include <algorithm>

namespace changeover::emulator {
namespace {

/// The part of a postgres URL that names the place: host:port/database.
std::string_view place_of(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  if (const std::size_t at = url.rfind('@'); at != url.npos) url.remove_prefix(at + 1);
  return url.substr(0, url.find('?'));
}

}  // namespace

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

AddOn* database_at(const Estate& estate, std::string_view url) {
  if (!url.starts_with("postgres://") && !url.starts_with("postgresql://")) return nullptr;
  const std::string_view place = place_of(url);
  for (AddOn* addon : estate.addons.all()) {
    if (addon->database == nullptr || !addon->database->endpoint) continue;
    const Endpoint& endpoint = *addon->database->endpoint;
    if (place == endpoint.host + ":" + std::to_string(endpoint.port) + "/" + endpoint.database) return addon;
  }
  return nullptr;
}

}  // namespace changeover::emulator
