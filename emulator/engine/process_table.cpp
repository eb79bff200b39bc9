#include "emulator/engine/process_table.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>
#include <string>

namespace changeover::emulator {
namespace {

template <class Visit>
void each_process(Visit visit) {
  std::error_code ignored;
  for (std::filesystem::directory_iterator it("/proc", ignored), end; it != end; it.increment(ignored)) {
    const std::string name = it->path().filename().string();
    if (std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
      visit(static_cast<pid_t>(std::stol(name)));
    }
    if (ignored) break;
  }
}

}  // namespace

std::optional<ProcessFacts> process_facts(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  // By the stream, not by its buffer: a process that ends meanwhile makes the read fail, and a buffer throws that.
  std::ostringstream read;
  read << file.rdbuf();
  const std::string text = read.str();
  const std::size_t name_end = text.rfind(')');  // the program's name may hold blanks and brackets
  if (name_end == std::string::npos) return std::nullopt;
  constexpr int fields_from_group_to_start = 17;  // proc(5): group is field 5, start time field 22
  std::istringstream fields(text.substr(name_end + 1));
  ProcessFacts facts;
  pid_t parent = 0;
  fields >> facts.state >> parent >> facts.group;
  std::string skipped;
  for (int field = 1; field < fields_from_group_to_start; ++field) fields >> skipped;
  fields >> facts.started;
  if (!fields) return std::nullopt;
  return facts;
}

bool group_alive(pid_t group) {
  bool found = false;
  each_process([&](pid_t pid) {
    if (found) return;
    const auto facts = process_facts(pid);
    found = facts && facts->group == group && facts->alive();
  });
  return found;
}

std::vector<pid_t> processes_inside(const std::filesystem::path& folder) {
  std::vector<pid_t> inside;
  const std::string root = folder.string();
  each_process([&](pid_t pid) {
    std::error_code unreadable;
    const std::string cwd = std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/cwd", unreadable).string();
    if (unreadable || !cwd.starts_with(root)) return;
    const std::string rest = cwd.substr(root.size());
    const bool within = rest.empty() || rest.front() == '/' || rest == " (deleted)";
    const auto facts = process_facts(pid);
    if (within && facts && facts->alive()) inside.push_back(pid);
  });
  return inside;
}

}  // namespace changeover::emulator
