// A path that a route of the table fits, in the small world with old-db attached to orders a second time, as SPARE.
//
// Owner: nobody; a function. Thread rule: none.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "tests/unit/emulator/model_harness.h"

namespace changeover::testing {

/// What a route's parameters stand for in the small world.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 14> examples{
    {{":app", "orders"},
     {":team", "acme"},
     {":user", "~"},
     {":collaborator", "operator@example.com"},
     {":domain", "orders.herokuapp.com"},
     {":space", "prod-va"},
     {":region", "virginia"},
     {":addon", "old-db"},
     {":type", "worker"},
     {":dyno", "worker.1"},
     {":feature", "preboot"},
     {":release", "1"},
     {":service", "heroku-postgresql"},
     {":plan", "heroku-postgresql:private-4"}}};

inline std::string example_path(Harness& heroku, std::string_view pattern) {
  std::string path;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const std::string_view segment = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(segment.size());
    std::string word(segment);
    for (const auto& [parameter, example] : examples)
      if (parameter == segment) word = example;
    if (segment == ":namespace") word = "credential:default";
    if (segment == ":attachment") word = heroku.get("/apps/orders/addon-attachments/SPARE").body["id"].as_string();
    path += "/" + word;
  }
  return path;
}

}  // namespace changeover::testing
