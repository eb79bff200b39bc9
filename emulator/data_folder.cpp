#include "emulator/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace changeover::emulator {

Result<DataFolder> DataFolder::take(const std::filesystem::path& folder) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  const int lock = problem ? -1 : ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0)
    return fail(
        ErrorCode::unavailable,
        "cannot use the folder " + folder.string() + ": " + (problem ? problem.message() : std::strerror(errno)),
        "name another with --data, or leave it out");
  if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return DataFolder(lock);
  ::close(lock);
  return fail(ErrorCode::locked, "another emulator runs with the data folder " + folder.string(),
              "end it first, or name another folder with --data");
}

DataFolder::DataFolder(DataFolder&& other) noexcept : lock_(std::exchange(other.lock_, -1)) {}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace changeover::emulator
