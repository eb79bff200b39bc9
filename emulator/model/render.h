// Objects as the Platform API shows them (heroku-api.md 2).
//
// Owner: nobody; pure functions. Thread rule: the model's thread.
#pragma once

#include <string>

#include "emulator/model/call.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/objects.h"
#include "json/value.h"

namespace changeover::emulator {

/// What a caller wants to see more of.
struct Detail {
  bool plan = false;             ///< Accept-Expansion: plan
  bool service = false;          ///< Accept-Expansion: addon_service
  bool attachment_plan = false;  ///< Accept-Inclusion: addon:plan
  bool config_vars = false;      ///< Accept-Inclusion: config_vars
};
[[nodiscard]] Detail detail_of(const Call& call);

template <class T>
[[nodiscard]] json::Value reference(const T& object) {
  return json::Object{{"id", object.id}, {"name", object.name}};
}

[[nodiscard]] json::Value render(const App& app);
[[nodiscard]] json::Value render(const App& app, const ProcessType& process);
[[nodiscard]] json::Value render(const App& app, const Dyno& dyno);
[[nodiscard]] json::Value render(const App& app, const Release& release, const std::string& account);
[[nodiscard]] json::Value render(const AddOn& addon, const Detail& detail);
[[nodiscard]] json::Value render(const Attachment& attachment, const Detail& detail);
[[nodiscard]] json::Value render(const Plan& plan);
[[nodiscard]] json::Value render(const Space& space);
[[nodiscard]] json::Value render(const Team& team);
[[nodiscard]] json::Value render_service(const std::string& name);
[[nodiscard]] json::Value render_region(const std::string& name);

/// "private-m" → "Private-M", as the deprecated `size` is written.
[[nodiscard]] std::string capitalised_size(const std::string& size);

}  // namespace changeover::emulator
