#include "emulator/engine/postgres_programs.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace changeover::emulator {
namespace {

namespace fs = std::filesystem;

bool has_server(const fs::path& folder) {
  return access((folder / "initdb").c_str(), X_OK) == 0 && access((folder / "postgres").c_str(), X_OK) == 0;
}

/// What `pg_config --bindir` prints; it is asked first, because PATH is how a person says which installation he means.
fs::path configured_programs() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen("pg_config --bindir 2>/dev/null", "re"), pclose);
  std::array<char, 4096> line{};
  if (!pipe || std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) == nullptr) return {};
  const std::string text(line.data());
  return text.substr(0, text.find('\n'));
}

}  // namespace

Result<fs::path> postgres_programs() {
  const fs::path configured = configured_programs();
  if (has_server(configured)) return configured;
  fs::path newest;
  int newest_version = 0;
  std::error_code failed;
  for (fs::directory_iterator it("/usr/lib/postgresql", failed), end; !failed && it != end; it.increment(failed)) {
    const int version = std::atoi(it->path().filename().c_str());
    if (version > newest_version && has_server(it->path() / "bin")) {
      newest_version = version;
      newest = it->path() / "bin";
    }
  }
  if (!newest.empty()) return newest;
  return fail(ErrorCode::not_found, "the programs of the PostgreSQL server are not on this machine",
              "install the package postgresql, or put its pg_config into PATH");
}

Result<std::optional<Account>> server_account() {
  if (geteuid() != 0) return std::nullopt;
  for (const char* const name : {"postgres", "nobody"}) {
    struct passwd entry{};
    struct passwd* found = nullptr;
    std::array<char, 4096> text{};
    if (getpwnam_r(name, &entry, text.data(), text.size(), &found) == 0 && found != nullptr) {
      return Account{found->pw_uid, found->pw_gid};
    }
  }
  return fail(ErrorCode::not_found, "PostgreSQL refuses to run as root, and there is no user postgres or nobody",
              "run the emulator as another user");
}

std::map<std::string, std::string> postgres_environment() {
  return {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}, {"TZ", "UTC"}};
}

}  // namespace changeover::emulator
