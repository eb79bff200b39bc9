#include "emulator/model/credentials.h"

#include <algorithm>
#include <array>

#include "emulator/model/attachment_url.h"

namespace changeover::emulator {
namespace {

using State = Credential::State;

constexpr std::size_t longest_name = 50;
constexpr std::array<std::string_view, 3> kept_names{"default", "postgres", "changeover_replication"};

std::string hex_word(Random& random, std::string_view prefix, std::size_t digits) {
  std::string word(prefix);
  while (word.size() < prefix.size() + digits) {
    std::string uuid = random.uuid();
    std::erase(uuid, '-');
    word += uuid;
  }
  return word.substr(0, prefix.size() + digits);
}

}  // namespace

Secret Credentials::new_password() { return Secret(hex_word(random_, "p", 64)); }

Credential Credentials::make_default() {
  Credential made;
  made.id = random_.uuid();
  made.name = "default";
  made.user = hex_word(random_, "u", 13);
  made.password = new_password();
  return made;
}

void Credentials::create(AddOn& addon, const std::string& name) {
  Credential made;
  made.id = random_.uuid();
  made.name = made.user = name;
  made.password = new_password();
  made.wanted = made.password;
  made.state = State::provisioning;
  engine_.set_role(addon.id, made.user, made.password);
  addon.database->credentials.push_back(std::move(made));
  moving_.insert(addon.id);
}

void Credentials::destroy(AddOn& addon, Credential& credential) {
  credential.state = State::revoking;
  engine_.drop_role(addon.id, credential.user);
  moving_.insert(addon.id);
}

void Credentials::rotate(AddOn& addon, Credential& credential, bool ends_connections) {
  credential.state = State::rotating;
  credential.wanted = new_password();
  credential.ends_connections = ends_connections;
  engine_.set_role(addon.id, credential.user, *credential.wanted);
  moving_.insert(addon.id);
}

void Credentials::settle_standalone(AddOn& addon) {
  const DatabaseStatus status = engine_.status(addon.id);
  std::erase_if(addon.database->credentials, [&](const Credential& credential) {
    if (credential.name == "default") return false;
    return !switches_.keep_credentials_on_unfollow || !status.roles.contains(credential.user);
  });
  for (Credential& credential : addon.database->credentials) {
    credential.state = State::active;
    credential.wanted.reset();
    if (const auto role = status.roles.find(credential.user); role != status.roles.end())
      credential.password = role->second;
  }
}

void Credentials::refresh() {
  const std::set<std::string> ids = moving_;
  for (const std::string& id : ids) {
    AddOn* addon = estate_.addons.find(id);
    const DatabaseStatus status = engine_.status(id);
    const bool lives = addon != nullptr && status.state != DatabaseStatus::State::failed;
    if (lives && status.state == DatabaseStatus::State::running) step(*addon, status);
    if (!lives || !under_way(*addon->database)) moving_.erase(id);
  }
}

void Credentials::step(AddOn& addon, const DatabaseStatus& status) {
  Database& database = *addon.database;
  std::set<std::string> rotated;
  for (Credential& credential : database.credentials) {
    const auto role = status.roles.find(credential.user);
    if (!credential.wanted || role == status.roles.end() || !(role->second == *credential.wanted)) continue;
    if (credential.state == State::rotating) rotated.insert(credential.name);
    if (credential.ends_connections) engine_.reset_connections(addon.id);
    credential.password = *credential.wanted;
    credential.wanted.reset();
    credential.state = State::active;
    credential.ends_connections = false;
  }
  std::erase_if(database.credentials, [&](const Credential& credential) {
    return credential.state == State::revoking && !status.roles.contains(credential.user);
  });
  if (database.endpoint) database.endpoint = status.endpoint;
  // A follower shares the leader's roles by replication (heroku-api.md 3.6).
  std::vector<AddOn*> changed = lineage_.followers(addon);
  for (AddOn* follower : changed) follower->database->credentials = database.credentials;
  changed.insert(changed.begin(), &addon);
  if (rotated.empty()) return;
  for (AddOn* one : changed)
    if (one->state == AddOn::State::provisioned)
      releases_.announce(*one, "rotated its credential, setting", [&](const Attachment& attachment) {
        return rotated.contains(credential_name(attachment.ns));
      });
}

bool Credentials::under_way(const Database& database) {
  return std::ranges::any_of(database.credentials, [](const Credential& credential) {
    return credential.wanted.has_value() || credential.state == State::revoking;
  });
}

Credential* Credentials::find(Database& database, std::string_view name) {
  const auto found = std::ranges::find(database.credentials, name, &Credential::name);
  return found == database.credentials.end() ? nullptr : &*found;
}

bool Credentials::is_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !name.empty() && name.size() <= longest_name && letter(name.front()) && !name.starts_with("pg_") &&
         std::ranges::find(kept_names, name) == kept_names.end() &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

}  // namespace changeover::emulator
