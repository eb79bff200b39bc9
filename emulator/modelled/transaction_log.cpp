#include "emulator/modelled/transaction_log.h"

#include <algorithm>

namespace changeover::emulator {

SteadyTime Stretch::at(std::int64_t index) const {
  return start + std::chrono::duration_cast<SteadyTime::duration>(period * index);
}

std::int64_t Stretch::until(SteadyTime time) const {
  if (count == 0 || time < start) return 0;
  if (period.count() == 0) return count;
  return std::min<std::int64_t>(count, (time - start) / period + 1);
}

void TransactionLog::append(const Stretch& stretch) {
  if (stretch.count == 0) return;
  const auto writer = static_cast<std::size_t>(stretch.writer);
  if (latest_.size() <= writer) latest_.resize(writer + 1, 0);
  if (latest_[writer] != 0) {
    Stretch& last = stretches_[latest_[writer] - 1];
    const bool goes_on = last.period == stretch.period && last.first + last.count == stretch.first &&
                         last.at(last.count) == stretch.start;
    if (goes_on) {
      last.count += stretch.count;
      return;
    }
  }
  stretches_.push_back(stretch);
  latest_[writer] = stretches_.size();
}

std::int64_t TransactionLog::committed(SteadyTime time) const {
  std::int64_t count = 0;
  for (const Stretch& stretch : stretches_) count += stretch.until(time);
  return count;
}

}  // namespace changeover::emulator
