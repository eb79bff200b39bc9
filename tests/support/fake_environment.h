// An environment made of two maps: what a test says is all there is.
//
// Owner: the test. Thread rule: one thread.
#pragma once

#include <map>
#include <string>

#include "core/environment.h"

namespace changeover::testing {

class FakeEnvironment final : public Environment {
 public:
  [[nodiscard]] std::optional<std::string> get(const std::string& name) const override {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] std::map<std::string, std::string> all() const override { return variables; }
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const override {
    const auto found = files.find(path);
    if (found == files.end()) return fail(ErrorCode::not_found, "there is no file " + path);
    return found->second;
  }

  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;
};

}  // namespace changeover::testing
