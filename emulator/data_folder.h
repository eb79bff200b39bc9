// A run's hold on its data folder: two emulators on one would write each other's ledgers and backups.
//
// Owner: main, for the length of the run. Thread rule: one thread. The folder itself is locked, so nothing has to be
// cleared away, and the hold goes with the process, however that ends.
#pragma once

#include <filesystem>

#include "core/result.h"

namespace changeover::emulator {

class DataFolder {
 public:
  /// Makes it when there is none. `locked` when another emulator has it, `unavailable` when it cannot be made.
  [[nodiscard]] static Result<DataFolder> take(const std::filesystem::path& folder);
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

 private:
  explicit DataFolder(int lock) : lock_(lock) {}
  int lock_;
};

}  // namespace changeover::emulator
