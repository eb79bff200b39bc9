#include "emulator/writer/ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace changeover::writer {

Result<Ledger> Ledger::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor >= 0) return Ledger(descriptor);
  return fail(ErrorCode::invalid_spec, "cannot open the ledger " + path + ": " + std::strerror(errno),
              "set CHANGEOVER_LEDGER to a file in a folder that exists");
}

Ledger::Ledger(Ledger&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Ledger::~Ledger() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<void> Ledger::append(const Acknowledgement& line) {
  const std::string text = line.writer + ' ' + std::to_string(line.n) + ' ' +
                           std::to_string(line.at.time_since_epoch().count()) + ' ' + line.host_port + '\n';
  ssize_t written = 0;
  do written = write(descriptor_, text.data(), text.size());
  while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(text.size())) return {};
  return fail(ErrorCode::unavailable, std::string("cannot write to the ledger: ") + std::strerror(errno),
              "free room on its disk; the proof is worth nothing without this line");
}

Result<std::vector<Acknowledgement>> read_ledger(const std::string& path) {
  std::ifstream file(path);
  if (!file) return fail(ErrorCode::not_found, "cannot read the ledger " + path, "give the writers' CHANGEOVER_LEDGER");
  std::vector<Acknowledgement> lines;
  for (std::string text; std::getline(file, text);) {
    std::istringstream fields(text);
    Acknowledgement line;
    std::int64_t microseconds = 0;
    std::string rest;
    if (!(fields >> line.writer >> line.n >> microseconds >> line.host_port) || fields >> rest || file.eof()) {
      return fail(ErrorCode::corrupt, path + ":" + std::to_string(lines.size() + 1) + ": not a line of a ledger");
    }
    line.at = Microseconds{std::chrono::microseconds{microseconds}};
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace changeover::writer
