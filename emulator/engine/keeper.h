// One run of the emulator on this machine: its folder, and a small process that clears up after it whatever happens.
//
// The keeper process is forked when the run starts, makes the folder, and holds one end of a socket; the emulator holds
// the only other end (children close it when they become another program, after they reported themselves). When the
// emulator is gone, however it went, the keeper reads end-of-file, ends every reported process group and server,
// removes the folder and exits. Should emulator and keeper both be killed, the next run of the same user finds the
// folder's lock free and does the same. Owner: the program's wiring (or a test) makes one before any engine and drops
// it after them. Thread rule: started by one thread, best before there are others; afterwards every member may be
// called from any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/result.h"

namespace changeover::emulator {

/// What a started process tells the keeper about itself.
enum class ReportKind : std::int32_t {
  group = 1,   ///< ended with SIGKILL to its process group
  server = 2,  ///< a PostgreSQL server: SIGQUIT (immediate shutdown) first
  ended = 3,   ///< reaped by us: forget it
};

struct Report {
  ReportKind kind = ReportKind::ended;
  pid_t pid = 0;
};

class Keeper {
 public:
  /// Clears what dead runs left and starts the keeper process, which makes this run's folder. `parent`: where the
  /// folder is made; empty for /dev/shm when it is writable and has a gigabyte free, else the temporary folder.
  [[nodiscard]] static Result<std::unique_ptr<Keeper>> start(std::filesystem::path parent = {});
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  /// Waits until the keeper has ended what is left and removed the folder.
  ~Keeper();

  /// Everything of this run lies below; other users may pass through it, not list it.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// Where a child sends its Report before it becomes another program. Async-signal-safe to send to.
  [[nodiscard]] int report_descriptor() const { return reports_; }
  /// Tells that `pid` was reaped.
  void ended(pid_t pid) const;

 private:
  Keeper(std::filesystem::path folder, int lock, int reports, int done)
      : folder_(std::move(folder)), lock_(lock), reports_(reports), done_(done) {}

  std::filesystem::path folder_;
  int lock_;
  int reports_;
  int done_;
};

/// Sends a report; false when the keeper is gone. Async-signal-safe.
[[nodiscard]] bool send_report(int descriptor, ReportKind kind, pid_t pid);

}  // namespace changeover::emulator
