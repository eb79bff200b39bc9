// An action: one step of a migration as data, so that a plan can be printed, saved, compared and carried out.
//
// Owner: the plan. Thread rule: none. What a kind does is in providers/heroku/actions, one file a kind; which actions a
// plan holds and in which order is in planner/graph/.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "planner/observed.h"

namespace changeover {

/// Design 5. The order here is the order of a migration; names by to_string.
enum class Kind {
  follower_create,
  database_wait_available,
  follower_wait_caught_up,
  attachment_preserve,
  pooler_attach,
  credential_attach,
  app_enable_maintenance,
  app_scale_down,
  app_stop_one_off_dynos,
  database_reset_connections,
  leader_fence,
  follower_wait_drained,
  follower_unfollow,
  database_wait_standalone,
  leader_verify_no_late_write,
  attachment_promote,
  release_wait,
  app_scale_up,
  app_disable_maintenance,
  database_verify_live,
  leader_fence_permanently,
  backup_capture,
  attachment_detach,
  addon_destroy,
  restore_attachment,
  restore_leader,
  restore_formation,
  restore_maintenance,
};

enum class Group { prepare, cutover, resume, retire, restore };

/// "follower.create"; the words of design 5, used in plans, events and logs.
[[nodiscard]] std::string_view to_string(Kind kind);
[[nodiscard]] std::optional<Kind> kind_from(std::string_view name);
[[nodiscard]] std::string_view to_string(Group group);

struct Action {
  std::string id;  ///< unique in the plan: "orders/app.scale_down/common-runtime-example"
  Kind kind = Kind::follower_create;
  std::string subject;     ///< what it acts on: an app or add-on name
  json::Value parameters;  ///< an object; what the handler needs beside the facts
  std::vector<std::string> depends_on;
  Group group = Group::prepare;
  std::string waits_for;                          ///< in words; "" when it waits for nothing
  std::optional<std::chrono::seconds> wait_most;  ///< then it is an error; none: as long as --wait or the budget allow
  bool reversible = true;
  std::string undo;  ///< how; or why there is no way back
  std::optional<Price> price;
  std::string reason;  ///< why it is in the plan
};

}  // namespace changeover
