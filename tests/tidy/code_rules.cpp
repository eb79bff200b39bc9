#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "tests/tidy/rules.h"

namespace changeover::tidy {
namespace {

using std::string_view;

/// A folder (or file), and the beginnings of what it may include. The longest folder that fits decides.
struct Arrow {
  string_view folder;
  std::vector<string_view> may;
};

const std::vector<Arrow>& arrows() {
  static const std::vector<Arrow> table{
      {"core/", {"core/"}},
      {"http/", {"core/", "http/"}},
      {"json/", {"core/", "json/"}},
      {"yaml/", {"core/", "yaml/"}},
      {"planner/", {"core/", "json/", "yaml/", "planner/"}},
      {"postgres/", {"core/", "postgres/"}},
      {"executor/", {"core/", "http/", "json/", "planner/", "postgres/", "executor/"}},
      {"providers/heroku/", {"core/", "http/", "json/", "planner/", "executor/", "providers/heroku/"}},
      {"providers/heroku/leader/", {"core/", "postgres/", "providers/heroku/leader/"}},
      {"cmd/", {"core/", "json/", "planner/", "executor/", "cmd/"}},
      {"cmd/view/", {"core/", "json/", "planner/", "executor/", "cmd/view/"}},
      {"bench/", {"core/", "json/", "planner/", "executor/", "cmd/view/", "bench/"}},
      // The one place that names concrete classes.
      {"cmd/wiring.cpp", {"core/", "http/", "planner/", "executor/", "cmd/", "providers/heroku/"}},
      {"emulator/", {"core/", "json/", "yaml/", "emulator/"}},
      {"emulator/model/",
       {"core/", "json/", "emulator/model/", "emulator/engine.h", "emulator/timers.h", "emulator/world.h"}},
      {"emulator/modelled/", {"core/", "emulator/modelled/", "emulator/engine.h", "emulator/timers.h"}},
      {"emulator/engine/", {"core/", "emulator/engine/", "emulator/engine.h"}},
      {"emulator/writer/", {"core/", "json/", "emulator/writer/", "emulator/engine/sql.h", "emulator/http/"}},
      {"emulator/http/", {"core/", "emulator/http/", "emulator/model/message.h", "emulator/model/call.h"}},
      {"emulator/router/",
       {"core/", "json/", "emulator/router/", "emulator/http/", "emulator/model/message.h", "emulator/model/visits.h"}},
  };
  return table;
}

/// Headers of others, by how their names begin, and who may include them.
struct Owned {
  string_view header;
  std::vector<string_view> owners;
};

const std::vector<Owned>& owned_headers() {
  static const std::vector<Owned> table{
      {"yaml-cpp/", {"yaml/"}},
      {"rapidjson/", {"json/"}},
      {"tl/", {"core/result.h", "cmd/command_line.h"}},
      {"CLI/", {"cmd/command_line.cpp", "emulator/main.cpp", "bench/"}},
      // Tests of a server speak to it with a client that is not ours.
      {"curl/", {"http/", "tests/unit/http/", "tests/unit/emulator/"}},
      {"libpq", {"postgres/", "emulator/engine/", "tests/support/", "bench/"}},
      {"httplib", {"emulator/", "tests/", "bench/"}},
      {"openssl/", {"core/", "emulator/engine/", "tests/"}},
      {"gtest/", {"tests/"}},
      {"gmock/", {"tests/"}},
      {"benchmark/", {"bench/"}},
      {"spdlog/", {}},
      {"boost/", {}},
  };
  return table;
}

/// Words that only their owners may write. With `call`, only where an argument list follows.
struct Banned {
  std::vector<string_view> words;
  bool call = false;
  std::vector<string_view> owners;
  string_view instead;
};

const std::vector<Banned>& banned_words() {
  static const std::vector<Banned> table{
      {{"sleep", "usleep", "nanosleep", "std::this_thread::sleep_for", "std::this_thread::sleep_until"},
       true,
       {},
       "wait on the EventLoop, on a condition or on a descriptor"},
      {{"system_clock::now", "gettimeofday", "clock_gettime", "localtime", "gmtime"},
       true,
       {"core/clock.h", "emulator/writer/"},  // the ledger's times are compared across processes
       "take a Clock (core/clock.h)"},
      {{"std::time", "time(nullptr)", "time(0)"}, false, {}, "take a Clock (core/clock.h)"},
      {{"steady_clock::now"},
       true,
       // Besides the clock itself: threads and processes of their own, which block on real sockets and real children.
       {"core/clock.h", "emulator/engine/", "emulator/writer/", "emulator/http", "emulator/router/", "postgres/",
        "providers/heroku/leader/", "tests/support/", "tests/e2e/", "tests/unit/emulator/", "tests/unit/heroku/leader/",
        "bench/"},
       "take a Clock (core/clock.h)"},
      {{"rand", "srand", "drand48"}, true, {}, "take a Random (core/random.h)"},
      {{"random_device", "mt19937", "mt19937_64", "default_random_engine"},
       false,
       {"core/random.h"},
       "take a Random (core/random.h)"},
      {{"std::cout", "std::cerr", "std::clog"},
       false,
       {"cmd/main.cpp", "emulator/main.cpp", "emulator/writer/", "tests/", "bench/"},
       "give the text to a view or to the Shell; below cmd/ nothing prints"},
      {{"printf", "fprintf", "vprintf", "puts", "fputs", "putchar", "perror"},
       true,
       {"emulator/writer/", "tests/", "bench/"},
       "give the text to a view or to the Shell; below cmd/ nothing prints"},
      {{"getenv", "secure_getenv"},
       true,
       {"core/environment.cpp", "tests/support/golden.h"},  // UPDATE_GOLDEN is for the person, not for a test's input
       "take an Environment (core/environment.h)"},
      {{"shared_ptr", "make_shared", "weak_ptr"}, false, {}, "one owner; a page in docs/decisions/ else"},
      {{"throw"}, false, {"yaml/node.cpp"}, "return a Result; yaml-cpp can only be stopped by an exception"},
      {{"catch"},
       true,
       {"yaml/", "cmd/command_line.cpp", "emulator/main.cpp", "bench/"},
       "exceptions of a library stop in the file that calls it; add that file here"},
      {{"system", "popen"},
       true,
       {"emulator/engine/postgres_programs.cpp", "tests/tidy/"},  // pg_config, with constant arguments
       "start programs with posix_spawn and an argument list"},
  };
  return table;
}

/// Who may turn a Secret into text, and where it goes from there.
const std::vector<string_view>& revealers() {
  static const std::vector<string_view> table{
      "core/secret.h",
      "providers/heroku/api_client.cpp",    // the Authorization header
      "providers/heroku/api_error.cpp",     // to strike it out of what a server echoes
      "providers/heroku/copied_urls.cpp",   // compared with each other, never kept
      "providers/heroku/old_database.cpp",  // to mask it, and compare the place that is left
      "providers/heroku/credentials.cpp",   // whether a header can carry it
      "http/headers.cpp",                   // the Authorization header
      "http/curl_transport.cpp",            // the wire
      "postgres/parameters.cpp",            // libpq's own parser
      "cmd/rehearsal.cpp",                  // made up by the emulator it started, for the writers' judge
      "emulator/",                          // its secrets are made up, and it has to give them out
      "tests/",
      "bench/",
  };
  return table;
}

bool begins_with_any(string_view text, const std::vector<string_view>& beginnings) {
  return std::ranges::any_of(beginnings, [text](string_view beginning) { return text.starts_with(beginning); });
}

bool is_word_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Whether the last word can be a declaration's type: any but the keywords that stand before an expression.
bool ends_with_a_type(string_view code) {
  if (code.empty() || !is_word_part(code.back())) return false;
  static constexpr std::array<string_view, 6> keywords{"return", "co_return", "co_await", "co_yield", "else", "do"};
  return std::ranges::none_of(keywords, [code](string_view keyword) { return code.ends_with(keyword); });
}

/// Whether the code has the word as a whole: not as part of a longer one, not as a member, and as somebody's own name
/// in another namespace only when that is std or the global one.
bool has_word(string_view code, string_view word, bool call) {
  for (std::size_t at = code.find(word); at != string_view::npos; at = code.find(word, at + 1)) {
    const string_view before = code.substr(0, at);
    const string_view after = code.substr(at + word.size());
    if (!after.empty() && is_word_part(after.front())) continue;
    if (call && !after.starts_with("(") && !after.starts_with(" (")) continue;
    if (!before.empty() && is_word_part(before.back())) continue;
    if (before.ends_with(".") || before.ends_with("->")) continue;
    const bool qualified = word.find("::") != string_view::npos;
    if (call && !qualified) {
      const bool global = before.ends_with("::") && (before.size() < 3 || !is_word_part(before[before.size() - 3]));
      if (before.ends_with("::") && !before.ends_with("std::") && !global) continue;
      // "Result<WallTime> time(" declares one of our own; a word before it that is no keyword is its type.
      if (before.ends_with("> ") || (before.ends_with(" ") && ends_with_a_type(before.substr(0, before.size() - 1))))
        continue;
    }
    return true;
  }
  return false;
}

/// The name in an #include line, and whether it stands in quotes.
struct Include {
  std::size_t line = 0;
  string_view name;
  bool ours = false;
};

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> found;
  for (std::size_t i = 0; i < file.code.size() && i < file.lines.size(); ++i) {
    if (!file.code[i].starts_with("#include")) continue;
    const string_view line = file.lines[i];
    const std::size_t open = line.find_first_of("<\"");
    if (open == string_view::npos) continue;
    const std::size_t close = line.find_first_of(">\"", open + 1);
    found.push_back({i + 1, line.substr(open + 1, close - open - 1), line[open] == '"'});
  }
  return found;
}

const Arrow* arrow_of(string_view path) {
  const Arrow* best = nullptr;
  for (const Arrow& arrow : arrows())
    if (path.starts_with(arrow.folder) && (best == nullptr || arrow.folder.size() > best->folder.size())) best = &arrow;
  return best;
}

}  // namespace

Findings include_arrows(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree.files) {
    const Arrow* arrow = arrow_of(file.path);
    for (const Include& include : includes_of(file)) {
      if (!include.ours) continue;
      const std::string name(include.name);
      if (name.find('/') == std::string::npos) {
        findings.push_back({file.path, include.line, "includes are written from the root: " + name});
      } else if (arrow != nullptr && !begins_with_any(name, arrow->may)) {
        findings.push_back(
            {file.path, include.line,
             "no arrow goes from " + std::string(arrow->folder) + " to " + name + " (docs/architecture.md)"});
      }
    }
  }
  return findings;
}

Findings third_party_headers(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree.files)
    for (const Include& include : includes_of(file))
      for (const Owned& owned : owned_headers())
        if (!include.ours && include.name.starts_with(owned.header) && !begins_with_any(file.path, owned.owners))
          findings.push_back({file.path, include.line,
                              std::string(include.name) + " stays in the folder that owns it, behind a port of ours"});
  return findings;
}

Findings banned_calls(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree.files)
    for (std::size_t i = 0; i < file.code.size(); ++i)
      for (const Banned& banned : banned_words())
        for (const string_view word : banned.words)
          if (has_word(file.code[i], word, banned.call) && !begins_with_any(file.path, banned.owners))
            findings.push_back(
                {file.path, i + 1, std::string(word) + " has its owner: " + std::string(banned.instead)});
  return findings;
}

Findings revealed_secrets(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree.files)
    for (std::size_t i = 0; i < file.code.size(); ++i)
      if (file.code[i].find("reveal()") != std::string::npos && !begins_with_any(file.path, revealers()))
        findings.push_back({file.path, i + 1, "a Secret is made text here; only the call that sends it may do that"});
  return findings;
}

namespace {

/// What is wrong with one expression that awaits, or nothing.
string_view await_problem(string_view statement) {
  if (statement.find("co_await") == string_view::npos) return {};
  if (statement.find(" ? ") != string_view::npos)
    return "a ?: beside co_await in one expression: GCC 12 destroys its temporaries twice or never; name the value "
           "first";
  return {};
}

/// A brace that opens inside the parentheses of an awaited call builds an object there; durations own nothing.
bool builds_inside(string_view expression) {
  const std::size_t await = expression.find("co_await");
  if (await == string_view::npos) return false;
  const string_view awaited = expression.substr(await);
  if (std::ranges::count(awaited, '(') <= std::ranges::count(awaited, ')')) return false;
  return !awaited.ends_with("seconds") && !awaited.ends_with("]") && !awaited.ends_with(") ");
}

}  // namespace

Findings awaited_expressions(const SourceTree& tree) {
  Findings findings;
  for (const SourceFile& file : tree.files) {
    std::string expression;
    std::size_t begun = 0;
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      for (const char c : file.code[i]) {
        if (c == '{' && builds_inside(expression))
          findings.push_back(
              {file.path, i + 1, "an object built inside an awaited call: GCC 12 may copy its bytes; name it first"});
        if (c == ';' || c == '{' || c == '}') {
          if (const string_view problem = await_problem(expression); !problem.empty())
            findings.push_back({file.path, begun, std::string(problem)});
          expression.clear();
          continue;
        }
        if (expression.empty() || expression.find_first_not_of(' ') == std::string::npos) begun = i + 1;
        expression += c;
      }
      expression += ' ';
    }
  }
  return findings;
}

}  // namespace changeover::tidy
