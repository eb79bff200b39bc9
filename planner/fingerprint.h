// Fingerprint: the facts a plan rests on, and nothing that changes by itself (safety A4).
//
// Owner: nobody; pure. Thread rule: none.
#pragma once

#include "json/value.h"
#include "planner/situation.h"

namespace changeover {

/// In: uuids of apps, space and add-ons, plans, generation, leader, follower set, attachments, process type names,
/// release phase, schedules. Not: releases, quantities, lag, counts, config values, prices.
[[nodiscard]] json::Value fingerprint(const Situation& situation);

}  // namespace changeover
