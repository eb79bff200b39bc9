// A list of named things, found by name without walking it: fleets have thousands of migrations.
//
// Owner: whoever asks often; it points into the list, which must outlive it and stay as it is. Thread rule: none.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

namespace changeover {

template <class T>
class NameIndex {
 public:
  explicit NameIndex(const std::vector<T>& things) {
    by_name_.reserve(things.size());
    for (const T& thing : things) by_name_.try_emplace(thing.name, &thing);
  }

  [[nodiscard]] const T* find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

 private:
  std::unordered_map<std::string_view, const T*> by_name_;
};

}  // namespace changeover
