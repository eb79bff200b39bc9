#include "emulator/model/accounts.h"

#include <algorithm>

namespace changeover::emulator {
namespace {

/// What `Authorization: Basic` carries, or nothing (heroku-api.md 1.2: the user part is ignored).
std::optional<std::string> basic_password(std::string_view encoded) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string decoded;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : encoded) {
    if (c == '=') break;
    const std::size_t digit = digits.find(c);
    if (digit == digits.npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    decoded += static_cast<char>((bits >> count) & 0xffU);
  }
  const std::size_t colon = decoded.find(':');
  return colon == decoded.npos ? std::nullopt : std::optional(decoded.substr(colon + 1));
}

}  // namespace

Account::Account(const WorldAccount& described, const Switches& switches, SteadyTime now)
    : email(described.email),
      api_key(described.api_key),
      expired(described.expired),
      suspended(described.suspended),
      delinquent(described.delinquent),
      second_factor(described.second_factor),
      rate_limit(switches.rate_limit, switches.tokens_per_second, now) {}

bool Account::may(const App& app, Permission permission) const {
  if (!apps) return true;
  const auto found = apps->find(app.id);
  return found != apps->end() && (permission == Permission::view || found->second.contains(permission));
}

void Account::own(const App& app) {
  if (apps) (*apps)[app.id] = {Permission::view, Permission::deploy, Permission::operate, Permission::manage};
}

Accounts::Accounts(const World& world, SteadyTime now) {
  for (const WorldAccount& account : world.accounts) accounts_.emplace_back(account, world.switches, now);
}

void Accounts::settle(const World& world, const Estate& estate) {
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    if (!world.accounts[i].apps) continue;
    auto& apps = accounts_[i].apps.emplace();
    for (const auto& [name, permissions] : *world.accounts[i].apps) apps[estate.apps.find(name)->id] = permissions;
  }
}

tl::expected<Account*, Accounts::Refusal> Accounts::of(const Request& request) {
  const std::string_view header = request.header("authorization");
  if (header.empty()) return tl::unexpected(Refusal::missing);
  std::optional<std::string> token;
  if (header.starts_with("Bearer "))
    token = header.substr(7);
  else if (header.starts_with("Basic "))
    token = basic_password(header.substr(6));
  if (!token) return tl::unexpected(Refusal::invalid);
  const auto found =
      std::ranges::find_if(accounts_, [&](const Account& account) { return account.api_key.reveal() == *token; });
  if (found == accounts_.end()) return tl::unexpected(Refusal::invalid);
  if (found->expired) return tl::unexpected(Refusal::expired);
  return &*found;
}

}  // namespace changeover::emulator
