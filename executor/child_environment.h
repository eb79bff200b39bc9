// What of our environment a hook may see, everything but the secrets of the run; and what of its output a log may see.
//
// Owner: nobody; pure functions. Thread rule: none.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace changeover {

struct ChildEnvironment {
  std::map<std::string, std::string> variables;
  std::vector<std::string> secrets;  ///< values that were left out, to be struck out of what a program prints
};

/// Leaves out HEROKU_API_KEY, `also` by name, and every variable whose value is the URL of a database or any URL with a
/// password.
[[nodiscard]] ChildEnvironment child_environment(const std::map<std::string, std::string>& ours,
                                                 const std::vector<std::string>& also);

/// What a program printed, fit for a log: no control characters but line ends, and valid UTF-8.
[[nodiscard]] std::string plain_text(std::string text);

/// Every occurrence of these values, and whatever else looks like a secret, made unreadable.
[[nodiscard]] std::string strike_out(std::string text, const std::vector<std::string>& secrets);

}  // namespace changeover
