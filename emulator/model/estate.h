// Everything that exists, with the ways to find it: by id, by name, in a fixed order.
//
// Owner: the model. Thread rule: the model's thread. Objects keep their address until removed; ids and names are found
// in logarithmic time, so that a world of thousands stays quick.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/model/objects.h"

namespace changeover::emulator {

/// Owns objects of one kind; both keys are unique.
template <class T>
class Registry {
 public:
  T& add(std::unique_ptr<T> object) {
    T& kept = *object;
    by_id_.emplace(kept.id, &kept);
    by_name_.emplace(kept.name, std::move(object));
    return kept;
  }
  /// By id or name, or nullptr.
  [[nodiscard]] T* find(std::string_view key) const {
    if (const auto id = by_id_.find(key); id != by_id_.end()) return id->second;
    const auto name = by_name_.find(key);
    return name == by_name_.end() ? nullptr : name->second.get();
  }
  void remove(const T& object) {
    const std::string name = object.name;
    by_id_.erase(object.id);
    by_name_.erase(name);
  }
  void rename(T& object, const std::string& name) {
    auto node = by_name_.extract(object.name);
    node.key() = name;
    object.name = name;
    by_name_.insert(std::move(node));
  }
  /// In the order of the names.
  [[nodiscard]] std::vector<T*> all() const {
    std::vector<T*> list;
    list.reserve(by_name_.size());
    for (const auto& [name, object] : by_name_) list.push_back(object.get());
    return list;
  }
  [[nodiscard]] std::size_t size() const { return by_name_.size(); }

 private:
  std::map<std::string, T*, std::less<>> by_id_;
  std::map<std::string, std::unique_ptr<T>, std::less<>> by_name_;
};

class Estate {
 public:
  Registry<Team> teams;
  Registry<Space> spaces;
  Registry<App> apps;
  Registry<AddOn> addons;

  Attachment& attach(std::unique_ptr<Attachment> attachment);
  void detach(Attachment& attachment);
  [[nodiscard]] Attachment* attachment(std::string_view id) const;
  /// In the order of the ids.
  [[nodiscard]] std::vector<Attachment*> attachments() const;
  /// The app's attachment of that name, with or without `_URL`; or nullptr.
  [[nodiscard]] static Attachment* attachment_named(const App& app, std::string_view name);

 private:
  std::map<std::string, std::unique_ptr<Attachment>, std::less<>> attachments_;
};

}  // namespace changeover::emulator
