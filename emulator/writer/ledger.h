// The ledger: what writers were told is committed, one line a row, in a file that outlives databases and processes.
//
//     <writer> <n> <microseconds since 1970> <host>:<port>\n
//
// A line is one write() to a file opened with O_APPEND, so lines of many writers never mix and a killed writer leaves
// no half line (they stay far below a page). Owner: whoever opens it. Thread rule: one thread. A failed append leaves
// the ledger without that line: the writer must stop, because the proof has a hole.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace changeover::writer {

using Microseconds = std::chrono::sys_time<std::chrono::microseconds>;

struct Acknowledgement {
  std::string writer;     ///< no blanks
  std::int64_t n = 0;     ///< counts from 1, with gaps where the answer was lost
  Microseconds at{};      ///< when the commit was acknowledged
  std::string host_port;  ///< "127.0.0.1:5433", where it was written
};

class Ledger {
 public:
  [[nodiscard]] static Result<Ledger> open(const std::string& path);
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  Ledger(Ledger&& other) noexcept;
  Ledger& operator=(Ledger&&) = delete;
  ~Ledger();
  [[nodiscard]] Result<void> append(const Acknowledgement& line);

 private:
  explicit Ledger(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// All lines of a ledger file, in the order of the file. `corrupt` names the first line that is none.
[[nodiscard]] Result<std::vector<Acknowledgement>> read_ledger(const std::string& path);

}  // namespace changeover::writer
