// database.wait_standalone: the copy follows nobody and is available again; its credentials may have changed once
// (heroku-api.md 3.5, 3.6; safety S20).
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

using std::chrono::milliseconds;

Task<Result<Check>> check(Session& session, const Action&, Look) {
  Result<Database> copy = co_await session.services.data.database(session.facts.copy->id, critical(true));
  if (!copy) co_return fail(copy.error());
  const bool following = copy->following;
  const bool available = copy->available();
  session.facts.copy_database = std::move(*copy);
  if (following) co_return wait_for("Heroku detaches the copy from its leader", milliseconds{15}, milliseconds{1'000});
  if (!available) co_return wait_for("the copy to accept writes", milliseconds{15}, milliseconds{1'000});
  co_return Check::satisfied("it accepts writes");
}

}  // namespace

const ActionHandler database_wait_standalone{Kind::database_wait_standalone, check, nothing_to_perform};

}  // namespace changeover::heroku
