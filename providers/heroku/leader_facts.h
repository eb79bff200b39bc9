// From what the leader said over SQL to the facts that plans rest on.
//
// Owner: nobody; pure. Thread rule: none.
#pragma once

#include "planner/observed.h"
#include "providers/heroku/leader/leader.h"

namespace changeover::heroku {

[[nodiscard]] LeaderFacts leader_facts(const LeaderIdentity& identity, PreflightFacts found);

}  // namespace changeover::heroku
