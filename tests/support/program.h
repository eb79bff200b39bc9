// A program of ours as a child process: started with an environment made for it, watched, signalled, reaped.
//
// Owner: the test. Thread rule: the thread that started it; the kernel kills the child when that thread ends, however
// it ends. The destructor kills what still runs and reaps it. Output goes to files, which may be read at any time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace changeover::testing {

/// Asks again and again until it is so; false when the limit passes first.
[[nodiscard]] bool await(const std::function<bool()>& is_so, std::chrono::milliseconds limit);

/// The whole file, or "" when there is none.
[[nodiscard]] std::string file_text(const std::string& path);

class Program {
 public:
  struct Start {
    std::vector<std::string> command;                ///< the program's path first
    std::map<std::string, std::string> environment;  ///< all of it
    std::string folder;                              ///< works there
    std::string out;                                 ///< files for its output
    std::string err;
  };

  explicit Program(const Start& start);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;
  /// SIGKILL, and gone when this returns.
  void kill();
  /// The exit code, 128 + signal when one ended it; nothing when it still runs at the limit.
  [[nodiscard]] std::optional<int> exit_code(std::chrono::milliseconds limit);

 private:
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace changeover::testing
