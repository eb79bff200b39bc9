// Giving apps databases and taking them away: attach, detach, replace, each with its release (heroku-api.md 2.6).
//
// Owner: the model. Thread rule: the model's thread.
#pragma once

#include <optional>
#include <string>

#include "emulator/model/releases.h"

namespace changeover::emulator {

class Attachments {
 public:
  Attachments(const Clock& clock, Random& random, const Switches& switches, Estate& estate, Releases& releases)
      : clock_(clock), random_(random), switches_(switches), estate_(estate), releases_(releases) {}

  /// The name must be free on the app.
  Attachment& attach(App& app, AddOn& addon, const std::string& name, std::optional<std::string> ns);
  /// Without a release: for what was there before the world began.
  Attachment& attach_settled(App& app, AddOn& addon, const std::string& name, std::optional<std::string> ns);
  /// Gives the name of `old` to another add-on or namespace: a Detach and an Attach release, the URL missing between.
  Attachment& replace(Attachment& old, AddOn& addon, std::optional<std::string> ns);
  void detach(Attachment& attachment);
  /// On all apps; the add-on is about to go.
  void detach_all(AddOn& addon);

  /// DATABASE for the first Postgres of an app, else the next free HEROKU_POSTGRESQL_<COLOR> (heroku-api.md 2.4).
  [[nodiscard]] static std::string default_name(const App& app, const AddOn& addon);
  /// The next free colour, even when DATABASE is free.
  [[nodiscard]] static std::string colour_name(const App& app);
  /// True for the only attachment of an add-on on the app it is billed to.
  [[nodiscard]] static bool is_last_billing(const Attachment& attachment);

 private:
  /// What a name led to before, by ids: it may be gone when it is wanted back.
  struct Former {
    std::string addon_id;
    std::optional<std::string> ns;
  };
  Attachment& attach_over(App& app, AddOn& addon, const std::string& name, std::optional<std::string> ns,
                          std::optional<Former> former);

  const Clock& clock_;
  Random& random_;
  const Switches& switches_;
  Estate& estate_;
  Releases& releases_;
};

}  // namespace changeover::emulator
