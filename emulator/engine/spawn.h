// Starting a child program so that it never outlives the run: reported to the keeper before it can do anything.
//
// Owner: nobody; functions. Thread rule: any thread, also while others run (the child calls async-signal-safe functions
// only). A child that cannot start exits with 126 (could not prepare) or 127 (no such program) and says so in its
// output.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "emulator/engine/keeper.h"

namespace changeover::emulator {

/// A user of the machine that root steps down to.
struct Account {
  uid_t user = 0;
  gid_t group = 0;
};

struct Spawn {
  std::vector<std::string> command;  ///< argv; the program by its full path
  std::map<std::string, std::string> environment;
  std::filesystem::path folder;  ///< where it works
  std::filesystem::path output;  ///< file to append stdout and stderr to; empty: /dev/null
  bool keeps_output = false;     ///< writes where we do instead
  // Open descriptors of ours that the program gets instead; -1: none.
  int input_descriptor = -1;
  int output_descriptor = -1;
  int error_descriptor = -1;
  std::optional<Account> account;  ///< who it runs as; nothing: as we do
  ReportKind kind = ReportKind::group;
  int parent_death_signal = 0;  ///< sent when the calling THREAD ends; a second net under the keeper
};

/// Starts the program in a session-less process group of its own, with default signals and no descriptor but 0 to 2.
[[nodiscard]] Result<pid_t> spawn(const Keeper& keeper, const Spawn& what);

/// Blocks until `pid` has ended, without reaping it.
void await_end(pid_t pid);

/// Reaps an ended child, ends what is left of its group and tells the keeper. Exit code, or 128 + signal.
int reap(const Keeper& keeper, pid_t pid);

/// Starts it and blocks until it has ended: its exit code, as reap() gives it.
[[nodiscard]] Result<int> run_to_end(const Keeper& keeper, const Spawn& what);

}  // namespace changeover::emulator
