// Golden files: what a view prints, kept under tests/golden and compared byte for byte.
//
// Owner: nobody. Thread rule: none. With UPDATE_GOLDEN=1 in the environment the files are written instead and the test
// passes; without it a missing or different file fails with the difference shown.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/places.h"

namespace changeover::testing {

/// Compares with the file at `name`, from the root of the sources.
inline void expect_kept(std::string_view name, const std::string& actual) {
  const std::filesystem::path path = std::filesystem::path(CHANGEOVER_SOURCE_DIR) / name;
  if (const char* update = std::getenv("UPDATE_GOLDEN"); update != nullptr && std::string_view(update) == "1") {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << " is missing; write it with UPDATE_GOLDEN=1";
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(expected.str(), actual) << path << " differs; if the new text is right, write it with UPDATE_GOLDEN=1";
}

/// Compares with tests/golden/`name`.
inline void expect_golden(std::string_view name, const std::string& actual) {
  expect_kept("tests/golden/" + std::string(name), actual);
}

}  // namespace changeover::testing
