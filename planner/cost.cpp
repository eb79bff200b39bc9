#include "planner/cost.h"

#include <algorithm>

namespace changeover {
namespace {

constexpr std::chrono::days month{30};

std::optional<std::int64_t> monthly(const std::optional<Price>& price) {
  if (!price || !can_be_summed(*price)) return std::nullopt;
  return price->cents;
}

std::optional<std::int64_t> sum(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
  if (!a || !b) return std::nullopt;
  return *a + *b;
}

}  // namespace

bool can_be_summed(const Price& price) { return price.unit == "month" && !(price.contract && price.cents == 0); }

std::int64_t cents_for(std::int64_t cents_a_month, std::chrono::seconds time) {
  const double share = static_cast<double>(time.count()) / static_cast<double>(std::chrono::seconds(month).count());
  return static_cast<std::int64_t>(static_cast<double>(cents_a_month) * share + 0.5);
}

std::optional<std::int64_t> paid_for_the_copy(const Situation& s) {
  if (!s.facts.copy || !s.facts.copy->created_at) return std::nullopt;
  const std::optional<std::int64_t> price = monthly(s.facts.copy->price);
  if (!price) return std::nullopt;
  const auto age = std::chrono::floor<std::chrono::seconds>(s.observed.at - *s.facts.copy->created_at);
  return cents_for(*price, std::max(age, std::chrono::seconds{0}));
}

Cost cost_of(const Situation& s, Phase phase) {
  Cost cost;
  if (s.facts.source) cost.source = s.facts.source->price;
  if (s.facts.copy && s.facts.copy->price) {
    cost.target = s.facts.copy->price;
  } else if (s.facts.plan) {
    cost.target = s.facts.plan->price;
  }
  const std::optional<std::int64_t> source = monthly(cost.source);
  const std::optional<std::int64_t> target = monthly(cost.target);
  if (s.facts.source && s.facts.copy)
    cost.now = sum(source, target);
  else if (s.facts.source || s.facts.copy)
    cost.now = s.facts.source ? source : target;
  const bool goes_back = s.desired.stage == Stage::source && phase > Phase::live;
  cost.after = goes_back ? source : target;
  if (phase == Phase::retired) return cost;
  cost.note = "both are billed until the old database is retired";
  const bool both = s.facts.copy || !goes_back;
  if (const auto together = sum(source, target); together && both)
    cost.overlap_a_day = cents_for(*together, std::chrono::days{1});
  return cost;
}

}  // namespace changeover
