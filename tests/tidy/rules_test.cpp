// Each rule on a small tree that breaks it, and on one that does not: a rule that can not fail protects nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <utility>

#include "tests/support/temporary_folder.h"
#include "tests/tidy/rules.h"

namespace changeover::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SourceTree tree_of(std::vector<std::pair<std::string, std::string>> files) {
  SourceTree tree;
  for (auto& [path, text] : files) tree.files.push_back(make_file(path, text));
  return tree;
}

/// "file:line" of each finding.
std::vector<std::string> places(const Findings& findings) {
  std::vector<std::string> places;
  for (const Finding& finding : findings) places.push_back(finding.file + ":" + std::to_string(finding.line));
  return places;
}

TEST(SourceFiles, CodeHasNeitherCommentsNorLiterals) {
  const SourceFile file = make_file("core/a.cpp", R"code(int a = 1'000;  // sleep(1)
/* rand() */ int b = f("getenv(\"x\")", '"', R"(a
"b")") + 2;
int c;)code");
  EXPECT_THAT(file.code, ElementsAre("int a = 1'000;  ", R"( int b = f("", "", "")", ") + 2;", "int c;"));
  EXPECT_THAT(file.comments, ElementsAre("// sleep(1)", "/* rand() */", "", ""));
}

TEST(SourceFiles, ATreeKnowsFilesFoldersAndPatterns) {
  const SourceTree tree = tree_of({{"core/text.h", ""}, {"docs/a.md", ""}});
  for (const char* path : {"core/text.h", "core/text", "core", "docs/*.md"}) EXPECT_TRUE(tree.has(path)) << path;
  for (const char* path : {"core/tex", "core/text.cpp", "doc", "docs/*.h", "*.md"})
    EXPECT_FALSE(tree.has(path)) << path;
}

TEST(Rules, IncludeArrows) {
  const SourceTree tree = tree_of({
      {"core/a.h", "#include \"core/b.h\"\n#include \"json/value.h\"\n"},
      {"planner/a.cpp", "#include \"yaml/node.h\"\n#include \"executor/run.h\"\n"},
      {"executor/a.cpp", "#include \"providers/heroku/observe.h\"\n"},
      {"providers/heroku/leader/a.cpp", "#include \"providers/heroku/session.h\"\n"},
      {"cmd/apply.cpp", "#include \"providers/heroku/provider.h\"\n"},
      {"cmd/wiring.cpp", "#include \"providers/heroku/provider.h\"\n"},
      {"emulator/main.cpp", "#include \"planner/plan.h\"\n#include \"emulator/world.h\"\n"},
      {"emulator/model/a.cpp", "#include \"emulator/engine/sql.h\"\n#include \"emulator/engine.h\"\n"},
      {"json/a.cpp", "#include \"value.h\"\n"},
      {"tests/unit/a.cpp", "#include \"cmd/shell.h\"\n// #include \"json.h\"\n"},
  });
  EXPECT_THAT(places(include_arrows(tree)),
              ElementsAre("core/a.h:2", "planner/a.cpp:2", "executor/a.cpp:1", "providers/heroku/leader/a.cpp:1",
                          "cmd/apply.cpp:1", "emulator/main.cpp:1", "emulator/model/a.cpp:1", "json/a.cpp:1"));
}

TEST(Rules, ThirdPartyHeaders) {
  const SourceTree tree = tree_of({
      {"planner/a.cpp", "#include <vector>\n#include <yaml-cpp/yaml.h>\n"},
      {"yaml/a.cpp", "#include <yaml-cpp/yaml.h>\n"},
      {"executor/a.h", "#include <libpq-fe.h>\n"},
      {"cmd/apply.cpp", "#include <CLI/CLI.hpp>\n#include <curl/curl.h>\n"},
  });
  EXPECT_THAT(places(third_party_headers(tree)),
              ElementsAre("planner/a.cpp:2", "executor/a.h:1", "cmd/apply.cpp:1", "cmd/apply.cpp:2"));
}

TEST(Rules, BannedCalls) {
  for (const char* code : {"std::this_thread::sleep_for(1s);", "::usleep(1);", "sleep(1);", "else sleep(1);",
                           "auto now = std::chrono::system_clock::now();", "auto now = steady_clock::now();",
                           "return time(nullptr);", "int a = rand();", "std::random_device device;", "std::cout << 1;",
                           "std::printf(\"\");", "auto* home = std::getenv(\"HOME\");", "std::shared_ptr<int> a;",
                           "throw 1;", "} catch (int) {", "std::system(\"ls\");"})
    EXPECT_THAT(places(banned_calls(tree_of({{"planner/a.cpp", code}}))), ElementsAre("planner/a.cpp:1")) << code;
}

TEST(Rules, OwnersAndNamesakesAreNotBanned) {
  for (const char* code :
       {"co_await loop.sleep_for(1s);", "std::snprintf(text, 1, \"%d\", 1);", "fields.time(\"at\");",
        "WallTime time(std::string_view key);", "Result<WallTime> time(int key);", "int operand(int a);",
        "// throw, catch (…), rand()", "text = \"getenv(x)\";", "session->system();"})
    EXPECT_THAT(banned_calls(tree_of({{"planner/a.cpp", code}})), IsEmpty()) << code;
  EXPECT_THAT(banned_calls(tree_of({{"core/environment.cpp", "std::getenv(name);"}})), IsEmpty());
}

TEST(Rules, RevealedSecrets) {
  const SourceTree tree = tree_of({{"cmd/view/a.cpp", "\nout << token.reveal();"},
                                   {"providers/heroku/api_client.cpp", "header(token.reveal());"},
                                   {"executor/a.cpp", "// reveal() is nobody's business here"}});
  EXPECT_THAT(places(revealed_secrets(tree)), ElementsAre("cmd/view/a.cpp:2"));
}

TEST(Rules, AwaitedExpressions) {
  for (const char* code : {"\nint a = co_await f(b ? c : d);", "\nint a =\n    b ? co_await f() : d;",
                           "\nco_await f({1, 2});", "\nco_return co_await f(Action{1});"})
    EXPECT_THAT(places(awaited_expressions(tree_of({{"executor/a.cpp", code}}))), ElementsAre("executor/a.cpp:2"))
        << code;
  for (const char* code :
       {"int a = b ? c : d;\nco_await f(a);", "if (co_await f(a)) {\n  g(b ? 1 : 2);\n}",
        "co_await loop.sleep_for(milliseconds{5});", "// co_await a ? b : c", "int a{co_await f()};"})
    EXPECT_THAT(awaited_expressions(tree_of({{"executor/a.cpp", code}})), IsEmpty()) << code;
}

TEST(Rules, OpeningComments) {
  const SourceTree tree = tree_of({{"core/a.h", "#pragma once\n"}, {"core/b.h", "// B: a thing.\n"}, {"core/c.h", ""}});
  EXPECT_THAT(places(opening_comments(tree)), ElementsAre("core/a.h:1", "core/c.h:1"));
}

TEST(Rules, UnfinishedWork) {
  const std::string word = std::string("TO") + "DO";
  const SourceTree tree =
      tree_of({{"core/a.cpp", "int a;\n// " + word + ": more\n"}, {"docs/a.md", "my" + word + "s"}});
  EXPECT_THAT(places(unfinished_work(tree)), ElementsAre("core/a.cpp:2"));
}

TEST(Rules, MachinePaths) {
  const SourceTree tree = tree_of({{"docs/a.md", "see /work/main\nand tests/work/a\n"},
                                   {"tests/a.cpp", "open(\"/tmp/state\");\nmkdtemp(\"/tmp/a-XXXXXX\");\n"},
                                   {"examples/a.yaml", "# --data /tmp/example\n"}});
  EXPECT_THAT(places(machine_paths(tree)), ElementsAre("docs/a.md:1", "tests/a.cpp:1"));
}

TEST(Rules, AbsentPaths) {
  const SourceTree tree = tree_of({
      {"README.md", "[a](docs/a.md), [b](docs/b.md), [c](https://example.com/x), core/text.h and core/nothing.h.\n"},
      {"core/text.h", "// See docs/none.md, docs/a.md.\nint a = f(\"core/absent.h\");\n"},
      {"docs/a.md", "[up](../README.md) [gone](../core/gone.h) core/<name>.cpp core/*.h\n"},
  });
  EXPECT_THAT(places(absent_paths(tree)), ElementsAre("README.md:1", "README.md:1", "core/text.h:1", "docs/a.md:1"));
}

TEST(Rules, AbsentCommands) {
  const SourceTree tree = tree_of({
      {"README.md",
       "`./dev test` and `./dev fly`\n\n    ./dev demo   a database moves --fast\n    changeover plan a --out b\n"
       "    $ changeover plan a --outt b\n`changeover aplly SPEC` and `changeover --help`; changeover itself\n"},
      {"cmd/command_line.cpp", "      {\"plan\", setup_plan, finish_plan},\napp.add_option(\"--out\", raw.out);\n"},
      {"dev", "case \"$1\" in\n  demo) x ;;\n  test)\n    y ;;\nesac\n"},
      {"examples/a.yaml", "#   changeover plan examples/a.yaml    looks\n#   changeover destroy a\n"},
  });
  EXPECT_THAT(places(absent_commands(tree)),
              ElementsAre("README.md:1", "README.md:5", "README.md:6", "examples/a.yaml:2"));
}

TEST(Rules, UnbuiltSources) {
  const SourceTree tree = tree_of({
      {"CMakeLists.txt", "add_subdirectory(core)\n"},
      {"core/CMakeLists.txt", "house_library(core a.cpp sub/b.cpp)\n"},
      {"core/a.cpp", ""},
      {"core/aa.cpp", ""},
      {"core/sub/b.cpp", ""},
      {"tests/CMakeLists.txt", ""},
      {"tests/c_test.cpp", ""},
  });
  EXPECT_THAT(places(unbuilt_sources(tree)),
              ElementsAre("core/aa.cpp:0", "tests/CMakeLists.txt:0", "tests/c_test.cpp:0"));
}

TEST(Rules, ShellSyntax) {
  const changeover::testing::TemporaryFolder folder;
  const std::string good = "#!/usr/bin/env bash\necho ok\n";
  const std::string bad = "#!/usr/bin/env bash\nif true; then\n";
  std::ofstream(folder.path() + "/good") << good;
  std::ofstream(folder.path() + "/bad") << bad;
  const SourceTree tree = tree_of({{"good", good}, {"bad", bad}});
  EXPECT_THAT(places(shell_syntax(tree, folder.path())), ElementsAre("bad:0"));
}

}  // namespace
}  // namespace changeover::tidy
