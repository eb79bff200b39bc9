// What the world must look like after a run, as an outside observer sees it.
//
// Owner: nobody; functions over a Sandbox that fail the test they are called in. Thread rule: one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/sandbox.h"

namespace changeover::testing {

/// type → quantity, as the API says.
using Quantities = std::map<std::string, int>;

[[nodiscard]] Quantities formation_of(Sandbox& sandbox, const std::string& app);
[[nodiscard]] bool maintenance_of(Sandbox& sandbox, const std::string& app);

/// The migration is live: the target serves on the one copy, the source app is parked, the old database is read-only,
/// and every acknowledged write is on the copy, none of them after the copy's first.
void expect_live(Sandbox& sandbox);

/// Service is where it was: the source app's dynos write to the source, both apps have their formation and flags of
/// the world file, no app sees the copy.
void expect_serving_on_source(Sandbox& sandbox);

/// The requests from `since` on that change something.
[[nodiscard]] std::vector<Logged> changing_requests(Sandbox& sandbox, long long since = 0);

/// Exit code 0, with the tool's own words when it is not.
void expect_done(const Finished& run, int code = 0);

}  // namespace changeover::testing
