#include "emulator/model/routes.h"

#include <array>

namespace changeover::emulator {
namespace {

namespace h = handlers;
constexpr auto free_of_charge = Route::Cost::free;
constexpr auto token = Route::Cost::token;
constexpr auto anyone = Route::Access::anyone;

// First match wins, so fixed words stand before parameters.
constexpr auto routes = std::to_array<Route>({
    {"GET", "/account", h::account},
    {"GET", "/account/delinquency", h::delinquency},
    {"GET", "/account/rate-limits", h::rate_limits, free_of_charge},
    {"PUT", "/users/~/capabilities", h::capabilities},
    {"PUT", "/apps/:app/pre-authorizations", h::pre_authorize},
    {"GET", "/teams", h::teams},
    {"GET", "/teams/permissions", h::team_permissions},
    {"POST", "/teams/apps", h::create_team_app},
    {"GET", "/teams/apps/:app", h::team_app},
    {"PATCH", "/teams/apps/:app", h::patch_team_app},
    {"GET", "/teams/apps/:app/collaborators", h::app_collaborators},
    {"GET", "/teams/apps/:app/collaborators/:collaborator", h::app_collaborator},
    {"GET", "/teams/:team", h::team},
    {"GET", "/teams/:team/apps", h::team_apps},
    {"GET", "/teams/:team/addons", h::team_addons},
    {"GET", "/teams/:team/members", h::team_members},
    {"GET", "/teams/:team/spaces", h::team_spaces},
    {"GET", "/spaces", h::spaces},
    {"POST", "/spaces", h::create_space},
    {"GET", "/spaces/:space", h::space},
    {"PATCH", "/spaces/:space", h::patch_space},
    {"DELETE", "/spaces/:space", h::delete_space},
    {"GET", "/spaces/:space/inbound-ruleset", h::inbound_ruleset},
    {"GET", "/spaces/:space/nat", h::space_nat},
    {"GET", "/regions", h::regions, token, anyone},
    {"GET", "/regions/:region", h::region, token, anyone},

    {"GET", "/apps", h::apps},
    {"POST", "/apps", h::create_app},
    {"GET", "/users/:user/apps", h::user_apps},
    {"GET", "/apps/:app", h::app},
    {"PATCH", "/apps/:app", h::patch_app},
    {"DELETE", "/apps/:app", h::delete_app},
    {"GET", "/apps/:app/collaborators", h::app_collaborators},
    {"GET", "/apps/:app/collaborators/:collaborator", h::app_collaborator},
    {"GET", "/apps/:app/domains", h::app_domains},
    {"GET", "/apps/:app/domains/:domain", h::app_domain},
    {"GET", "/apps/:app/features", h::app_features},
    {"GET", "/apps/:app/features/:feature", h::app_feature},
    {"PATCH", "/apps/:app/features/:feature", h::patch_app_feature},
    {"GET", "/apps/:app/config-vars", h::config_vars},
    {"PATCH", "/apps/:app/config-vars", h::patch_config_vars},
    {"GET", "/apps/:app/config-vars-settings", h::config_vars_settings},

    {"GET", "/apps/:app/formation", h::formation},
    {"PATCH", "/apps/:app/formation", h::patch_formation},
    {"GET", "/apps/:app/formation/:type", h::formation_type},
    {"PATCH", "/apps/:app/formation/:type", h::patch_formation_type},
    {"DELETE", "/apps/:app/formations/:type", h::restart_formation},
    {"POST", "/apps/:app/formations/:type/actions/stop", h::restart_formation},
    {"GET", "/apps/:app/dynos", h::dynos},
    {"POST", "/apps/:app/dynos", h::run_dyno},
    {"DELETE", "/apps/:app/dynos", h::restart_dynos},
    {"GET", "/apps/:app/dynos/:dyno", h::dyno},
    {"DELETE", "/apps/:app/dynos/:dyno", h::restart_dyno},
    {"POST", "/apps/:app/dynos/:dyno/actions/stop", h::restart_dyno},

    {"GET", "/apps/:app/releases", h::releases},
    {"POST", "/apps/:app/releases", h::create_release},
    {"GET", "/apps/:app/releases/:release", h::release},
    {"GET", "/apps/:app/releases/:release/config-vars", h::release_config_vars},

    {"GET", "/addons", h::addons},
    {"GET", "/addons/:addon", h::addon},
    {"PATCH", "/addons/:addon", h::patch_addon},
    {"GET", "/addons/:addon/config", h::addon_config},
    {"GET", "/addons/:addon/config/:namespace", h::addon_config},
    {"GET", "/addons/:addon/addon-attachments", h::addon_attachments},
    {"GET", "/apps/:app/addons", h::app_addons},
    {"POST", "/apps/:app/addons", h::create_addon},
    {"GET", "/apps/:app/addons/:addon", h::addon},
    {"PATCH", "/apps/:app/addons/:addon", h::patch_addon},
    {"DELETE", "/apps/:app/addons/:addon", h::destroy_addon},
    {"POST", "/actions/addons/resolve", h::resolve_addon},

    {"GET", "/addon-services", h::services, token, anyone},
    {"GET", "/addon-services/:service", h::service, token, anyone},
    {"GET", "/addon-services/:service/plans", h::service_plans, token, anyone},
    {"GET", "/addon-services/:service/plans/:plan", h::service_plan, token, anyone},
    {"GET", "/addon-services/:service/region-capabilities", h::region_capabilities, token, anyone},
    {"GET", "/plans/:plan", h::service_plan, token, anyone},

    {"GET", "/addon-attachments", h::attachments},
    {"POST", "/addon-attachments", h::create_attachment},
    {"GET", "/addon-attachments/:attachment", h::attachment},
    {"DELETE", "/addon-attachments/:attachment", h::delete_attachment},
    {"GET", "/apps/:app/addon-attachments", h::app_attachments},
    {"GET", "/apps/:app/addon-attachments/:attachment", h::app_attachment},
    {"POST", "/actions/addon-attachments/resolve", h::resolve_attachment},

    {"GET", "/client/v11/databases/:db", h::database},
    {"GET", "/client/v11/databases/:db/followers", h::database_followers},
    {"GET", "/client/v11/databases/:db/wait_status", h::wait_status},
    {"PUT", "/client/v11/databases/:db/unfollow", h::unfollow},
    {"POST", "/client/v11/databases/:db/connection_reset", h::connection_reset},
    {"GET", "/client/v11/databases/:db/user_connections", h::user_connections},
    {"GET", "/client/v11/databases/:db/bastion", h::bastion},
    {"GET", "/client/v11/databases/:db/connection-pooling", h::pooling},
    {"POST", "/client/v11/databases/:db/connection-pooling", h::create_pooling},
    {"POST", "/client/v11/databases/:db/terminate_process", h::terminate_process},
    {"PUT", "/client/v11/databases/:db/reset", h::reset_database},
    {"GET", "/client/v11/databases/:db/metrics", h::database_metrics},
    {"GET", "/client/v11/databases/:db/burst_status", h::burst_status},
    {"GET", "/client/v11/databases/:db/expensive-queries", h::expensive_queries},
    {"GET", "/client/v11/databases/:db/links", h::links},
    {"POST", "/client/v11/databases/:db/links", h::create_link},
    {"GET", "/client/v11/databases/:db/links/:link", h::link},
    {"DELETE", "/client/v11/databases/:db/links/:link", h::delete_link},
    {"POST", "/client/v11/databases/:db/upgrade", h::run_upgrade},
    {"POST", "/client/v11/databases/:db/upgrade/prepare", h::prepare_upgrade},
    {"POST", "/client/v11/databases/:db/upgrade/dry_run", h::dry_run_upgrade},
    {"POST", "/client/v11/databases/:db/upgrade/run", h::run_upgrade},
    {"POST", "/client/v11/databases/:db/upgrade/cancel", h::cancel_upgrade},
    {"GET", "/client/v11/databases/:db/upgrade/wait_status", h::upgrade_wait_status},
    {"GET", "/client/v11/databases/:db/maintenance", h::maintenance_message},
    {"POST", "/client/v11/databases/:db/maintenance", h::run_maintenance},
    {"GET", "/client/v11/databases/:db/maintenance_window", h::maintenance_window},
    {"PUT", "/client/v11/databases/:db/maintenance_window", h::set_maintenance_window},
    {"GET", "/client/v11/databases/:db/transfers", h::database_transfers},
    {"POST", "/client/v11/databases/:db/transfers", h::create_transfer},
    {"POST", "/client/v11/databases/:db/backups", h::capture_backup},
    {"POST", "/client/v11/databases/:db/restores", h::restore_backup},
    {"GET", "/client/v11/databases/:db/transfer-schedules", h::transfer_schedules},
    {"POST", "/client/v11/databases/:db/transfer-schedules", h::create_transfer_schedule},
    {"DELETE", "/client/v11/databases/:db/transfer-schedules/:schedule", h::delete_transfer_schedule},
    {"GET", "/client/v11/apps/:app/transfers", h::app_transfers},
    {"GET", "/client/v11/apps/:app/transfers/:transfer", h::app_transfer},
    {"DELETE", "/client/v11/apps/:app/transfers/:transfer", h::delete_transfer},
    {"POST", "/client/v11/apps/:app/transfers/:transfer/actions/cancel", h::cancel_transfer},
    {"POST", "/client/v11/apps/:app/transfers/:transfer/actions/public-url", h::publish_transfer},
    {"GET", "/_dumps/:file", h::dump_file, free_of_charge, anyone},
    {"GET", "/_output/:release", h::release_output, free_of_charge, anyone},
    {"GET", "/postgres/v0/databases/:db/config", h::settings},
    {"PATCH", "/postgres/v0/databases/:db/config", h::patch_settings},
    {"GET", "/postgres/v0/databases/:db/credentials", h::credentials},
    {"POST", "/postgres/v0/databases/:db/credentials", h::create_credential},
    {"GET", "/postgres/v0/databases/:db/credentials/:credential", h::credential},
    {"DELETE", "/postgres/v0/databases/:db/credentials/:credential", h::destroy_credential},
    {"POST", "/postgres/v0/databases/:db/credentials/:credential/credentials_rotation", h::rotate_credential},
    {"POST", "/postgres/v0/databases/:db/credentials_rotation", h::rotate_credentials},
    {"POST", "/postgres/v0/databases/:db/repair-default", h::repair_default},
    {"GET", "/data/maintenances/v1/apps/:app", h::maintenances},
    {"GET", "/data/maintenances/v1/:db", h::maintenance},
    {"GET", "/data/maintenances/v1/:db/history", h::maintenance_history},
    {"GET", "/data/maintenances/v1/:db/window", h::maintenance_window},
    {"POST", "/data/maintenances/v1/:db/window", h::set_maintenance_window},
    {"POST", "/data/maintenances/v1/:db/schedule", h::schedule_maintenance},
    {"POST", "/data/maintenances/v1/:db/run", h::run_maintenance},
});

std::string_view take_segment(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool fits(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view found = take_segment(path);
    if (found.empty() || (!wanted.starts_with(':') && wanted != found)) return false;
  }
  return pattern.empty() && path.empty();
}

}  // namespace

Route::Api Route::api() const { return is_data_path(pattern) ? Api::data : Api::platform; }

bool is_data_path(std::string_view path) {
  return path.starts_with("/client/") || path.starts_with("/postgres/") || path.starts_with("/data/") ||
         path.starts_with("/_dumps/") || path.starts_with("/_output/");
}

std::span<const Route> all_routes() { return routes; }

std::optional<Match> match_route(std::string_view method, std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  for (const Route& route : routes) {
    if (route.method != method || !fits(route.pattern, path)) continue;
    Match match{&route, {}};
    std::string_view pattern = route.pattern;
    while (!pattern.empty()) {
      const std::string_view wanted = take_segment(pattern);
      const std::string_view found = take_segment(path);
      if (wanted.starts_with(':')) match.parameters.emplace_back(wanted.substr(1), percent_decoded(found));
    }
    return match;
  }
  return std::nullopt;
}

}  // namespace changeover::emulator
