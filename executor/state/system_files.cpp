// SystemFiles: the calls of POSIX behind the port, and how their errors read.
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "executor/state/files.h"

namespace changeover {
namespace {

constexpr mode_t private_mode = 0600;
/// A path that is replaced again and again under our hands is no lock file.
constexpr int most_tries = 100;

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

tl::unexpected<Error> system_error(int error, const std::string& doing, const std::string& path) {
  const std::string what = doing + " " + path + ": ";
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return fail(ErrorCode::precondition, what + "the folder " + folder_of(path) + " does not exist",
                  "make the folder, or name another path");
    case EACCES:
    case EPERM:
      return fail(ErrorCode::unauthorized, what + "this user may not",
                  "look at the owner and mode of the file and of its folder, or name another path");
    case EROFS:
      return fail(ErrorCode::precondition, what + "the file system is read-only", "name a path that can be written");
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return fail(ErrorCode::unavailable, what + "no space is left on the disk", "free some space, then run again");
    case EISDIR:
      return fail(ErrorCode::precondition, what + "it is a folder", "name a file");
    case ELOOP:
      return fail(ErrorCode::precondition, what + "it is a symbolic link that leads nowhere or in a circle",
                  "name the file itself");
    case EMFILE:
    case ENFILE:
      return fail(ErrorCode::unavailable, what + "too many files are open",
                  "raise the limit (ulimit -n), or take fewer migrations at once with --only");
    case ENOLCK:
    case EOPNOTSUPP:
      return fail(ErrorCode::precondition, what + "this file system knows no locks",
                  "keep the state on a local disk, or use the http or postgres state backend");
    default:
      return fail(ErrorCode::unavailable, what + std::generic_category().message(error), "");
  }
}

Result<void> write_all(int descriptor, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error(errno, "writing", path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::string> read_all(int descriptor, std::size_t most, const std::string& path) {
  std::string content;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(errno, "reading", path);
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > most) return fail(ErrorCode::corrupt, "reading " + path + ": it is too large to be ours");
  }
}

bool same_file(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

class FlockedFile final : public FileLock {
 public:
  FlockedFile(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  Result<void> write(std::string_view content) override {
    if (::ftruncate(file_.number(), 0) != 0 || ::lseek(file_.number(), 0, SEEK_SET) != 0)
      return system_error(errno, "writing", path_);
    return write_all(file_.number(), content, path_);
  }

  Result<bool> still_there() override {
    struct stat ours{};
    struct stat named{};
    if (::fstat(file_.number(), &ours) != 0) return system_error(errno, "looking at", path_);
    if (::lstat(path_.c_str(), &named) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return false;
      return system_error(errno, "looking at", path_);
    }
    return same_file(ours, named);
  }

  void remove_and_release() override {
    // Removed while still locked: whoever opened the same file in the meantime sees that its path is gone and tries
    // again. A failure leaves an unlocked file, which is as good as none.
    const Result<bool> there = still_there();
    if (there && *there) static_cast<void>(::unlink(path_.c_str()));
    file_.close();
  }

 private:
  Descriptor file_;
  std::string path_;
};

/// Makes a temporary file beside `path` that nobody else has; `name` is what it is called.
Result<Descriptor> open_temporary(const std::string& path, std::string& name) {
  for (int i = 0; i < most_tries; ++i) {
    name = path + ".changeover-" + std::to_string(::getpid()) + "-" + std::to_string(i) + ".tmp";
    Descriptor file(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, private_mode));
    if (file.is_open()) return file;
    if (errno != EEXIST) return system_error(errno, "writing", path);
  }
  return fail(ErrorCode::conflict, "writing " + path + ": too many files named like " + name + " are in the way",
              "remove them");
}

Result<void> sync_folder(const std::string& path) {
  const Descriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems cannot sync a folder and say EINVAL: then there is nothing to wait for.
  if (folder.is_open() && (::fsync(folder.number()) == 0 || errno == EINVAL)) return {};
  return fail(ErrorCode::outcome_unknown,
              "writing " + path + ": written, but the disk did not confirm it (" +
                  std::generic_category().message(errno) + "); a power failure could bring the old content back",
              "look at the disk, then run again");
}

}  // namespace

Result<std::string> SystemFiles::resolve(const std::string& path) {
  const auto real = [](const std::string& name) -> std::string {
    std::array<char, PATH_MAX> buffer{};
    const char* found = ::realpath(name.c_str(), buffer.data());
    return found == nullptr ? std::string() : std::string(found);
  };
  struct stat named{};
  if (::lstat(path.c_str(), &named) == 0 && S_ISLNK(named.st_mode)) {
    std::string target = real(path);
    if (target.empty()) return system_error(ELOOP, "opening", path);
    return target;
  }
  const std::string folder = real(folder_of(path));
  if (folder.empty()) return system_error(errno, "opening", path);
  return folder == "/" ? "/" + name_of(path) : folder + "/" + name_of(path);
}

Result<std::optional<std::string>> SystemFiles::read(const std::string& path) {
  // Non-blocking, so that a pipe of that name cannot hang us.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::nullopt;
    return system_error(errno, "reading", path);
  }
  struct stat found{};
  if (::fstat(file.number(), &found) != 0) return system_error(errno, "reading", path);
  if (!S_ISREG(found.st_mode)) {
    if (S_ISDIR(found.st_mode)) return system_error(EISDIR, "reading", path);
    return fail(ErrorCode::precondition, "reading " + path + ": it is no ordinary file", "name a file");
  }
  Result<std::string> content = read_all(file.number(), max_bytes, path);
  if (!content) return fail(content.error());
  return std::optional<std::string>(std::move(*content));
}

Result<void> SystemFiles::write_durably(const std::string& path, std::string_view content) {
  Result<std::string> target = resolve(path);
  if (!target) return fail(target.error());
  std::string temporary;
  Result<Descriptor> file = open_temporary(*target, temporary);
  if (!file) return fail(file.error());
  Result<void> done = write_all(file->number(), content, *target);
  if (done && ::fsync(file->number()) != 0) done = system_error(errno, "writing", *target);
  file->close();
  if (done && ::rename(temporary.c_str(), target->c_str()) != 0) done = system_error(errno, "writing", *target);
  if (!done) {
    static_cast<void>(::unlink(temporary.c_str()));
    return done;
  }
  return sync_folder(*target);
}

Result<void> SystemFiles::remove(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return system_error(errno, "removing", path);
}

Result<bool> SystemFiles::exists(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return system_error(errno, "looking at", path);
}

Result<std::vector<std::string>> SystemFiles::list(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), &::closedir);
  if (!open) return system_error(errno, "listing", folder + "/");
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(open.get());
    if (entry == nullptr && errno != 0) return system_error(errno, "listing", folder + "/");
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

Result<std::unique_ptr<FileLock>> SystemFiles::try_lock(const std::string& path) {
  for (int i = 0; i < most_tries; ++i) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, private_mode));
    if (!file.is_open()) return system_error(errno, "locking", path);
    if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return std::unique_ptr<FileLock>();
      if (errno == EINTR) continue;
      return system_error(errno, "locking", path);
    }
    // The holder before us may have removed the file between our open and our lock: then we hold a file without a
    // name, which keeps nobody out.
    auto lock = std::make_unique<FlockedFile>(std::move(file), path);
    Result<bool> there = lock->still_there();
    if (!there) return fail(there.error());
    if (*there) return std::unique_ptr<FileLock>(std::move(lock));
  }
  return fail(ErrorCode::conflict, "locking " + path + ": the file is replaced again and again",
              "look for what else writes there");
}

}  // namespace changeover
