// What is wrong with a file a person wrote: many findings, each with its place and what would be right.
//
// Owner: whoever reads the file makes the list and passes it down; readers add to it and go on. Thread rule: none.
#pragma once

#include <compare>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace changeover {

/// A place in a file; line and column count from 1, 0 means "the file as a whole".
struct Position {
  int line = 0;
  int column = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct Diagnostic {
  std::string file;
  Position at;
  std::string message;  ///< what is wrong: "unknown key `tagret`"
  std::string help;     ///< what would be right: "did you mean `target`?"; may be empty
  std::string line;     ///< the source line, for the caret
};

class Diagnostics {
 public:
  Diagnostics(std::string file, std::string_view text);
  /// The same message at the same place is kept once: defaults are read once for each migration.
  void error(Position at, std::string message, std::string help = {});
  /// Overwrites part of a source line, in findings already made too, so that no caret line shows a secret.
  void mask(Position from, std::size_t length);
  [[nodiscard]] bool empty() const { return found_.empty(); }
  /// In the order of the file.
  [[nodiscard]] std::vector<Diagnostic> sorted() const;
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::vector<std::string> lines_;
  std::vector<Diagnostic> found_;
  std::set<std::pair<Position, std::string>> said_;
};

/// "spec.yaml:3:5: error: unknown key `tagret`\n    tagret: x\n    ^\n  did you mean `target`?\n"
[[nodiscard]] std::string to_text(const Diagnostic& diagnostic);

}  // namespace changeover
