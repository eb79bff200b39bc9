#include "emulator/model/estate.h"

#include <algorithm>

namespace changeover::emulator {

ProcessType* App::process(std::string_view type) {
  const auto found =
      std::ranges::find_if(formation, [&](const ProcessType& p) { return p.type == type || p.id == type; });
  return found == formation.end() ? nullptr : &*found;
}

const Release* App::release(int version) const {
  if (version < 1 || static_cast<std::size_t>(version) > releases.size()) return nullptr;
  return releases[static_cast<std::size_t>(version) - 1].get();
}

Attachment& Estate::attach(std::unique_ptr<Attachment> attachment) {
  Attachment& kept = *attachment;
  kept.app->attachments.emplace(kept.name, &kept);
  kept.addon->attachments.push_back(&kept);
  attachments_.emplace(kept.id, std::move(attachment));
  return kept;
}

void Estate::detach(Attachment& attachment) {
  attachment.app->attachments.erase(attachment.name);
  std::erase(attachment.addon->attachments, &attachment);
  attachments_.erase(attachments_.find(attachment.id));
}

Attachment* Estate::attachment(std::string_view id) const {
  const auto found = attachments_.find(id);
  return found == attachments_.end() ? nullptr : found->second.get();
}

std::vector<Attachment*> Estate::attachments() const {
  std::vector<Attachment*> list;
  list.reserve(attachments_.size());
  for (const auto& [id, attachment] : attachments_) list.push_back(attachment.get());
  return list;
}

Attachment* Estate::attachment_named(const App& app, std::string_view name) {
  auto found = app.attachments.find(std::string(name));
  if (found == app.attachments.end() && name.ends_with("_URL")) {
    name.remove_suffix(4);
    found = app.attachments.find(std::string(name));
  }
  return found == app.attachments.end() ? nullptr : found->second;
}

}  // namespace changeover::emulator
