#include "planner/estimate.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "core/text.h"
#include "planner/plan_figures.h"

namespace changeover {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// What an action takes within a downtime: our requests that follow each other, and beside them what Heroku, PostgreSQL
/// or the app needs.
struct Figure {
  Kind kind;
  int rounds;
  seconds from;
  seconds to;
};

constexpr std::array<Figure, 15> figures{{
    {Kind::app_enable_maintenance, 1, seconds{0}, seconds{1}},
    {Kind::app_scale_down, 1, seconds{0}, seconds{1}},
    {Kind::app_stop_one_off_dynos, 2, seconds{1}, seconds{30}},  // SIGTERM, SIGKILL 30 s later (heroku-api.md 2.2)
    {Kind::database_reset_connections, 1, seconds{0}, seconds{2}},
    {Kind::leader_fence, 0, seconds{0}, seconds{6}},            // three tries of two seconds (safety, The proof 3)
    {Kind::follower_wait_drained, 1, seconds{1}, seconds{60}},  // one sample of Heroku's (heroku-api.md 8, row 6)
    {Kind::follower_unfollow, 1, seconds{0}, seconds{1}},
    {Kind::database_wait_standalone, 2, seconds{3}, seconds{30}},  // row 8: not known, assumed 3 to 10 s
    {Kind::leader_verify_no_late_write, 0, seconds{0}, seconds{1}},
    {Kind::attachment_promote, 2, seconds{0}, seconds{2}},
    {Kind::release_wait, 2, seconds{2}, seconds{300}},  // the app's own code
    {Kind::app_scale_up, 1, seconds{0}, seconds{1}},
    {Kind::app_disable_maintenance, 2, seconds{2}, seconds{60}},  // a web dyno that does not boot in 60 s is ended
    {Kind::leader_fence_permanently, 0, seconds{0}, seconds{2}},
    {Kind::pooler_attach, 1, seconds{0}, seconds{2}},
}};
constexpr int samples_of_proof_api = 2;  ///< of each database

/// Heroku speaks of 3 to 5 minutes for an empty database, and clients wait up to 20 (heroku-api.md 2.4).
constexpr TimeRange making{minutes{3}, minutes{20}};
constexpr TimeRange catching_up{seconds{0}, minutes{10}};
/// Of a base copy, bytes a second: assumed.
constexpr std::int64_t quick_copy = 100'000'000;
constexpr std::int64_t slow_copy = 20'000'000;
constexpr std::int64_t small = 1'000'000'000;  // a minute or less: how small makes no difference

/// Without a measurement.
constexpr RoundTrips usual_round_trips{milliseconds{50}, milliseconds{300}};

constexpr std::size_t remembered = 10;
/// From so many on what was measured counts alone.
constexpr std::size_t enough = 3;

/// Up to 1, 2 or 5 times a power of ten: two observations of the same network agree.
milliseconds coarse(milliseconds time) {
  for (milliseconds step{1};; step *= 10)
    for (const int part : {1, 2, 5})
      if (step * part >= time) return step * part;
}

TimeRange sum(const TimeRange& a, const TimeRange& b) { return {a.from + b.from, a.to + b.to}; }

/// What was measured of the like takes the place of what is assumed; few measurements only stretch it.
TimeRange learned(const TimeRange& assumed, const std::vector<milliseconds>& measured) {
  if (measured.empty()) return assumed;
  const auto [quick, slow] = std::ranges::minmax(measured);
  const seconds from = std::chrono::floor<seconds>(quick);
  const seconds to = std::chrono::ceil<seconds>(slow);
  if (measured.size() < enough) return {std::min(assumed.from, from), std::max(assumed.to, to)};
  return {from * 3 / 4, to * 5 / 4};
}

std::string last_measured(const std::vector<milliseconds>& measured, std::string_view one, std::string_view many) {
  const auto [quick, slow] = std::ranges::minmax(measured);
  const TimeRange range{std::chrono::floor<seconds>(quick), std::chrono::ceil<seconds>(slow)};
  const std::string whose = measured.size() == 1
                                ? "the last " + std::string(one)
                                : "the last " + counted(static_cast<long long>(measured.size()), one, many);
  return whose + " in the record, " + in_words(range);
}

TimeRange base_copy(std::int64_t bytes) { return {seconds{bytes / quick_copy}, seconds{bytes / slow_copy}}; }

TimeRange assumed_copy(std::int64_t bytes) { return sum(sum(making, base_copy(bytes)), catching_up); }

/// Earlier copies as they would be at this size.
std::vector<milliseconds> like_copies(std::int64_t bytes, const Experience& experience) {
  const auto middle = [](const TimeRange& range) { return static_cast<double>((range.from + range.to).count()) / 2; };
  std::vector<milliseconds> like;
  for (const Experience::Copy& copy : experience.copies) {
    const double scale = middle(assumed_copy(bytes)) / middle(assumed_copy(copy.bytes));
    like.push_back(
        milliseconds{static_cast<std::int64_t>(static_cast<double>(milliseconds{copy.took}.count()) * scale)});
  }
  return like;
}

std::optional<std::int64_t> size_of_source(const Situation& s) {
  return s.facts.source_database ? s.facts.source_database->bytes : std::nullopt;
}

void estimate_preparation(Estimate& estimate, const MigrationPlan& plan, const Situation& s,
                          const Experience& experience) {
  if (!plans(plan, Kind::follower_wait_caught_up)) return;
  if (!plans(plan, Kind::database_wait_available)) {
    estimate.preparation = catching_up;
    return;
  }
  const std::optional<TimeRange> whole = time_of_a_copy(s, experience);
  if (!whole) {
    estimate.rests_on.emplace_back("nothing, for the copy: the size of the source is not known");
    return;
  }
  estimate.preparation = whole;
  const std::int64_t bytes = *size_of_source(s);
  estimate.rests_on.push_back((bytes < small ? std::string("less than 1 GB") : size_in_words(bytes)) +
                              " to copy, at 20 to 100 MB a second (assumed)");
  const std::vector<milliseconds> like = like_copies(*size_of_source(s), experience);
  if (!like.empty()) estimate.rests_on.push_back(last_measured(like, "copy", "copies") + " at this size");
  if (plans(plan, Kind::follower_create) || !s.facts.copy || !s.facts.copy->created_at) return;
  const auto age = std::chrono::floor<seconds>(s.observed.at - *s.facts.copy->created_at);
  const auto left = [&](seconds time) { return std::max(time - age, seconds{0}); };
  estimate.preparation = rounded({left(whole->from), std::max(left(whole->to), catching_up.to)});
}

bool is_in_downtime(const Action& action) {
  if (action.group != Group::cutover && action.group != Group::resume) return false;
  return !(action.kind == Kind::app_scale_down && action.parameters["background"].as_bool());
}

/// Along the longest chain of what waits for what, from the first page to the one that comes off at the end.
TimeRange assumed_downtime(const MigrationPlan& plan, const RoundTrips& trips, Proof proof) {
  struct Span {
    milliseconds from{0};
    milliseconds to{0};
  };
  std::map<std::string, Span, std::less<>> ends;
  Span longest;
  for (const Action& action : plan.actions) {
    if (!is_in_downtime(action)) continue;
    Span end;
    for (const std::string& before : action.depends_on)
      if (const auto found = ends.find(before); found != ends.end())
        end = {std::max(end.from, found->second.from), std::max(end.to, found->second.to)};
    const Kind kind = action.kind == Kind::credential_attach ? Kind::pooler_attach : action.kind;
    const auto figure = std::ranges::find(figures, kind, &Figure::kind);
    if (figure != figures.end()) {
      const int times = proof == Proof::api && kind == Kind::follower_wait_drained ? samples_of_proof_api : 1;
      end.from += times * figure->from + figure->rounds * trips.median;
      end.to += times * figure->to + figure->rounds * trips.slow;
    }
    ends[action.id] = end;
    if (kind == Kind::database_verify_live) continue;  // service is back already
    longest = {std::max(longest.from, end.from), std::max(longest.to, end.to)};
  }
  return {std::chrono::floor<seconds>(longest.from), std::chrono::ceil<seconds>(longest.to)};
}

void estimate_downtime(Estimate& estimate, const MigrationPlan& plan, const Situation& s,
                       const Experience& experience) {
  RoundTrips trips = usual_round_trips;
  if (s.observed.round_trips) trips = {coarse(s.observed.round_trips->median), coarse(s.observed.round_trips->slow)};
  const Attempt* open = s.open_attempt();
  const bool runs = open != nullptr && open->downtime_began && !open->downtime_ended;
  const TimeRange assumed = assumed_downtime(plan, trips, s.desired.cutover.proof);
  const TimeRange range = runs ? assumed : learned(assumed, experience.downtimes);
  if (experience.downtimes.size() < enough || runs)
    estimate.rests_on.emplace_back("what dynos, unfollow and boot are assumed to take");
  if (!experience.downtimes.empty() && !runs)
    estimate.rests_on.push_back(last_measured(experience.downtimes, "cutover", "cutovers"));
  if (runs)
    estimate.rests_on.push_back("service is down since " + format_time(*open->downtime_began) +
                                "; this is what is left");
  if (s.recorded != nullptr && s.recorded->attempt && s.recorded->attempt->state == Attempt::State::aborted)
    estimate.rests_on.push_back("the last attempt was given up: " + s.recorded->attempt->abort_reason);
  estimate.rests_on.push_back(
      (s.observed.round_trips ? "a round trip to Heroku of about " : "an assumed round trip of ") +
      human_duration(trips.median));
  const TimeRange shown = rounded(range);
  if (shown.to > estimate.at_most) estimate.note = "it may need longer, and is then restored on the source";
  estimate.expected_downtime = {std::min(shown.from, estimate.at_most), std::min(shown.to, estimate.at_most)};
}

}  // namespace

Experience experience_of(const Recorded& recorded) {
  std::vector<const RunRecord*> runs;
  for (const RecordedMigration& migration : recorded.migrations)
    for (const RunRecord& run : migration.history)
      if (run.downtime || (run.preparation && run.bytes)) runs.push_back(&run);
  std::ranges::stable_sort(runs, std::ranges::greater{}, &RunRecord::at);
  Experience experience;
  for (const RunRecord* run : runs) {
    if (run->downtime && experience.downtimes.size() < remembered) experience.downtimes.push_back(*run->downtime);
    if (run->preparation && run->bytes && experience.copies.size() < remembered)
      experience.copies.push_back({*run->bytes, std::chrono::ceil<seconds>(*run->preparation)});
  }
  return experience;
}

bool plans(const MigrationPlan& plan, Kind kind) {
  return std::ranges::find(plan.actions, kind, &Action::kind) != plan.actions.end();
}

std::optional<TimeRange> time_of_a_copy(const Situation& s, const Experience& experience) {
  const std::optional<std::int64_t> bytes = size_of_source(s);
  if (!bytes) return std::nullopt;
  return rounded(learned(assumed_copy(*bytes), like_copies(*bytes, experience)));
}

Estimate estimate_of(const MigrationPlan& plan, const Situation& s, const Experience& experience) {
  Estimate estimate;
  estimate.downtime = plan.has_downtime();
  estimate.at_most = s.desired.cutover.max_downtime;
  estimate_preparation(estimate, plan, s, experience);
  if (!estimate.downtime) return estimate;
  estimate.note = "restored on the source if it would last longer";
  estimate_downtime(estimate, plan, s, experience);
  return estimate;
}

}  // namespace changeover
