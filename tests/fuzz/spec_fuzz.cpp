// Any bytes as a spec: it is read or every mistake has a place in it; what was read can be planned and shown.

#include <algorithm>
#include <optional>
#include <string>

#include "cmd/view/diagnostic_text.h"
#include "cmd/view/plan_markdown.h"
#include "cmd/view/plan_text.h"
#include "planner/plan_file.h"
#include "planner/planner.h"
#include "planner/spec_reader.h"
#include "tests/fuzz/fuzz.h"

namespace changeover {
namespace {

/// A world in which nothing that the spec names exists.
Observed empty_world(const Desired& desired) {
  Observed observed;
  for (const Migration& migration : desired.migrations) {
    MigrationFacts facts;
    facts.name = migration.name;
    facts.source_problem = "there is none";
    observed.migrations.push_back(facts);
  }
  return observed;
}

void plan_and_show(const Desired& desired) {
  const Plan plan = plan_migrations(desired, empty_world(desired), Recorded{}, {.tool_version = "0"});
  const std::string file = plan_to_json(plan).dump();
  const Result<SavedPlan> read = read_plan_file(file);
  fuzz::must(read.has_value(), "a plan file that was written is read");
  fuzz::must(plan_differences(read->document, plan_to_json(plan)).empty(), "and is the plan that it was");
  fuzz::must(!plan_as_text(plan, TextStyle{}).empty(), "a plan has a text");
  fuzz::must(plan_as_markdown(plan).size() <= most_markdown, "markdown keeps its bound");
}

}  // namespace
}  // namespace changeover

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace changeover;
  const std::string_view text = fuzz::text_of(data, size);
  Diagnostics diagnostics("spec.yaml", text);
  const std::optional<Desired> desired = read_spec(text, "spec.yaml", diagnostics);
  fuzz::must(desired.has_value() == diagnostics.empty(), "a spec is read, or it has mistakes");
  const auto lines = static_cast<int>(std::ranges::count(text, '\n')) + 1;
  for (const Diagnostic& diagnostic : diagnostics.sorted())
    fuzz::must(diagnostic.at.line >= 0 && diagnostic.at.line <= lines + 1, "a mistake has its line in the file");
  fuzz::must(diagnostics.empty() || !diagnostics_as_text(diagnostics.sorted(), TextStyle{}).empty(),
             "a mistake can be shown");
  if (desired) plan_and_show(*desired);
  return 0;
}
