// Any bytes as a plan file: refused with words, or shown in every format; written again it is the same plan.

#include <string>

#include "cmd/view/plan_markdown.h"
#include "cmd/view/plan_text.h"
#include "planner/plan_file.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace changeover;
  const Result<SavedPlan> saved = read_plan_file(fuzz::text_of(data, size));
  if (!saved) {
    fuzz::must(!saved.error().what.empty(), "a refusal has words");
    return 0;
  }
  fuzz::must(!plan_as_text(saved->plan, TextStyle{}).empty(), "a plan has a text");
  fuzz::must(plan_as_markdown(saved->plan).size() <= most_markdown, "markdown keeps its bound");
  const json::Value again = plan_to_json(saved->plan);
  const Result<SavedPlan> second = read_plan_file(again.dump());
  fuzz::must(second.has_value(), "what was read and written is read");
  fuzz::must(plan_differences(again, plan_to_json(second->plan)).empty(), "and is the same plan");
  return 0;
}
