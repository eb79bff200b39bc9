#include "planner/moved_attachments.h"

#include <algorithm>

namespace changeover {
namespace {

using Standing = MovedAttachment::Standing;

const Attachment* holder_of(const Situation& s, const std::string& name) {
  const auto on_target = s.observed.attachments_by_app.find(s.desired.target.app);
  if (on_target == s.observed.attachments_by_app.end()) return nullptr;
  const auto found = std::ranges::find(on_target->second, name, &Attachment::name);
  return found == on_target->second.end() ? nullptr : &*found;
}

Standing standing_of(const Situation& s, const MovedAttachment& moved, const Attachment* holder) {
  if (holder == nullptr) return Standing::free;
  const bool by_copy = s.facts.copy && holder->addon.id == s.facts.copy->id;
  if (by_copy && holder->name_space == moved.name_space) return Standing::made;
  const bool by_source = s.facts.source && holder->addon.id == s.facts.source->id;
  return by_source || s.desired.target.replaces == holder->addon.name ? Standing::given_up : Standing::stranger;
}

}  // namespace

bool moves(const Situation& situation, const Attachment& attachment) {
  const Migration& m = situation.desired;
  const bool known =
      attachment.name_space.starts_with("connection-pooling:") || attachment.name_space.starts_with("credential:");
  const bool moving = attachment.app.name == m.source.app || attachment.app.name == m.target.app;
  return known && moving && attachment.name != m.target.attachment;
}

std::vector<MovedAttachment> moved_attachments(const Situation& situation) {
  std::vector<MovedAttachment> all;
  for (const Attachment& attachment : by_app_and_name(situation.facts.source_attachments)) {
    if (!moves(situation, attachment)) continue;
    // The target's own word counts where both apps use the name.
    const auto known = std::ranges::find(all, attachment.name, &MovedAttachment::name);
    if (known != all.end() && attachment.app.name != situation.desired.target.app) continue;
    MovedAttachment moved{attachment.name, attachment.name_space, Standing::free, {}};
    const Attachment* holder = holder_of(situation, moved.name);
    moved.standing = standing_of(situation, moved, holder);
    if (holder != nullptr) moved.holder = holder->addon.name;
    if (known != all.end()) {
      *known = std::move(moved);
    } else {
      all.push_back(std::move(moved));
    }
  }
  std::ranges::sort(all, {}, &MovedAttachment::name);
  return all;
}

}  // namespace changeover
