// Who follows whom and who was forked from whom: add-on ids, from a leader to its followers, from a source to its
// forks.
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
  void add_fork(const std::string& source_id, const std::string& fork_id) { forks_[source_id].insert(fork_id); }
  /// The add-on is gone.
  void forget(const std::string& id) {
    followers_.erase(id);
    forks_.erase(id);
  }

  /// In the order of the ids.
  [[nodiscard]] std::vector<AddOn*> followers(const AddOn& leader) const { return listed(followers_, leader.id); }
  [[nodiscard]] std::vector<AddOn*> forks(const AddOn& source) const { return listed(forks_, source.id); }

 private:
  using Relation = std::map<std::string, std::set<std::string>>;

  [[nodiscard]] std::vector<AddOn*> listed(const Relation& relation, const std::string& from) const {
    std::vector<AddOn*> list;
    const auto found = relation.find(from);
    if (found == relation.end()) return list;
    for (const std::string& id : found->second)
      if (AddOn* addon = estate_.addons.find(id)) list.push_back(addon);
    return list;
  }

  const Estate& estate_;
  Relation followers_;
  Relation forks_;
};

}  // namespace changeover::emulator
