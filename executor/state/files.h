// Files as a port: what state, locks and plan files need of a disk, so that tests can make any call fail.
//
// Owner: the wiring makes one SystemFiles; everyone else takes a reference. Thread rule: one thread. A write is whole
// and durable when it has returned, or the old content is still there. Files are made with mode 600.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace changeover {

/// An exclusive lock on a file, held until it is dropped; the operating system drops it for a process that dies, and
/// then the file stays behind, free for the next one.
class FileLock {
 public:
  virtual ~FileLock() = default;
  /// Replaces what the file says about its holder.
  [[nodiscard]] virtual Result<void> write(std::string_view content) = 0;
  /// Whether the path still names the file that is locked; false after somebody removed or replaced it.
  [[nodiscard]] virtual Result<bool> still_there() = 0;
  /// Removes the file when it is still the locked one, then lets go. Nothing may lock that path by another way at the
  /// same time than Files::try_lock.
  virtual void remove_and_release() = 0;
};

class Files {
 public:
  virtual ~Files() = default;

  /// The absolute path with symbolic links followed; the file itself need not exist. `precondition` when the folder
  /// does not.
  [[nodiscard]] virtual Result<std::string> resolve(const std::string& path) = 0;
  /// The whole file; nothing when there is none.
  [[nodiscard]] virtual Result<std::optional<std::string>> read(const std::string& path) = 0;
  /// Temporary file beside it, fsync, rename, fsync of the folder. After an error the old content is there, except for
  /// `outcome_unknown`: the new content is there and may not outlive a power failure.
  [[nodiscard]] virtual Result<void> write_durably(const std::string& path, std::string_view content) = 0;
  /// No error when there was no such file.
  [[nodiscard]] virtual Result<void> remove(const std::string& path) = 0;
  [[nodiscard]] virtual Result<bool> exists(const std::string& path) = 0;
  /// The names in a folder, sorted.
  [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
  /// Makes the file when it is missing. A null pointer when somebody else holds it; never waits.
  [[nodiscard]] virtual Result<std::unique_ptr<FileLock>> try_lock(const std::string& path) = 0;
};

/// What write_durably leaves behind when the process dies in the middle: NAME.changeover-PID-N.tmp.
[[nodiscard]] bool is_leftover_of(std::string_view name, std::string_view file_name);

/// "/a/b.json" → "/a" and "b.json"; "b.json" → "." and "b.json".
[[nodiscard]] std::string folder_of(const std::string& path);
[[nodiscard]] std::string name_of(const std::string& path);

/// The machine's disk.
class SystemFiles final : public Files {
 public:
  [[nodiscard]] Result<std::string> resolve(const std::string& path) override;
  [[nodiscard]] Result<std::optional<std::string>> read(const std::string& path) override;
  [[nodiscard]] Result<void> write_durably(const std::string& path, std::string_view content) override;
  [[nodiscard]] Result<void> remove(const std::string& path) override;
  [[nodiscard]] Result<bool> exists(const std::string& path) override;
  [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) override;
  [[nodiscard]] Result<std::unique_ptr<FileLock>> try_lock(const std::string& path) override;

  /// Larger files are refused: nothing of ours gets near it.
  static constexpr std::size_t max_bytes = 256U << 20U;
};

}  // namespace changeover
