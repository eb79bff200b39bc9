// Objects as the Platform API shows them (heroku-api.md 2), complete by Heroku's published schema.
//
// Owner: nobody; pure functions, in render_apps.cpp, render_addons.cpp and render_places.cpp. Thread rule: the model's
// thread.
#pragma once

#include <string>
#include <string_view>

#include "emulator/model/call.h"
#include "emulator/model/catalogue.h"
#include "emulator/model/objects.h"
#include "emulator/model/regions.h"
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
/// What has a name and no life of its own: regions, stacks, services.
[[nodiscard]] json::Value named(const std::string& kind, const std::string& name);
/// {"id", "email"}
[[nodiscard]] json::Value user(const std::string& email);

[[nodiscard]] json::Value render(const App& app);
/// As lists and calls of teams show it.
[[nodiscard]] json::Value render_team_app(const App& app);
[[nodiscard]] json::Array render_domains(const App& app);
[[nodiscard]] json::Value render(const App& app, const ProcessType& process);
[[nodiscard]] json::Value render(const App& app, const Dyno& dyno);
/// `host` is where the caller found us: what a release phase prints is read there.
[[nodiscard]] json::Value render(const App& app, const Release& release, std::string_view host);
[[nodiscard]] json::Value render(const AddOn& addon, const Detail& detail);
[[nodiscard]] json::Value render(const Attachment& attachment, const Detail& detail);
[[nodiscard]] json::Value render(const Plan& plan);
[[nodiscard]] json::Value render(const Space& space);
[[nodiscard]] json::Value render(const Team& team);
[[nodiscard]] json::Value render(const Region& region);
[[nodiscard]] json::Value render_service(const std::string& name);

/// "private-m" → "Private-M", as the deprecated `size` is written.
[[nodiscard]] std::string capitalised_size(const std::string& size);
/// Where the app is reached: "orders.herokuapp.com".
[[nodiscard]] std::string web_host(const App& app);

/// The beginning of the path where a release phase's output is read.
inline constexpr std::string_view release_output = "/_output/";
/// When what never changes was made.
inline constexpr const char* long_ago = "2024-01-01T00:00:00Z";

}  // namespace changeover::emulator
