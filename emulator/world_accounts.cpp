#include "emulator/world_accounts.h"

#include <algorithm>

#include "core/text.h"

namespace changeover::emulator {
namespace {

using yaml::MappingReader;
using yaml::Node;

std::optional<Permission> permission_from(std::string_view word) {
  if (word == "view") return Permission::view;
  if (word == "deploy") return Permission::deploy;
  if (word == "operate") return Permission::operate;
  if (word == "manage") return Permission::manage;
  return std::nullopt;
}

void read_permissions(MappingReader& account, const World& world, WorldAccount& made) {
  const Node::Entry* apps = account.entry("apps");
  if (apps == nullptr) return;
  if (apps->value.kind != Node::Kind::mapping) return account.wrong(*apps, "a mapping from apps to permissions");
  made.apps.emplace();
  std::vector<std::string> known;
  for (const WorldApp& app : world.apps) known.push_back(app.name);
  MappingReader reader("`apps`", &apps->value, apps->key_at, account.diagnostics());
  for (const Node::Entry& entry : apps->value.entries) {
    if (std::ranges::find(known, entry.key) == known.end()) {
      const auto near = nearest(entry.key, known);
      account.diagnostics().error(entry.key_at, "there is no app `" + entry.key + "` in this world",
                                  near ? "did you mean `" + *near + "`?" : "list it under `apps` of the world");
    }
    auto& permissions = (*made.apps)[entry.key];
    const auto words = reader.texts(entry.key, "a list of view, deploy, operate and manage");
    if (!words) continue;
    for (const auto& word : words->value) {
      if (const auto permission = permission_from(word.value))
        permissions.insert(*permission);
      else
        account.diagnostics().error(word.at, "`" + word.value + "` is no permission",
                                    "one of view, deploy, operate and manage");
    }
  }
}

void read_account(MappingReader account, const World& world, WorldAccount& made) {
  Diagnostics& diagnostics = account.diagnostics();
  const bool own = made.email == world.account;
  if (!own) account.require("api_key", "a made-up token");
  if (auto key = account.text("api_key", "a made-up token")) {
    if (own)
      diagnostics.error(key->at, "`" + made.email + "` has its `api_key` at the top of the file");
    else
      made.api_key = Secret(std::move(key->value));
  }
  if (const auto found = account.boolean("expired")) made.expired = found->value;
  if (const auto found = account.boolean("suspended")) made.suspended = found->value;
  if (const auto found = account.boolean("delinquent")) made.delinquent = found->value;
  if (auto code = account.text("second_factor", "a code in quotes")) made.second_factor = std::move(code->value);
  read_permissions(account, world, made);
  for (const WorldAccount& other : world.accounts)
    if (&other != &made && other.api_key == made.api_key)
      diagnostics.error(account.at(), "`" + made.email + "` and `" + other.email + "` have the same `api_key`");
  account.finish();
}

}  // namespace

void read_accounts(MappingReader& top, World& world) {
  WorldAccount first;
  first.email = world.account;
  first.api_key = world.api_key;
  world.accounts.push_back(std::move(first));
  const Node::Entry* entry = top.entry("accounts");
  if (entry == nullptr || entry->value.kind == Node::Kind::null) return;
  if (entry->value.kind != Node::Kind::mapping) return top.wrong(*entry, "a mapping from e-mail addresses");
  for (const Node::Entry& one : entry->value.entries) {
    if (one.key != world.account) {
      WorldAccount made;
      made.email = one.key;
      world.accounts.push_back(std::move(made));
    }
    WorldAccount& account = one.key == world.account ? world.accounts.front() : world.accounts.back();
    read_account(MappingReader("account `" + one.key + "`", &one.value, one.key_at, top.diagnostics()), world, account);
  }
}

}  // namespace changeover::emulator
