#include "cmd/plan_output.h"

#include "cmd/view/plan_markdown.h"
#include "cmd/view/plan_text.h"

namespace changeover {

std::string plan_in(Format format, const Plan& plan, const TextStyle& style) {
  switch (format) {
    case Format::text:
      return plan_as_text(plan, style);
    case Format::markdown:
      return plan_as_markdown(plan);
    case Format::json:
      return plan_to_json(plan).pretty();
  }
  return {};
}

Result<SavedPlan> read_saved_plan(const std::string& path, Files& files) {
  Result<std::optional<std::string>> text = files.read(path);
  if (!text) return fail(text.error());
  if (!*text)
    return fail(ErrorCode::not_found, "there is no plan file " + path,
                "make one with `changeover plan SPEC --out " + path + "`");
  Result<SavedPlan> saved = read_plan_file(**text);
  if (!saved) return fail(saved.error().in(path));
  return saved;
}

bool is_ci(const Environment& environment) {
  const std::string value = environment.get("CI").value_or("");
  return !value.empty() && value != "false";
}

}  // namespace changeover
