#include "emulator/engine/keeper_process.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "emulator/engine/keeper.h"
#include "emulator/engine/process_table.h"

namespace changeover::emulator {
namespace {

constexpr int server_patience_ms = 3000;  // an immediate shutdown takes about 10 ms
constexpr int look_again_ms = 5;
constexpr int removal_tries = 200;

struct Started {
  ReportKind kind = ReportKind::group;
  pid_t pid = 0;
  std::uint64_t started = 0;
};

void pause_briefly() { poll(nullptr, 0, look_again_ms); }

std::filesystem::path notes_of(const std::filesystem::path& folder) { return folder / "processes"; }

bool is_same(const Started& process) {
  const auto facts = process_facts(process.pid);
  return facts && facts->alive() && facts->started == process.started;
}

void end_servers(const std::vector<Started>& processes) {
  const auto running = [](const Started& process) { return process.kind == ReportKind::server && is_same(process); };
  for (const Started& process : processes) {
    if (running(process)) kill(process.pid, SIGQUIT);
  }
  for (int waited = 0; waited < server_patience_ms; waited += look_again_ms) {
    if (std::none_of(processes.begin(), processes.end(), running)) return;
    pause_briefly();
  }
}

void end_groups(const std::vector<Started>& processes) {
  for (const Started& process : processes) {
    // A process id is not given out again while a group of that id has members, so a group without its leader is ours.
    const auto leader = process_facts(process.pid);
    if (!leader || leader->started == process.started) kill(-process.pid, SIGKILL);
  }
}

void clear(const std::filesystem::path& folder, const std::vector<Started>& processes) {
  end_groups([&] {  // writers first: they hold connections
    std::vector<Started> groups = processes;
    std::erase_if(groups, [](const Started& process) { return process.kind != ReportKind::group; });
    return groups;
  }());
  end_servers(processes);
  end_groups(processes);
  for (int attempt = 0; attempt < removal_tries; ++attempt) {
    for (const pid_t pid : processes_inside(folder)) kill(pid, SIGKILL);
    std::error_code failed;
    std::filesystem::remove_all(folder, failed);
    if (!std::filesystem::exists(folder, failed)) return;
    pause_briefly();
  }
}

}  // namespace

void keep(int reports, const std::filesystem::path& folder) {
  for (const int ignored : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) std::signal(ignored, SIG_IGN);
  prctl(PR_SET_NAME, "changeover-keep");
  std::vector<Started> processes;
  std::ofstream notes(notes_of(folder), std::ios::app);
  Report report;
  while (true) {
    const ssize_t length = recv(reports, &report, sizeof report, 0);
    if (length < 0 && errno == EINTR) continue;
    if (length != static_cast<ssize_t>(sizeof report)) break;
    if (report.kind == ReportKind::ended) {
      std::erase_if(processes, [&](const Started& process) { return process.pid == report.pid; });
      continue;
    }
    const auto facts = process_facts(report.pid);
    if (!facts) continue;
    processes.push_back({report.kind, report.pid, facts->started});
    notes << static_cast<int>(report.kind) << ' ' << report.pid << ' ' << facts->started << std::endl;
  }
  clear(folder, processes);
  _exit(0);
}

void clear_noted_run(const std::filesystem::path& folder) {
  std::vector<Started> processes;
  std::ifstream notes(notes_of(folder));
  int kind = 0;
  Started process;
  while (notes >> kind >> process.pid >> process.started) {
    process.kind = static_cast<ReportKind>(kind);
    if (is_same(process)) processes.push_back(process);
  }
  clear(folder, processes);
}

}  // namespace changeover::emulator
