#include "core/text.h"
#include "emulator/model/render.h"

namespace changeover::emulator {
namespace {

std::string_view to_string(Release::Status status) {
  switch (status) {
    case Release::Status::pending:
      return "pending";
    case Release::Status::succeeded:
      return "succeeded";
    case Release::Status::failed:
      return "failed";
    case Release::Status::expired:
      return "expired";
  }
  return "failed";
}

std::string_view to_string(Dyno::State state) {
  switch (state) {
    case Dyno::State::starting:
      return "starting";
    case Dyno::State::up:
      return "up";
    case Dyno::State::crashed:
      return "crashed";
    case Dyno::State::down:
      return "down";
    case Dyno::State::idle:
      return "idle";
  }
  return "crashed";
}

/// What both views of an app have.
json::Value base_view(const App& app) {
  return json::Object{
      {"id", app.id},
      {"name", app.name},
      {"maintenance", app.maintenance},
      {"region", named("region", app.region)},
      {"space", app.space != nullptr ? reference(*app.space) : json::Value()},
      {"owner", user(app.owner)},
      {"stack", named("stack", app.stack)},
      {"build_stack", named("stack", app.build_stack)},
      {"internal_routing", app.space != nullptr ? json::Value(app.internal_routing) : json::Value()},
      {"archived_at", nullptr},
      {"buildpack_provided_description", nullptr},
      {"git_url", "https://git.heroku.com/" + app.name + ".git"},
      {"web_url", "https://" + web_host(app) + "/"},
      {"repo_size", nullptr},
      {"slug_size", nullptr},
      {"released_at", app.releases.empty() ? json::Value() : json::Value(format_time(app.releases.back()->created_at))},
      {"created_at", format_time(app.created_at)},
      {"updated_at", format_time(app.updated_at)}};
}

}  // namespace

std::string capitalised_size(const std::string& size) {
  std::string text = size;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool first = i == 0 || text[i - 1] == '-' || (text[i - 1] >= '0' && text[i - 1] <= '9');
    if (first && text[i] >= 'a' && text[i] <= 'z') text[i] = static_cast<char>(text[i] - 'a' + 'A');
  }
  return text;
}

std::string web_host(const App& app) { return app.name + ".herokuapp.com"; }

json::Value render(const App& app) {
  const json::Value team = app.team != nullptr ? reference(*app.team) : json::Value();
  json::Value value = base_view(app);
  if (app.space != nullptr) value.member("space").set("shield", app.space->shield);
  return value.set("team", team)
      .set("organization", team)
      .set("generation", named("generation", app.space != nullptr ? app.space->generation : "cedar"))
      .set("acm", false);
}

json::Value render_team_app(const App& app) {
  const json::Value team = app.team != nullptr ? json::Value(json::Object{{"name", app.team->name}}) : json::Value();
  return base_view(app).set("team", team).set("joined", true).set("locked", app.locked);
}

json::Array render_domains(const App& app) {
  json::Array list;
  const auto add = [&](const std::string& hostname, const char* kind) {
    list.emplace_back(json::Object{{"id", fixed_uuid("domain:" + app.name + ":" + hostname)},
                                   {"hostname", hostname},
                                   {"kind", kind},
                                   {"cname", nullptr},
                                   {"status", "succeeded"},
                                   {"acm_status", nullptr},
                                   {"acm_status_reason", nullptr},
                                   {"sni_endpoint", nullptr},
                                   {"app", reference(app)},
                                   {"created_at", format_time(app.created_at)},
                                   {"updated_at", format_time(app.created_at)}});
  };
  add(web_host(app), "heroku");
  for (const std::string& domain : app.domains) add(domain, "custom");
  return list;
}

json::Value render(const App& app, const ProcessType& process) {
  return json::Object{{"id", process.id},
                      {"type", process.type},
                      {"quantity", process.quantity},
                      {"size", capitalised_size(process.size)},
                      {"dyno_size", named("dyno-size", process.size)},
                      {"command", process.command},
                      {"app", reference(app)},
                      {"created_at", format_time(process.created_at)},
                      {"updated_at", format_time(process.updated_at)}};
}

json::Value render(const App& app, const Dyno& dyno) {
  return json::Object{{"id", dyno.id},
                      {"name", dyno.name},
                      {"type", dyno.type},
                      {"command", dyno.command},
                      {"size", capitalised_size(dyno.size)},
                      {"state", to_string(dyno.state)},
                      {"release", json::Object{{"id", dyno.release_id}, {"version", dyno.release_version}}},
                      {"app", reference(app)},
                      {"attach_url", nullptr},
                      {"created_at", format_time(dyno.created_at)},
                      {"updated_at", format_time(dyno.updated_at)}};
}

json::Value render(const App& app, const Release& release, std::string_view host) {
  json::Array plans;
  for (const std::string& plan : release.plans) plans.emplace_back(plan);
  json::Value output;
  if (release.has_phase)
    output = "http://" + std::string(host.empty() ? "localhost" : host) + std::string(release_output) + release.id;
  return json::Object{{"id", release.id},
                      {"version", release.version},
                      {"description", release.description},
                      {"status", to_string(release.status)},
                      {"current", release.version == app.current_release},
                      {"app", reference(app)},
                      {"user", user(release.user)},
                      {"slug", release.slug.empty() ? json::Value() : json::Value(json::Object{{"id", release.slug}})},
                      {"artifacts", json::Value::array()},
                      {"addon_plan_names", std::move(plans)},
                      {"output_stream_url", std::move(output)},
                      {"eligible_for_rollback", release.status == Release::Status::succeeded},
                      {"created_at", format_time(release.created_at)},
                      {"updated_at", format_time(release.updated_at)}};
}

}  // namespace changeover::emulator
