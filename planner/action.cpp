#include "planner/action.h"

#include <array>
#include <utility>

namespace changeover {
namespace {

constexpr std::array<std::pair<Kind, std::string_view>, 28> names{{
    {Kind::follower_create, "follower.create"},
    {Kind::database_wait_available, "database.wait_available"},
    {Kind::follower_wait_caught_up, "follower.wait_caught_up"},
    {Kind::attachment_preserve, "attachment.preserve"},
    {Kind::pooler_attach, "pooler.attach"},
    {Kind::credential_attach, "credential.attach"},
    {Kind::app_enable_maintenance, "app.enable_maintenance"},
    {Kind::app_scale_down, "app.scale_down"},
    {Kind::app_stop_one_off_dynos, "app.stop_one_off_dynos"},
    {Kind::database_reset_connections, "database.reset_connections"},
    {Kind::leader_fence, "leader.fence"},
    {Kind::follower_wait_drained, "follower.wait_drained"},
    {Kind::follower_unfollow, "follower.unfollow"},
    {Kind::database_wait_standalone, "database.wait_standalone"},
    {Kind::leader_verify_no_late_write, "leader.verify_no_late_write"},
    {Kind::attachment_promote, "attachment.promote"},
    {Kind::release_wait, "release.wait"},
    {Kind::app_scale_up, "app.scale_up"},
    {Kind::app_disable_maintenance, "app.disable_maintenance"},
    {Kind::database_verify_live, "database.verify_live"},
    {Kind::leader_fence_permanently, "leader.fence_permanently"},
    {Kind::backup_capture, "backup.capture"},
    {Kind::attachment_detach, "attachment.detach"},
    {Kind::addon_destroy, "addon.destroy"},
    {Kind::restore_attachment, "restore.attachment"},
    {Kind::restore_leader, "restore.leader"},
    {Kind::restore_formation, "restore.formation"},
    {Kind::restore_maintenance, "restore.maintenance"},
}};

}  // namespace

std::string_view to_string(Kind kind) {
  for (const auto& [value, name] : names)
    if (value == kind) return name;
  return "unknown";
}

std::optional<Kind> kind_from(std::string_view name) {
  for (const auto& [value, known] : names)
    if (known == name) return value;
  return std::nullopt;
}

std::string_view to_string(Group group) {
  switch (group) {
    case Group::prepare:
      return "prepare";
    case Group::cutover:
      return "cutover";
    case Group::resume:
      return "resume";
    case Group::retire:
      return "retire";
    case Group::restore:
      return "restore";
  }
  return "prepare";
}

}  // namespace changeover
