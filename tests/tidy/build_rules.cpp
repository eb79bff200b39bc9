#include <cctype>
#include <cstdio>
#include <memory>
#include <string_view>

#include "tests/tidy/rules.h"

namespace changeover::tidy {
namespace {

/// Whether a CMakeLists.txt has the word between blanks, brackets or line ends.
bool names(const SourceFile& list, const std::string& word) {
  const auto is_end = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0 || c == '(' || c == ')'; };
  for (const std::string& line : list.lines)
    for (std::size_t at = line.find(word); at != std::string::npos; at = line.find(word, at + 1)) {
      const std::size_t after = at + word.size();
      if ((at == 0 || is_end(line[at - 1])) && (after == line.size() || is_end(line[after]))) return true;
    }
  return false;
}

/// Looks upwards: a folder's sources may be listed by a folder above it, with the path from there.
bool is_listed(const SourceTree& tree, const std::string& path) {
  for (std::size_t slash = path.rfind('/');; slash = path.rfind('/', slash - 1)) {
    const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
    const SourceFile* list = tree.find(path.substr(0, begin) + "CMakeLists.txt");
    if (list != nullptr && names(*list, path.substr(begin))) return true;
    if (slash == std::string::npos || slash == 0) return false;
  }
}

}  // namespace

Findings unbuilt_sources(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree.files) {
    if (file.path.ends_with(".cpp") && !is_listed(tree, file.path))
      findings.push_back({file.path, 0, "no CMakeLists.txt names it, so it is not built and nobody notices"});
    constexpr std::string_view list = "/CMakeLists.txt";
    if (file.path.ends_with(list) && !is_listed(tree, file.path.substr(0, file.path.size() - list.size())))
      findings.push_back({file.path, 0, "no CMakeLists.txt above adds this folder"});
  }
  return findings;
}

Findings shell_syntax(const SourceTree& tree, const std::string& root) {
  Findings findings;
  for (const SourceFile& file : tree.files) {
    const bool shell = file.is_script() && file.lines[0].ends_with("sh");
    if (!shell && !file.path.ends_with(".sh")) continue;
    const std::string command = "bash -n '" + root + "/" + file.path + "' 2>&1";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "re"), pclose);
    std::string said;
    for (int c = pipe ? std::fgetc(pipe.get()) : EOF; c != EOF; c = std::fgetc(pipe.get()))
      said += static_cast<char>(c);
    if (!pipe || !said.empty()) findings.push_back({file.path, 0, "bash does not accept it: " + said});
  }
  return findings;
}

}  // namespace changeover::tidy
