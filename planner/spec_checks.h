// What must hold between the keys of a spec, once each of them could be read.
//
// Owner: planner/spec_reader; pure. Thread rule: none. Every breach is a diagnostic at the place to edit. Linear in the
// size of the spec: fleets have thousands of migrations.
#pragma once

#include <vector>

#include "core/diagnostic.h"
#include "planner/spec_draft.h"

namespace changeover {

/// Inside one migration: windows, apps named twice in different roles, a formation that serves nobody.
void check_migration(const Draft& draft, Diagnostics& diagnostics);

/// Between migrations, of one file or of several: one name, one source, one target, depends_on without strangers and
/// cycles.
void check_together(const std::vector<Draft>& drafts);

}  // namespace changeover
