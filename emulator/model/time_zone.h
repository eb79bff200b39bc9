// Time zones by name, from the machine's own database of them (TZif files): what "at 3:00 in Europe/Paris" is in UTC.
//
// Owner: whoever reads one; a plain value. Thread rule: none. Instead of the C library's, which know one zone a
// process.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"

namespace changeover::emulator {

class TimeZone {
 public:
  /// Nothing when there is no such zone. "UTC" needs no file.
  [[nodiscard]] static std::optional<TimeZone> find(const std::string& name);
  /// The same from the bytes of a TZif file.
  [[nodiscard]] static std::optional<TimeZone> parse(std::string_view file);

  [[nodiscard]] std::chrono::seconds offset(WallTime time) const;
  /// The first moment after `time` at which it is `hour`:00 there; an hour that a day leaves out is found the next day.
  [[nodiscard]] WallTime next(WallTime time, int hour) const;

 private:
  struct Change {
    std::chrono::seconds at;  ///< since 1970
    std::chrono::seconds offset;
  };
  std::chrono::seconds before_{0};  ///< the first change
  std::vector<Change> changes_;
};

}  // namespace changeover::emulator
