#include "core/text.h"
#include "emulator/model/render.h"

namespace changeover::emulator {

namespace {

std::string_view to_string(Space::State state) {
  switch (state) {
    case Space::State::allocating:
      return "allocating";
    case Space::State::allocated:
      return "allocated";
    case Space::State::deleting:
      return "deleting";
  }
  return "allocated";
}

}  // namespace

json::Value named(const std::string& kind, const std::string& name) {
  return json::Object{{"id", fixed_uuid(kind + ":" + name)}, {"name", name}};
}

json::Value user(const std::string& email) {
  return json::Object{{"id", fixed_uuid("user:" + email)}, {"email", email}};
}

json::Value render(const Region& region) {
  return named("region", std::string(region.name))
      .set("description", std::string(region.locale) + ", " + std::string(region.country))
      .set("country", region.country)
      .set("locale", region.locale)
      .set("private_capable", !region.common())
      .set("provider", json::Object{{"name", "amazon-web-services"}, {"region", region.provider}})
      .set("created_at", long_ago)
      .set("updated_at", long_ago);
}

json::Value render(const Space& space) {
  return json::Object{{"id", space.id},
                      {"name", space.name},
                      {"state", to_string(space.state)},
                      {"shield", space.shield},
                      {"region", named("region", space.region)},
                      {"team", reference(*space.team)},
                      {"organization", json::Object{{"name", space.team->name}}},
                      {"cidr", "10.0.0.0/16"},
                      {"data_cidr", "10.2.0.0/16"},
                      {"generation", named("generation", space.generation)},
                      {"created_at", format_time(space.created_at)},
                      {"updated_at", format_time(space.updated_at)}};
}

json::Value render(const Team& team) {
  return reference(team)
      .set("role", "admin")
      .set("type", "enterprise")
      .set("default", false)
      .set("credit_card_collections", false)
      .set("enterprise_account", nullptr)
      .set("identity_provider", nullptr)
      .set("membership_limit", nullptr)
      .set("provisioned_licenses", false)
      .set("created_at", long_ago)
      .set("updated_at", long_ago);
}

}  // namespace changeover::emulator
