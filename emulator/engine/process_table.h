// What /proc says about processes: whether a group still lives, and who works inside a folder.
//
// Owner: nobody; pure reads. Thread rule: any thread. A process may end between two calls, so every answer is a hint;
// start times tell a process from a later one with the same id.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace changeover::emulator {

struct ProcessFacts {
  char state = '?';  ///< proc(5): 'Z' is a zombie
  pid_t group = 0;
  std::uint64_t started = 0;  ///< clock ticks since boot
  [[nodiscard]] bool alive() const { return state != 'Z' && state != 'X'; }
};

/// Nothing when there is no such process.
[[nodiscard]] std::optional<ProcessFacts> process_facts(pid_t pid);

/// True while a process of the group is there that is no zombie.
[[nodiscard]] bool group_alive(pid_t group);

/// Living processes whose working directory is `folder` or below it. PostgreSQL's server processes stand in their data
/// folder, so this finds backends that made process groups of their own.
[[nodiscard]] std::vector<pid_t> processes_inside(const std::filesystem::path& folder);

}  // namespace changeover::emulator
