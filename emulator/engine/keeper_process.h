// The keeper's own work: listen, and clear up a run when its emulator is gone.
//
// Owner: keeper.cpp alone uses this. Thread rule: keep() is the whole life of a process with one thread. A failure to
// end a process or remove a file leaves it behind for the next run's sweep.
#pragma once

#include <filesystem>

namespace changeover::emulator {

/// The life of the keeper process: reads reports until end-of-file, then clears the run's folder and exits.
[[noreturn]] void keep(int reports, const std::filesystem::path& folder);

/// Ends everything that a run without emulator and keeper noted in its folder, and removes the folder.
void clear_noted_run(const std::filesystem::path& folder);

}  // namespace changeover::emulator
