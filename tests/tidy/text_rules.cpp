#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>

#include "tests/tidy/rules.h"

namespace changeover::tidy {
namespace {

using std::string_view;

constexpr string_view path_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./*-";

/// Where people and programs read prose: documents, and the comments of code and build files.
bool is_document(const SourceFile& file) { return file.is_markdown() && !file.path.starts_with("tests/"); }

std::set<std::string> top_folders(const SourceTree& tree) {
  std::set<std::string> folders;
  for (const SourceFile& file : tree.files)
    if (const std::size_t slash = file.path.find('/'); slash != std::string::npos && file.path[0] != '.')
      folders.insert(file.path.substr(0, slash + 1));
  return folders;
}

/// Every "folder/…" in a line whose folder is one of ours.
std::vector<std::string> paths_in(string_view line, const std::set<std::string>& folders) {
  std::vector<std::string> paths;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t begin = line.find_first_of(path_letters, at);
    if (begin == string_view::npos) break;
    std::size_t end = line.find_first_not_of(path_letters, begin);
    if (end == string_view::npos) end = line.size();
    at = end;
    string_view word = line.substr(begin, end - begin);
    // A placeholder or a choice of several goes on behind the word.
    if (end < line.size() && (line[end] == '<' || line[end] == '{' || line[end] == '$')) continue;
    if (begin > 0 && (line[begin - 1] == '$' || line[begin - 1] == '}' || line[begin - 1] == '>')) continue;
    while (!word.empty() && (word.ends_with('.') || word.ends_with('/'))) word.remove_suffix(1);
    const std::size_t slash = word.find('/');
    if (slash != string_view::npos && folders.contains(std::string(word.substr(0, slash + 1))))
      paths.emplace_back(word);
  }
  return paths;
}

/// The targets of [text](target) that are files.
std::vector<std::string> links_in(string_view line) {
  std::vector<std::string> links;
  for (std::size_t at = line.find("]("); at != string_view::npos; at = line.find("](", at + 1)) {
    string_view target = line.substr(at + 2);
    target = target.substr(0, target.find_first_of(")#"));
    if (!target.empty() && target.find("://") == string_view::npos) links.emplace_back(target);
  }
  return links;
}

std::string beside(const std::string& file, const std::string& link) {
  std::string path = file.substr(0, file.find_last_of('/') + 1) + link;
  for (std::size_t up = path.find("/../"); up != std::string::npos; up = path.find("/../")) {
    const std::size_t parent = up == 0 ? std::string::npos : path.rfind('/', up - 1);
    path.erase(parent == std::string::npos ? 0 : parent + 1, up + 4 - (parent == std::string::npos ? 0 : parent + 1));
  }
  return path;
}

}  // namespace

Findings opening_comments(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree.files)
    if (file.path.ends_with(".h") && (file.lines.empty() || !file.lines[0].starts_with("// ")))
      findings.push_back({file.path, 1, "a header opens with what it is, who owns it and its thread rule"});
  return findings;
}

Findings unfinished_work(const SourceTree& tree) {
  // In two parts, so that this file does not find itself.
  const std::array<std::string, 3> words{std::string("TO") + "DO", std::string("FIX") + "ME", std::string("XX") + "X"};
  Findings findings;
  for (const SourceFile& file : tree.files)
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      for (const std::string& word : words) {
        const std::string& line = file.lines[i];
        const std::size_t at = line.find(word);
        if (at == std::string::npos) continue;
        const char before = at == 0 ? ' ' : line[at - 1];
        const char after = at + word.size() < line.size() ? line[at + word.size()] : ' ';
        if (std::isalnum(static_cast<unsigned char>(before)) == 0 &&
            std::isalnum(static_cast<unsigned char>(after)) == 0)
          findings.push_back({file.path, i + 1, "work that is left is an issue, not a remark: " + word});
      }
  return findings;
}

Findings machine_paths(const SourceTree& tree) {
  // Fixtures and examples that show a path of the user's, never one that exists here.
  static constexpr std::array<string_view, 4> shown{"/home/op", "/home/x/", "/tmp/example", "/home/you/"};
  Findings findings;
  for (const SourceFile& file : tree.files) {
    if (file.path.starts_with("tests/tidy/")) continue;  // its bad examples
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      for (const string_view root : {"/work/", "/tmp/", "/home/", "/root/"}) {
        const std::size_t at = line.find(root);
        if (at == std::string::npos) continue;
        const bool within = at > 0 && path_letters.find(line[at - 1]) != string_view::npos;
        const bool example = std::ranges::any_of(
            shown, [&](string_view known) { return string_view(line).substr(at).starts_with(known); });
        const bool made_unique = line.find("XXXXXX") != std::string::npos;  // mkdtemp
        if (!within && !example && !made_unique)
          findings.push_back({file.path, i + 1, "a path of one machine: " + std::string(root)});
      }
    }
  }
  return findings;
}

Findings absent_paths(const SourceTree& tree) {
  const std::set<std::string> folders = top_folders(tree);
  Findings findings;
  for (const SourceFile& file : tree.files) {
    const bool document = is_document(file);
    if (!document && !file.is_cpp()) continue;
    const std::vector<std::string>& said = document ? file.lines : file.comments;
    for (std::size_t i = 0; i < said.size(); ++i) {
      std::set<std::string> named;
      for (std::string& path : paths_in(said[i], folders)) named.insert(std::move(path));
      if (document)
        for (const std::string& link : links_in(said[i])) named.insert(beside(file.path, link));
      for (const std::string& path : named) {
        if (!tree.has(path)) findings.push_back({file.path, i + 1, "there is no " + path});
      }
    }
  }
  return findings;
}

namespace {

/// What ./dev and changeover know, read from where they define it.
struct Commands {
  std::set<std::string> dev;
  std::set<std::string> changeover{"help"};
  std::set<std::string> options{"--help", "--version"};
};

Commands commands_of(const SourceTree& tree) {
  Commands commands;
  if (const SourceFile* dev = tree.find("dev"); dev != nullptr) {
    bool choosing = false;
    for (const std::string& line : dev->lines) {
      if (line.starts_with("case ")) choosing = true;
      const std::size_t end = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", 2);
      if (choosing && line.starts_with("  ") && end != std::string::npos && end > 2 &&
          (line[end] == ')' || line.substr(end, 2) == " |"))
        commands.dev.insert(line.substr(2, end - 2));
    }
  }
  if (const SourceFile* parser = tree.find("cmd/command_line.cpp"); parser != nullptr)
    for (const std::string& line : parser->lines) {
      if (const std::size_t at = line.find("{\"");
          at != std::string::npos && line.find(", setup_") != std::string::npos)
        commands.changeover.insert(line.substr(at + 2, line.find('"', at + 2) - at - 2));
      for (std::size_t at = line.find("\"--"); at != std::string::npos; at = line.find("\"--", at + 1))
        commands.options.insert(line.substr(at + 1, line.find('"', at + 1) - at - 1));
    }
  return commands;
}

/// The words of a command line that is shown, without its comment.
std::vector<std::string> words_of(string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : std::string(text.substr(0, text.find(" # "))) + " ") {
    if (c != ' ' && c != '`' && c != '[' && c != ']' && c != '|' && c != ',') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

std::string command_problem(string_view shown, const Commands& commands) {
  const std::vector<std::string> words = words_of(shown);
  if (words.size() < 2) return {};
  const bool dev = words[0] == "./dev";
  if (!dev && words[0] != "changeover") return {};
  const bool is_name = words[1].find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
  const bool option = words[1].starts_with("-");
  const std::set<std::string>& known = dev ? commands.dev : commands.changeover;
  if (is_name && !option && !known.contains(words[1])) return "there is no command " + words[0] + " " + words[1];
  if (dev) return {};
  for (const std::string& word : words)
    if (word.starts_with("--") && !commands.options.contains(word.substr(0, word.find('='))))
      return "changeover has no option " + word;
  return {};
}

/// The parts of a line that show commands: a line of a code block, or what stands between backticks.
std::vector<std::string> shown_in(const std::string& line, bool block) {
  if (block) {
    std::size_t begin = line.find_first_not_of(" #");
    if (begin == std::string::npos) return {};
    if (line.substr(begin).starts_with("$ ")) begin += 2;
    std::string shown = line.substr(begin);
    // Prose of a help text follows behind two blanks.
    if (const std::size_t prose = shown.find("   "); prose != std::string::npos && shown.find("--", prose) != prose)
      shown.resize(prose);
    return {shown};
  }
  std::vector<std::string> shown;
  for (std::size_t open = line.find('`'); open != std::string::npos;) {
    const std::size_t close = line.find('`', open + 1);
    if (close == std::string::npos) break;
    shown.push_back(line.substr(open + 1, close - open - 1));
    open = line.find('`', close + 1);
  }
  return shown;
}

}  // namespace

Findings absent_commands(const SourceTree& tree) {
  const Commands commands = commands_of(tree);
  Findings findings;
  for (const SourceFile& file : tree.files) {
    const bool example = file.path.starts_with("examples/") && file.path.ends_with(".yaml");
    if (!is_document(file) && !example) continue;
    bool fenced = false;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      if (line.starts_with("```")) fenced = !fenced;
      const bool block = fenced || line.starts_with("    ") || (example && line.starts_with("#"));
      for (const std::string& shown : shown_in(line, block))
        if (const std::string problem = command_problem(shown, commands); !problem.empty())
          findings.push_back({file.path, i + 1, problem});
    }
  }
  return findings;
}

}  // namespace changeover::tidy
