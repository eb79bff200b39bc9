#include "planner/preflight.h"

#include "planner/preflight/themes.h"

namespace changeover {

const std::vector<PreflightCheck>& preflight_checks() {
  static const std::vector<PreflightCheck> all = [] {
    std::vector<PreflightCheck> joined;
    for (const checks::Table& theme :
         {checks::of_the_ends(), checks::of_the_writers(), checks::of_the_copied_urls(), checks::of_what_is_shared(),
          checks::of_the_leader(), checks::of_the_moment(), checks::of_the_places(), checks::of_what_is_left_behind(),
          checks::of_the_surroundings(), checks::of_the_retirement()})
      joined.insert(joined.end(), theme.begin(), theme.end());
    return joined;
  }();
  return all;
}

Findings preflight(const PreflightContext& context) {
  Findings findings;
  for (const PreflightCheck& check : preflight_checks()) check.run(context, findings);
  return findings;
}

}  // namespace changeover
