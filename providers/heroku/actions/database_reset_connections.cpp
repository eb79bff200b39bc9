// database.reset_connections: under proof: api, ends the sessions that outlived their dynos (heroku-api.md 3.7).
#include "providers/heroku/actions/handlers.h"

namespace changeover::heroku {
namespace {

// Nothing tells whether it was done; doing it again harms nobody.
Task<Result<Check>> check(Session& session, const Action&, Look) {
  co_return session.connections_reset ? Check::satisfied("connections are reset") : Check::ready();
}

Task<Result<void>> perform(Session& session, const Action&) {
  Result<void> reset = co_await session.services.data.connection_reset(session.facts.source->id, critical());
  session.connections_reset = reset.has_value();
  co_return reset;
}

}  // namespace

const ActionHandler database_reset_connections{Kind::database_reset_connections, check, perform};

}  // namespace changeover::heroku
