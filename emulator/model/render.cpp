#include "emulator/model/render.h"

#include "core/text.h"

namespace changeover::emulator {
namespace {

json::Value named(const std::string& kind, const std::string& name) {
  return json::Object{{"id", fixed_uuid(kind + ":" + name)}, {"name", name}};
}

std::string_view to_string(Release::Status status) {
  switch (status) {
    case Release::Status::pending:
      return "pending";
    case Release::Status::succeeded:
      return "succeeded";
    case Release::Status::failed:
      return "failed";
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
  }
  return "crashed";
}

std::string_view to_string(AddOn::State state) {
  switch (state) {
    case AddOn::State::provisioning:
      return "provisioning";
    case AddOn::State::provisioned:
      return "provisioned";
    case AddOn::State::deprovisioning:
      return "deprovisioning";
    case AddOn::State::deprovisioned:
      return "deprovisioned";
  }
  return "deprovisioned";
}

json::Value price(const Plan& plan) {
  return json::Object{{"cents", plan.cents}, {"unit", "month"}, {"contract", false}, {"metered", false}};
}

}  // namespace

Detail detail_of(const Call& call) {
  return {call.header_lists("accept-expansion", "plan"), call.header_lists("accept-expansion", "addon_service"),
          call.header_lists("accept-inclusion", "addon:plan"), call.header_lists("accept-inclusion", "config_vars")};
}

std::string capitalised_size(const std::string& size) {
  std::string text = size;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool first = i == 0 || text[i - 1] == '-' || (text[i - 1] >= '0' && text[i - 1] <= '9');
    if (first && text[i] >= 'a' && text[i] <= 'z') text[i] = static_cast<char>(text[i] - 'a' + 'A');
  }
  return text;
}

json::Value render(const App& app) {
  const std::string generation = app.space != nullptr ? app.space->generation : "cedar";
  json::Value value = json::Object{{"id", app.id},
                                   {"name", app.name},
                                   {"maintenance", app.maintenance},
                                   {"region", named("region", app.region)},
                                   {"space", nullptr},
                                   {"team", nullptr},
                                   {"organization", nullptr},
                                   {"generation", named("generation", generation)},
                                   {"stack", named("stack", "heroku-24")},
                                   {"build_stack", named("stack", "heroku-24")},
                                   {"internal_routing", app.space != nullptr ? json::Value(false) : json::Value()},
                                   {"acm", false},
                                   {"archived_at", nullptr},
                                   {"buildpack_provided_description", nullptr},
                                   {"git_url", "https://git.heroku.com/" + app.name + ".git"},
                                   {"web_url", "https://" + app.name + ".herokuapp.com/"},
                                   {"repo_size", nullptr},
                                   {"slug_size", nullptr},
                                   {"released_at", format_time(app.updated_at)},
                                   {"created_at", format_time(app.created_at)},
                                   {"updated_at", format_time(app.updated_at)}};
  if (app.space != nullptr) value.member("space") = reference(*app.space).set("shield", app.space->shield);
  const std::string owner = app.team != nullptr ? app.team->name + "@herokumanager.com" : "operator@example.com";
  value.set("owner", json::Object{{"id", fixed_uuid("user:" + owner)}, {"email", owner}});
  if (app.team != nullptr) value.member("team") = value.member("organization") = reference(*app.team);
  return value;
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

json::Value render(const App& app, const Release& release, const std::string& account) {
  return json::Object{{"id", release.id},
                      {"version", release.version},
                      {"description", release.description},
                      {"status", to_string(release.status)},
                      {"current", release.version == app.current_release},
                      {"app", reference(app)},
                      {"user", json::Object{{"id", fixed_uuid("user:" + account)}, {"email", account}}},
                      {"slug", json::Object{{"id", fixed_uuid("slug:" + app.name)}}},
                      {"addon_plan_names", json::Value::array()},
                      {"output_stream_url", nullptr},
                      {"eligible_for_rollback", true},
                      {"created_at", format_time(release.created_at)},
                      {"updated_at", format_time(release.updated_at)}};
}

json::Value render(const AddOn& addon, const Detail& detail) {
  const Plan plan = plan_named(addon.plan);
  json::Array config_vars;
  if (addon.database != nullptr)
    for (const Attachment* attachment : addon.attachments)
      if (attachment->app == addon.app) config_vars.emplace_back(attachment->name + "_URL");
  const std::string service(addon.service());
  json::Value billing = reference(*addon.app);
  billing.set("type", "app");
  return json::Object{{"id", addon.id},
                      {"name", addon.name},
                      {"state", to_string(addon.state)},
                      {"app", reference(*addon.app)},
                      {"addon_service", detail.service ? render_service(service) : named("service", service)},
                      {"plan", detail.plan ? render(plan) : reference(plan)},
                      {"billing_entity", std::move(billing)},
                      {"billed_price", json::Object{{"cents", plan.cents}, {"contract", false}, {"unit", "month"}}},
                      {"config_vars", std::move(config_vars)},
                      {"actions", json::Value::array()},
                      {"provider_id", addon.provider_id},
                      {"web_url", "https://addons-sso.heroku.com/apps/" + addon.app->id + "/addons/" + addon.id},
                      {"created_at", format_time(addon.created_at)},
                      {"updated_at", format_time(addon.updated_at)}};
}

json::Value render(const Attachment& attachment, const Detail& detail) {
  json::Value addon = reference(*attachment.addon);
  addon.set("app", reference(*attachment.addon->app));
  if (detail.attachment_plan) addon.set("plan", reference(plan_named(attachment.addon->plan)));
  json::Value value = json::Object{
      {"id", attachment.id},
      {"name", attachment.name},
      {"namespace", attachment.ns ? json::Value(*attachment.ns) : json::Value()},
      {"app", reference(*attachment.app)},
      {"addon", std::move(addon)},
      {"web_url", "https://addons-sso.heroku.com/apps/" + attachment.app->id + "/addons/" + attachment.addon->id},
      {"log_input_url", nullptr},
      {"created_at", format_time(attachment.created_at)},
      {"updated_at", format_time(attachment.created_at)}};
  if (detail.config_vars) {
    json::Array names;
    if (attachment.addon->database != nullptr) names.emplace_back(attachment.name + "_URL");
    value.set("config_vars", std::move(names));
  }
  return value;
}

json::Value render(const Plan& plan) {
  const std::string service = plan.name.substr(0, plan.name.find(':'));
  return json::Object{{"id", plan.id},
                      {"name", plan.name},
                      {"human_name", plan.human},
                      {"description", "Heroku Postgres - " + plan.human},
                      {"state", "ga"},
                      {"visible", true},
                      {"default", plan.name == "heroku-postgresql:essential-0"},
                      {"space_default", plan.name == "heroku-postgresql:private-0"},
                      {"installable_inside_private_network", plan.in_space || plan.tier.empty()},
                      {"installable_outside_private_network", !plan.in_space},
                      {"price", price(plan)},
                      {"compliance", plan.tier == "shield" ? json::Value(json::Array{"HIPAA"}) : json::Value()},
                      {"addon_service", named("service", service)},
                      {"created_at", "2024-01-01T00:00:00Z"},
                      {"updated_at", "2024-01-01T00:00:00Z"}};
}

json::Value render_service(const std::string& name) {
  const bool postgres = name == postgres_service;
  return named("service", name)
      .set("human_name", postgres ? "Heroku Postgres" : name)
      .set("state", "ga")
      .set("supports_sharing", postgres)
      .set("supports_multiple_installations", postgres)
      .set("supported_generations", json::Array{named("generation", "cedar"), named("generation", "fir")})
      .set("cli_plugin_name", postgres ? json::Value("heroku-postgresql") : json::Value())
      .set("created_at", "2024-01-01T00:00:00Z")
      .set("updated_at", "2024-01-01T00:00:00Z");
}

json::Value render_region(const std::string& name) {
  const bool common = name == "us" || name == "eu";
  return named("region", name)
      .set("description", name)
      .set("private_capable", !common)
      .set("provider", json::Object{{"name", "amazon-web-services"}, {"region", name}});
}

json::Value render(const Space& space) {
  return json::Object{{"id", space.id},
                      {"name", space.name},
                      {"state", "allocated"},
                      {"shield", space.shield},
                      {"region", named("region", space.region)},
                      {"team", reference(*space.team)},
                      {"organization", json::Object{{"name", space.team->name}}},
                      {"cidr", "10.0.0.0/16"},
                      {"data_cidr", "10.2.0.0/16"},
                      {"generation", named("generation", space.generation)},
                      {"created_at", format_time(space.created_at)},
                      {"updated_at", format_time(space.created_at)}};
}

json::Value render(const Team& team) {
  return reference(team).set("role", "admin").set("type", "enterprise").set("default", false);
}

}  // namespace changeover::emulator
