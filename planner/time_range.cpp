#include "planner/time_range.h"

#include "core/text.h"

namespace changeover {
namespace {

using std::chrono::seconds;

seconds step_at(seconds time) {
  if (time < seconds{60}) return seconds{1};
  if (time < seconds{600}) return seconds{5};
  if (time < seconds{3600}) return seconds{60};
  return seconds{600};
}

std::string whole(seconds time) {
  return time < seconds{60} ? std::to_string(time.count()) + " s" : human_duration(time);
}

}  // namespace

std::string in_words(const TimeRange& range) {
  if (range.from == range.to) return whole(range.from);
  return whole(range.from) + " to " + whole(range.to);
}

bool holds(const TimeRange& expected, std::chrono::milliseconds measured) {
  return expected.from <= measured && measured <= expected.to;
}

std::string against(const TimeRange& expected, std::chrono::milliseconds measured) {
  const std::string how = holds(expected, measured) ? "as expected, "
                          : measured > expected.to  ? "longer than expected, "
                                                    : "shorter than expected, ";
  return how + in_words(expected);
}

TimeRange rounded(const TimeRange& range) {
  const seconds down = step_at(range.from);
  const seconds up = step_at(range.to);
  return {range.from / down * down, (range.to + up - seconds{1}) / up * up};
}

}  // namespace changeover
