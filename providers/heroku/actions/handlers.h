// The actions' hands on Heroku: one handler a kind, one file a handler; registry.cpp lists them.
//
// Owner: constants. Thread rule: the event loop's thread. A handler keeps nothing of its own: what it must remember
// within a run is in the Session, what must outlive the run is in the journal. To add an action: write
// actions/<kind>.cpp, declare it here, put it into the registry, test it, and give it a line in docs/actions.md.
#pragma once

#include <string>

#include "providers/heroku/session.h"

namespace changeover::heroku {

struct ActionHandler {
  Kind kind;
  Task<Result<Check>> (*check)(Session&, const Action&, Look);
  Task<Result<void>> (*perform)(Session&, const Action&);
};

/// The handler of a kind, or nullptr.
[[nodiscard]] const ActionHandler* handler_of(Kind kind);

extern const ActionHandler follower_create;
extern const ActionHandler database_wait_available;
extern const ActionHandler follower_wait_caught_up;
extern const ActionHandler attachment_preserve;
extern const ActionHandler pooler_attach;
extern const ActionHandler credential_attach;
extern const ActionHandler app_enable_maintenance;
extern const ActionHandler app_scale_down;
extern const ActionHandler app_stop_one_off_dynos;
extern const ActionHandler database_reset_connections;
extern const ActionHandler leader_fence;
extern const ActionHandler follower_wait_drained;
extern const ActionHandler follower_unfollow;
extern const ActionHandler database_wait_standalone;
extern const ActionHandler leader_verify_no_late_write;
extern const ActionHandler attachment_promote;
extern const ActionHandler release_wait;
extern const ActionHandler app_scale_up;
extern const ActionHandler app_disable_maintenance;
extern const ActionHandler database_verify_live;
extern const ActionHandler leader_fence_permanently;
extern const ActionHandler backup_capture;
extern const ActionHandler attachment_detach;
extern const ActionHandler addon_destroy;
extern const ActionHandler restore_attachment;
extern const ActionHandler restore_leader;
extern const ActionHandler restore_formation;
extern const ActionHandler restore_maintenance;

/// A check that waits, with how often to look: the scheduler looks a tenth of the wait so far later, within these.
[[nodiscard]] Check wait_for(std::string why, std::chrono::milliseconds look_again,
                             std::chrono::milliseconds look_most);

/// For actions that only wait.
[[nodiscard]] Task<Result<void>> nothing_to_perform(Session& session, const Action& action);

}  // namespace changeover::heroku
