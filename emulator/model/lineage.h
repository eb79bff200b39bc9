// Who follows whom: add-on ids, from a leader to its followers.
//
// Owner: the model. Thread rule: the model's thread. The other way round stands in Database::leader_id; who changes one
// changes the other (databases.cpp alone does).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "emulator/model/estate.h"

namespace changeover::emulator {

class Lineage {
 public:
  explicit Lineage(const Estate& estate) : estate_(estate) {}

  void add(const std::string& leader_id, const std::string& follower_id) { followers_[leader_id].insert(follower_id); }
  void remove(const std::string& leader_id, const std::string& follower_id) {
    followers_[leader_id].erase(follower_id);
  }
  void forget(const std::string& leader_id) { followers_.erase(leader_id); }

  /// In the order of the ids.
  [[nodiscard]] std::vector<AddOn*> followers(const AddOn& leader) const {
    std::vector<AddOn*> list;
    const auto found = followers_.find(leader.id);
    if (found == followers_.end()) return list;
    for (const std::string& id : found->second)
      if (AddOn* follower = estate_.addons.find(id)) list.push_back(follower);
    return list;
  }

 private:
  const Estate& estate_;
  std::map<std::string, std::set<std::string>> followers_;
};

}  // namespace changeover::emulator
