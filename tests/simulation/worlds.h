// The worlds and the specs that most simulations begin with: one database to move, writers on it, an app in a space.
//
// Owner: nobody; text. Thread rule: none.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
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

inline constexpr int orders_world_count = 6;  ///< that seeded stories choose from
inline constexpr std::size_t world_of_rare_samples = 6;
inline constexpr std::size_t world_of_reports = 7;
/// The same with one thing that makes it harder.
[[nodiscard]] inline std::string orders_world_of(std::size_t number) {
  std::string world(orders_world);
  const auto replace = [&world](std::string_view from, std::string_view to) {
    const std::size_t at = world.find(from);
    if (at != world.npos) world.replace(at, from.size(), to);
  };
  constexpr std::string_view writers = R"({WRITE_EVERY_MS: "20"})";
  switch (number) {
    case 1:  // a release phase: promotion is final
      replace("addons:\n", "      release: {command: sleep 5}\naddons:\n");
      break;
    case 2:  // dynos that take their time to stop
      replace(writers, R"({WRITE_EVERY_MS: "20", DRAIN_MS: "8000"})");
      break;
    case 3:  // transactions that stay open
      replace(writers, R"({WRITE_EVERY_MS: "20", TRANSACTION_MS: "400"})");
      break;
    case 4:  // the target's web is up before it has a database
      replace("web: {quantity: 0, size: private-m", "web: {quantity: 1, size: private-m");
      break;
    case 5:  // Heroku looks seldom
      replace("sampling: 1s", "sampling: 15s");
      break;
    case world_of_rare_samples:  // as seldom as `proof: api` can bear
      replace("sampling: 1s", "sampling: 30s");
      break;
    case world_of_reports:  // one more writer, which stays parked and attached
      replace("addons:\n", R"(  reports:
    team: acme
    config: {WRITE_EVERY_MS: "20"}
    formation: {worker: {quantity: 1, size: standard-1x, command: changeover-writer}}
addons:
)");
      world += "attachments:\n  - {app: reports, addon: orders-db, as: DATABASE}\n";
      break;
    default:
      break;
  }
  return world;
}

/// What a spec may say beside its stage.
struct SpecEdit {
  std::string_view formation = "{web: 2, worker: 1}";
  std::string_view target{};   ///< further lines of the target
  std::string_view quiesce{};  ///< the whole section
  std::string_view cutover{};  ///< further keys
  std::string_view proof = "sql";
  std::string_view unattended = "true";
  std::chrono::seconds max_downtime{300};  ///< as `cutover` says
};
inline constexpr std::array<SpecEdit, 8> spec_edits{{
    {},
    {.cutover = ", max_downtime: 1m", .max_downtime = std::chrono::seconds{60}},
    {.cutover = ", start_lag: 0"},
    {.formation = "{web: 3}"},
    {.unattended = "false"},
    {.quiesce = "    quiesce: {space_web: stop}\n"},
    {.proof = "api"},
    {.target = "      addon_name: orders-renamed\n"},
}};
inline constexpr int spec_edit_count = static_cast<int>(spec_edits.size());
inline constexpr std::size_t edit_to_api = 6;
[[nodiscard]] inline bool renames_copy(std::size_t edit) { return !spec_edits.at(edit).target.empty(); }

/// A spec that moves it to `stage`.
[[nodiscard]] inline std::string orders_spec(std::string_view stage, std::size_t edit = 0) {
  const SpecEdit& says = spec_edits.at(edit);
  std::string spec = "version: 1\nstate: {local: /state/orders.state.json, keep_in_ci: true}\nmigrations:\n  orders:\n";
  spec += "    stage: " + std::string(stage) + "\n    source: {app: orders, database: DATABASE_URL}\n";
  spec += "    target:\n      app: orders-space\n      plan: private-0\n" + std::string(says.target);
  spec += "      formation: " + std::string(says.formation) + "\n" + std::string(says.quiesce);
  spec += "    cutover: {proof: " + std::string(says.proof) + ", unattended: " + std::string(says.unattended) +
          std::string(says.cutover) + "}\n    retire: {after: 1h}\n";
  return spec;
}

}  // namespace changeover::simulation
