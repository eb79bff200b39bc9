#include "emulator/model/visits.h"

#include <algorithm>

#include "emulator/model/control.h"

namespace changeover::emulator {
namespace {

std::string bare_host(std::string_view host) {
  std::string bare(host.substr(0, host.rfind(':')));
  while (bare.ends_with('.')) bare.pop_back();
  std::ranges::transform(bare, bare.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return bare;
}

/// "*.example.com" stands for every name below example.com.
bool is_domain(std::string_view domain, std::string_view host) {
  return domain.starts_with("*.") ? host.ends_with(domain.substr(1)) : domain == host;
}

App* app_at(const Estate& estate, const std::string& host) {
  for (const std::string_view usual : {".localhost", ".herokuapp.com"})
    if (host.ends_with(usual)) return estate.apps.find(std::string_view(host).substr(0, host.size() - usual.size()));
  for (App* app : estate.apps.all())
    if (std::ranges::any_of(app->domains, [&](const auto& domain) { return is_domain(bare_host(domain), host); }))
      return app;
  return nullptr;
}

bool is_web(const Dyno& dyno) { return !dyno.one_off && dyno.type == "web"; }

std::vector<Destination::Dyno> serving(const std::map<std::string, Dyno>& dynos) {
  std::vector<Destination::Dyno> list;
  for (const auto& [key, dyno] : dynos)
    if (is_web(dyno) && dyno.state == Dyno::State::up && dyno.running && !dyno.stopping)
      list.push_back({dyno.name, dyno.port});
  return list;
}

/// Who serves it, or why nobody does.
Destination::Kind choose(App& app, std::vector<Destination::Dyno>& dynos) {
  const auto webs = std::ranges::count_if(app.dynos, [](const auto& entry) { return is_web(entry.second); });
  // In a space the routing proxy stands beside the web dynos: without them there is no page either.
  if (webs == 0 && app.space != nullptr) return Destination::Kind::no_proxy;
  if (app.maintenance) return Destination::Kind::maintenance;
  const ProcessType* process = app.process("web");
  if (process == nullptr || process->quantity == 0) return Destination::Kind::no_web;
  dynos = serving(app.retiring);  // until they retire, a preboot's old dynos get the requests
  if (dynos.empty()) dynos = serving(app.dynos);
  if (!dynos.empty()) return Destination::Kind::dyno;
  const bool all_crashed = std::ranges::all_of(
      app.dynos, [](const auto& entry) { return !is_web(entry.second) || entry.second.state == Dyno::State::crashed; });
  return all_crashed ? Destination::Kind::crashed : Destination::Kind::booting;
}

}  // namespace

Destination destination_of(Control& control, std::string_view host) {
  Destination destination;
  App* app = app_at(control.estate, bare_host(host));
  if (app == nullptr) return destination;
  control.dynos.refresh(*app);
  if (!app->maintenance) control.dynos.visited(*app);
  destination.app = app->name;
  destination.kind = choose(*app, destination.dynos);
  if (!destination.dynos.empty()) {
    const auto turn = static_cast<std::ptrdiff_t>(app->next_visit++ % destination.dynos.size());
    std::ranges::rotate(destination.dynos, destination.dynos.begin() + turn);
  }
  return destination;
}

}  // namespace changeover::emulator
