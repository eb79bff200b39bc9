#include "cmd/approval.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ostream>
#include <string>

namespace changeover {
namespace {

constexpr std::size_t longest_answer = 256;

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

Approval ask_approval(std::string_view question, int interrupt, Shell& shell) {
  shell.err << "\n" << question << "\n  Only \"yes\" is accepted: " << std::flush;
  std::string answer;
  while (answer.size() < longest_answer && answer.find('\n') == std::string::npos) {
    std::array<pollfd, 2> waiting{pollfd{shell.in, POLLIN, 0}, pollfd{interrupt, POLLIN, 0}};
    if (poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return Approval::no;
    }
    if (waiting[1].revents != 0) {
      shell.err << "\n";
      return Approval::interrupted;
    }
    std::array<char, 64> bytes{};
    const auto length = read(shell.in, bytes.data(), bytes.size());
    if (length <= 0) break;
    answer.append(bytes.data(), static_cast<std::size_t>(length));
  }
  return trimmed(answer) == "yes" ? Approval::yes : Approval::no;
}

}  // namespace changeover
