// Reads the sections of one migration, each key with the section of `defaults` behind it.
//
// Owner: planner/spec_reader; pure. Thread rule: none. Defaults reach one level deep: a key of a section comes from the
// migration when it has the key, else from the same section of `defaults`, whole (design 3).
#pragma once

#include <string>

#include "planner/spec_draft.h"
#include "yaml/mapping_reader.h"
#include "yaml/node.h"

namespace changeover {

struct SectionContext {
  const yaml::Node* defaults = nullptr;  ///< the mapping of sections, or nullptr
  std::string folder;                    ///< of the spec, "" for the working folder
  bool are_defaults = false;             ///< reading `defaults` themselves: nothing is required
};

/// Reads `source` … `retire` of the mapping into the draft; the caller reads `stage` and `depends_on`.
void read_sections(yaml::MappingReader& migration, const SectionContext& context, Draft& draft);

}  // namespace changeover
