// The world and the specs that most simulations begin with: one database to move, writers on it, an app in a space.
//
// Owner: nobody; text. Thread rule: none.
#pragma once

#include <string>
#include <string_view>

namespace changeover::simulation {

inline constexpr std::string_view orders_world = R"(
version: 1
seed: 7
api_key: 01234567-89ab-cdef-0123-456789abcdef
timing: {api_latency: 50ms, data_404: 7s, provisioning: 20s, sampling: 1s, unfollow: 4s, deprovision: 5s, fork_follow: 1h,
         standby: 10m, dyno_boot: 3s, dyno_grace: 30s}
teams: [acme]
spaces:
  prod-va: {team: acme, region: virginia}
apps:
  orders:
    team: acme
    config: {WRITE_EVERY_MS: "20"}
    formation:
      web: {quantity: 2, size: standard-1x, command: changeover-writer}
      worker: {quantity: 1, size: standard-1x, command: changeover-writer}
  orders-space:
    space: prod-va
    config: {WRITE_EVERY_MS: "20"}
    formation:
      web: {quantity: 0, size: private-m, command: changeover-writer}
      worker: {quantity: 0, size: private-m, command: changeover-writer}
addons:
  orders-db: {app: orders, plan: standard-0, as: DATABASE}
)";

/// A spec that moves it to `stage`.
[[nodiscard]] inline std::string orders_spec(std::string_view stage) {
  return R"(
version: 1
state: {local: /state/orders.state.json, keep_in_ci: true}
migrations:
  orders:
    stage: )" +
         std::string(stage) + R"(
    source: {app: orders, database: DATABASE_URL}
    target:
      app: orders-space
      plan: private-0
      formation: {web: 2, worker: 1}
    cutover: {proof: sql, unattended: true}
)";
}

}  // namespace changeover::simulation
