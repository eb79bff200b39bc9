// The habits of this house as functions over the source tree: each gives the places that break it, with the reason.
//
// Owner: nobody; pure functions, except shell_syntax, which starts bash. Thread rule: none. An exception to a rule is a
// row in the rule's own table, with its reason, never a remark in the code that breaks it.
#pragma once

#include <string>
#include <vector>

#include "tests/tidy/source_tree.h"

namespace changeover::tidy {

struct Finding {
  std::string file;
  std::size_t line = 0;  ///< from 1; 0: the file as a whole
  std::string why;
};

using Findings = std::vector<Finding>;

// code_rules.cpp: about what is compiled.
/// Includes go from the root, and only the way the architecture's arrows go.
[[nodiscard]] Findings include_arrows(const SourceTree& tree);
/// Third-party headers stay in the folders that own them.
[[nodiscard]] Findings third_party_headers(const SourceTree& tree);
/// Sleeping, clocks, randomness, printing, the environment, exceptions: each has its owner.
[[nodiscard]] Findings banned_calls(const SourceTree& tree);
/// Secret::reveal() only where a secret is sent where it belongs.
[[nodiscard]] Findings revealed_secrets(const SourceTree& tree);
/// What GCC 12 miscompiles around co_await (docs/decisions/0002-coroutines.md).
[[nodiscard]] Findings awaited_expressions(const SourceTree& tree);

// text_rules.cpp: about what is said.
/// Every header says first what it is.
[[nodiscard]] Findings opening_comments(const SourceTree& tree);
[[nodiscard]] Findings unfinished_work(const SourceTree& tree);
[[nodiscard]] Findings machine_paths(const SourceTree& tree);
/// Files and folders that documents and comments name exist.
[[nodiscard]] Findings absent_paths(const SourceTree& tree);
/// Commands that documents and examples show exist.
[[nodiscard]] Findings absent_commands(const SourceTree& tree);

// build_rules.cpp: about what is built and run.
/// Every .cpp and every CMakeLists.txt is named by a CMakeLists.txt, or nobody would notice that it is not built.
[[nodiscard]] Findings unbuilt_sources(const SourceTree& tree);
/// Scripts that bash can read; `root` is where the tree was read from.
[[nodiscard]] Findings shell_syntax(const SourceTree& tree, const std::string& root);

}  // namespace changeover::tidy
