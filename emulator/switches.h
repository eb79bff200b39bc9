// Behaviours of Heroku that no source settles (heroku-api.md 8): each can be turned in a world file. The table of
// docs/emulator.md, "What nobody outside Heroku knows", has a row for each.
//
// Owner: the world; a plain value. Thread rule: none. Read by emulator/world_switches.h.
#pragma once

#include <optional>

#include "emulator/data_switches.h"

namespace changeover::emulator {

/// What becomes of a call that may be dangerous.
enum class Verdict {
  allow,
  confirm,  ///< the caller has to repeat it with the app's name
  refuse,   ///< 422
};

struct Switches {
  DataSwitches data;
  bool fir_maintenance = false;     ///< Fir apps accept maintenance mode (row 24)
  int rate_limit = 4'500;           ///< tokens of the account (1.7)
  double tokens_per_second = 1.25;  ///< refill

  std::optional<int> retry_after;  ///< seconds that 429 names in Retry-After (row 20)
  bool not_modified_costs = true;  ///< 304 takes a token too (row 21)
  /// What a call gets that names an app which its account may not see: Heroku was seen to say that there is one (1.6).
  enum class UnseenApps { forbidden, not_found };
  UnseenApps unseen_apps = UnseenApps::forbidden;

  Verdict name_taken = Verdict::confirm;          ///< an attachment name of the app is given to another add-on (row 12)
  Verdict wrong_confirm = Verdict::confirm;       ///< `confirm` holds another name: asked again, or refused (row 13)
  int confirmation_status = 423;                  ///< of confirmation_required; 400 is seen in the CLI's tests (1.6)
  Verdict last_billing = Verdict::refuse;         ///< an add-on's last attachment on its own app is removed (row 14)
  Verdict private_outside = Verdict::refuse;      ///< a private plan is attached outside its space (row 15)
  Verdict common_into_space = Verdict::confirm;   ///< a Common Runtime plan comes into a space (row 15)
  Verdict attached_elsewhere = Verdict::refuse;   ///< destroy without force while other apps have it (row 16)
  Verdict attach_provisioning = Verdict::refuse;  ///< an add-on that is being made is attached (2.6)

  enum class FormationAnswer { all, updated };
  FormationAnswer formation_answer = FormationAnswer::all;  ///< which types PATCH answers with (row 17)
  enum class UnknownProcess { refuse, not_found, ignore };
  UnknownProcess unknown_process = UnknownProcess::refuse;  ///< a type that the app has not, in PATCH (row 18)

  bool replace_detaches = true;        ///< a replacement makes a Detach release besides the Attach one (row 25)
  bool failed_attach_stays = true;     ///< an attachment whose release phase fails exists all the same (row 26)
  bool destroy_makes_releases = true;  ///< a destroyed add-on makes a Detach release on each app it was on (row 27)
};

}  // namespace changeover::emulator
