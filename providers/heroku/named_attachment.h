// Attaching the copy to the target in a namespace, for pooler.attach and credential.attach (heroku-api.md 2.6, 3.9).
//
// Owner: nobody; functions over a Session. Thread rule: the event loop's thread. A name that is taken is replaced only
// when the plan says whose it is (safety S13); an answer that was lost is looked up before the call is repeated.
#pragma once

#include "executor/provider.h"
#include "providers/heroku/session.h"

namespace changeover::heroku {

[[nodiscard]] Task<Result<Check>> check_named_attachment(Session& session, const Action& action, Look look);
[[nodiscard]] Task<Result<void>> make_named_attachment(Session& session, const Action& action);

}  // namespace changeover::heroku
