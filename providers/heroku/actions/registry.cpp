#include <array>

#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {

const ActionHandler* handler_of(Kind kind) {
  static const auto registry = std::to_array<const ActionHandler*>({
      &follower_create,
      &database_wait_available,
      &follower_wait_caught_up,
      &attachment_preserve,
      &pooler_attach,
      &credential_attach,
      &app_enable_maintenance,
      &app_scale_down,
      &app_stop_one_off_dynos,
      &database_reset_connections,
      &leader_fence,
      &follower_wait_drained,
      &follower_unfollow,
      &database_wait_standalone,
      &leader_verify_no_late_write,
      &attachment_promote,
      &release_wait,
      &app_scale_up,
      &app_disable_maintenance,
      &database_verify_live,
      &leader_fence_permanently,
      &backup_capture,
      &attachment_detach,
      &addon_destroy,
      &restore_attachment,
      &restore_leader,
      &restore_formation,
      &restore_maintenance,
  });
  for (const ActionHandler* handler : registry)
    if (handler->kind == kind) return handler;
  return nullptr;
}

Check wait_for(std::string why, std::chrono::milliseconds look_again, std::chrono::milliseconds look_most) {
  Check check;
  check.verdict = Check::Verdict::waiting;
  check.why = std::move(why);
  check.look_again = look_again;
  check.look_most = look_most;
  return check;
}

Task<Result<void>> nothing_to_perform(Session&, const Action& action) {
  co_return fail(ErrorCode::internal,
                 std::string(to_string(action.kind)) + " only waits, and was asked to change something");
}

}  // namespace changeover::heroku
