// The files of this repository as text, with C++ split into what is compiled and what is only said.
//
// Owner: the test; plain values. Thread rule: none. Read once, never written. What git ignores is not looked at: build
// folders (they hold a CMakeCache.txt), .git, node_modules.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace changeover::tidy {

struct SourceFile {
  std::string path;                   ///< from the root, with slashes
  std::vector<std::string> lines;     ///< as they are
  std::vector<std::string> code;      ///< of .h and .cpp: without comments, literals empty
  std::vector<std::string> comments;  ///< of .h and .cpp: the comments alone

  [[nodiscard]] bool is_cpp() const { return path.ends_with(".h") || path.ends_with(".cpp"); }
  [[nodiscard]] bool is_markdown() const { return path.ends_with(".md"); }
  [[nodiscard]] bool is_script() const { return !lines.empty() && lines[0].starts_with("#!"); }
};

struct SourceTree {
  std::vector<SourceFile> files;  ///< by path

  [[nodiscard]] const SourceFile* find(std::string_view path) const;
  /// A file, a folder, or a file without its .h or .cpp; `*` stands for any characters but a slash.
  [[nodiscard]] bool has(std::string_view path) const;
};

/// One file of a tree, from its text.
[[nodiscard]] SourceFile make_file(std::string path, std::string_view text);

/// `unavailable` when the folder cannot be read.
[[nodiscard]] Result<SourceTree> read_tree(const std::string& root);

}  // namespace changeover::tidy
