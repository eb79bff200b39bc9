#include "core/text.h"
#include "emulator/model/render.h"

namespace changeover::emulator {
namespace {

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

std::string sso_url(const App& app, const AddOn& addon) {
  return "https://addons-sso.heroku.com/apps/" + app.id + "/addons/" + addon.id;
}

}  // namespace

Detail detail_of(const Call& call) {
  return {call.header_lists("accept-expansion", "plan"), call.header_lists("accept-expansion", "addon_service"),
          call.header_lists("accept-inclusion", "addon:plan"), call.header_lists("accept-inclusion", "config_vars")};
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
                      {"web_url", sso_url(*addon.app, addon)},
                      {"created_at", format_time(addon.created_at)},
                      {"updated_at", format_time(addon.updated_at)}};
}

json::Value render(const Attachment& attachment, const Detail& detail) {
  json::Value addon = reference(*attachment.addon);
  addon.set("app", reference(*attachment.addon->app));
  if (detail.attachment_plan) addon.set("plan", reference(plan_named(attachment.addon->plan)));
  json::Value value = json::Object{{"id", attachment.id},
                                   {"name", attachment.name},
                                   {"namespace", attachment.ns ? json::Value(*attachment.ns) : json::Value()},
                                   {"app", reference(*attachment.app)},
                                   {"addon", std::move(addon)},
                                   {"web_url", sso_url(*attachment.app, *attachment.addon)},
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
                      {"created_at", long_ago},
                      {"updated_at", long_ago}};
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
      .set("created_at", long_ago)
      .set("updated_at", long_ago);
}

}  // namespace changeover::emulator
