#include "emulator/model/attachments.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "emulator/model/catalogue.h"

namespace changeover::emulator {
namespace {

constexpr std::array<std::string_view, 16> colours{"AMBER",  "AQUA",   "BLACK",   "BLUE",  "BRONZE", "BROWN",
                                                   "COBALT", "COPPER", "CRIMSON", "CYAN",  "GREEN",  "IVORY",
                                                   "JADE",   "MAROON", "ROSE",    "VIOLET"};

}  // namespace

Attachment& Attachments::attach_settled(App& app, AddOn& addon, const std::string& name,
                                        std::optional<std::string> ns) {
  auto attachment = std::make_unique<Attachment>();
  attachment->id = random_.uuid();
  attachment->name = name;
  attachment->ns = std::move(ns);
  attachment->app = &app;
  attachment->addon = &addon;
  attachment->created_at = clock_.wall_now();
  return estate_.attach(std::move(attachment));
}

Attachment& Attachments::attach(App& app, AddOn& addon, const std::string& name, std::optional<std::string> ns) {
  return attach_over(app, addon, name, std::move(ns), std::nullopt);
}

Attachment& Attachments::attach_over(App& app, AddOn& addon, const std::string& name, std::optional<std::string> ns,
                                     std::optional<Former> former) {
  Attachment& attachment = attach_settled(app, addon, name, std::move(ns));
  std::function<void()> undo;
  if (!switches_.failed_attach_stays) {
    undo = [this, id = attachment.id, name, former = std::move(former)] {
      Attachment* failed = estate_.attachment(id);
      if (failed == nullptr) return;
      App& its_app = *failed->app;
      estate_.detach(*failed);
      AddOn* back = former ? estate_.addons.find(former->addon_id) : nullptr;
      if (back != nullptr) attach_settled(its_app, *back, name, former->ns);
    };
  }
  releases_.make(app, "Attach " + name + " (@ref:" + addon.name + ")", Releases::By::person, std::move(undo));
  return attachment;
}

Attachment& Attachments::replace(Attachment& old, AddOn& addon, std::optional<std::string> ns) {
  App& app = *old.app;
  const std::string name = old.name;
  Former former{old.addon->id, old.ns};
  if (switches_.replace_detaches)
    detach(old);
  else
    estate_.detach(old);
  return attach_over(app, addon, name, std::move(ns), std::move(former));
}

void Attachments::detach(Attachment& attachment) {
  App& app = *attachment.app;
  const std::string description = "Detach " + attachment.name + " (@ref:" + attachment.addon->name + ")";
  estate_.detach(attachment);
  releases_.make(app, description, Releases::By::person);
}

void Attachments::detach_all(AddOn& addon) {
  while (!addon.attachments.empty()) {
    if (switches_.destroy_makes_releases)
      detach(*addon.attachments.back());
    else
      estate_.detach(*addon.attachments.back());
  }
}

std::string Attachments::colour_name(const App& app) {
  for (int round = 0;; ++round) {
    for (const std::string_view colour : colours) {
      std::string name = "HEROKU_POSTGRESQL_" + std::string(colour) + (round == 0 ? "" : "_" + std::to_string(round));
      if (!app.attachments.contains(name)) return name;
    }
  }
}

std::string Attachments::default_name(const App& app, const AddOn& addon) {
  if (addon.service() == postgres_service)
    return app.attachments.contains("DATABASE") ? colour_name(app) : std::string("DATABASE");
  std::string name(addon.service());
  std::ranges::transform(name, name.begin(), [](char c) {
    return c == '-' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  });
  const std::string stem = name;
  for (int number = 2; app.attachments.contains(name); ++number) name = stem + "_" + std::to_string(number);
  return name;
}

bool Attachments::is_last_billing(const Attachment& attachment) {
  const AddOn& addon = *attachment.addon;
  if (attachment.app != addon.app) return false;
  return std::ranges::none_of(addon.attachments,
                              [&](const Attachment* other) { return other != &attachment && other->app == addon.app; });
}

}  // namespace changeover::emulator
