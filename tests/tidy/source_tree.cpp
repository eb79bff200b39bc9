#include "tests/tidy/source_tree.h"

#include <fnmatch.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace changeover::tidy {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

/// Parts C++ into code and comments, line by line.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  void split(SourceFile& file) {
    while (at_ < text_.size()) step();
    file.code = lines_of(code_);
    file.comments = lines_of(comments_);
    file.code.resize(file.lines.size());
    file.comments.resize(file.lines.size());
  }

 private:
  [[nodiscard]] bool next_is(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  void step() {
    if (next_is("//")) {
      keep(comments_, text_.find('\n', at_));
    } else if (next_is("/*")) {
      const std::size_t end = text_.find("*/", at_ + 2);
      keep(comments_, end == std::string_view::npos ? end : end + 2);
    } else if (next_is("R\"") && !after_word()) {
      const std::size_t open = text_.find('(', at_);
      const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
      const std::size_t end = text_.find(close, open);
      drop(end == std::string_view::npos ? end : end + close.size());
    } else if (text_[at_] == '"' || (text_[at_] == '\'' && !after_word())) {
      drop(end_of_literal());
    } else {
      keep(code_, at_ + 1);
    }
  }

  /// 1'000 holds no character literal, and R in OR"" begins no raw string.
  [[nodiscard]] bool after_word() const {
    return at_ > 0 && std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0;
  }

  [[nodiscard]] std::size_t end_of_literal() const {
    const char quote = text_[at_];
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    return end + 1;
  }

  void keep(std::string& where, std::size_t end) {
    end = std::min(end, text_.size());
    for (; at_ < end; ++at_) {
      if (text_[at_] == '\n') {
        code_ += '\n';
        comments_ += '\n';
      } else {
        where += text_[at_];
      }
    }
  }

  void drop(std::size_t end) {
    code_ += "\"\"";
    std::string nowhere;
    keep(nowhere, end);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string code_;
  std::string comments_;
};

bool is_ignored(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  if (name == ".git") return true;  // a folder, or a file in a worktree
  if (!entry.is_directory()) return name.find(".state.json") != std::string::npos || name == "compile_commands.json";
  return name == "build" || name == "node_modules" || fs::exists(entry.path() / "CMakeCache.txt");
}

}  // namespace

const SourceFile* SourceTree::find(std::string_view path) const {
  const auto found = std::ranges::find(files, path, &SourceFile::path);
  return found == files.end() ? nullptr : &*found;
}

bool SourceTree::has(std::string_view path) const {
  const std::string name(path);
  return std::ranges::any_of(files, [&](const SourceFile& file) {
    if (file.path == name || file.path == name + ".h" || file.path == name + ".cpp") return true;
    if (file.path.starts_with(name + "/")) return true;
    return fnmatch(name.c_str(), file.path.c_str(), FNM_PATHNAME) == 0;
  });
}

SourceFile make_file(std::string path, std::string_view text) {
  SourceFile file;
  file.path = std::move(path);
  file.lines = lines_of(text);
  if (file.is_cpp()) Splitter(text).split(file);
  return file;
}

Result<SourceTree> read_tree(const std::string& root) {
  SourceTree tree;
  std::error_code problem;
  fs::recursive_directory_iterator walk(root, problem);
  for (; !problem && walk != fs::end(walk); walk.increment(problem)) {
    if (is_ignored(*walk)) {
      if (walk->is_directory()) walk.disable_recursion_pending();
      continue;
    }
    if (!walk->is_regular_file() || walk->is_symlink()) continue;
    std::ifstream stream(walk->path(), std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    tree.files.push_back(make_file(fs::relative(walk->path(), root).generic_string(), text.str()));
  }
  if (problem) return fail(ErrorCode::unavailable, "reading " + root + ": " + problem.message());
  std::ranges::sort(tree.files, {}, &SourceFile::path);
  return tree;
}

}  // namespace changeover::tidy
