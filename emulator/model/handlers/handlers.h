// Every handler of the two APIs: a call in, an answer out, the control plane changed in between.
//
// Owner: nobody; functions. Thread rule: the model's thread. The table that leads a method and path here is
// emulator/model/routes.cpp. Path parameters: heroku-api.md 2 and 3.1.
#pragma once

#include "emulator/model/call.h"
#include "emulator/model/control.h"

namespace changeover::emulator::handlers {

using Handler = Response (*)(Control&, const Call&);

// Account and access (2.11, 1.7)
Response account(Control&, const Call&);
Response rate_limits(Control&, const Call&);
Response delinquency(Control&, const Call&);
Response pre_authorize(Control&, const Call&);
Response capabilities(Control&, const Call&);
Response teams(Control&, const Call&);
Response team(Control&, const Call&);
Response team_apps(Control&, const Call&);
Response team_addons(Control&, const Call&);
Response team_members(Control&, const Call&);
Response team_permissions(Control&, const Call&);

// Spaces and regions (2.9, 2.10)
Response team_spaces(Control&, const Call&);
Response spaces(Control&, const Call&);
Response space(Control&, const Call&);
Response create_space(Control&, const Call&);
Response patch_space(Control&, const Call&);
Response delete_space(Control&, const Call&);
Response inbound_ruleset(Control&, const Call&);
Response space_nat(Control&, const Call&);
Response regions(Control&, const Call&);
Response region(Control&, const Call&);

// Apps (2.1, 2.7)
Response apps(Control&, const Call&);
Response user_apps(Control&, const Call&);
Response app(Control&, const Call&);
Response create_app(Control&, const Call&);
Response patch_app(Control&, const Call&);
Response delete_app(Control&, const Call&);
Response create_team_app(Control&, const Call&);
Response team_app(Control&, const Call&);
Response patch_team_app(Control&, const Call&);
Response app_collaborators(Control&, const Call&);
Response app_collaborator(Control&, const Call&);
Response app_domains(Control&, const Call&);
Response app_domain(Control&, const Call&);
Response app_features(Control&, const Call&);
Response app_feature(Control&, const Call&);
Response patch_app_feature(Control&, const Call&);
Response config_vars(Control&, const Call&);
Response config_vars_settings(Control&, const Call&);
Response patch_config_vars(Control&, const Call&);
Response release_config_vars(Control&, const Call&);

// Formation and dynos (2.2, 2.3)
Response formation(Control&, const Call&);
Response formation_type(Control&, const Call&);
Response patch_formation(Control&, const Call&);
Response patch_formation_type(Control&, const Call&);
Response dynos(Control&, const Call&);
Response dyno(Control&, const Call&);
Response restart_dyno(Control&, const Call&);
Response restart_dynos(Control&, const Call&);
Response run_dyno(Control&, const Call&);
Response restart_formation(Control&, const Call&);

// Releases (2.8)
Response releases(Control&, const Call&);
Response release(Control&, const Call&);
Response create_release(Control&, const Call&);
Response release_output(Control&, const Call&);

// Add-ons, plans (2.4, 2.5, 2.9)
Response app_addons(Control&, const Call&);
Response addons(Control&, const Call&);
Response addon(Control&, const Call&);
Response create_addon(Control&, const Call&);
Response patch_addon(Control&, const Call&);
Response destroy_addon(Control&, const Call&);
Response addon_config(Control&, const Call&);
Response resolve_addon(Control&, const Call&);
Response service(Control&, const Call&);
Response services(Control&, const Call&);
Response service_plans(Control&, const Call&);
Response service_plan(Control&, const Call&);
Response region_capabilities(Control&, const Call&);

// Attachments (2.5, 2.6)
Response app_attachments(Control&, const Call&);
Response app_attachment(Control&, const Call&);
Response addon_attachments(Control&, const Call&);
Response attachments(Control&, const Call&);
Response attachment(Control&, const Call&);
Response create_attachment(Control&, const Call&);
Response delete_attachment(Control&, const Call&);
Response resolve_attachment(Control&, const Call&);

// Data API (3)
Response database(Control&, const Call&);
Response database_followers(Control&, const Call&);
Response wait_status(Control&, const Call&);
Response unfollow(Control&, const Call&);
Response connection_reset(Control&, const Call&);
Response user_connections(Control&, const Call&);
Response bastion(Control&, const Call&);
Response pooling(Control&, const Call&);
Response create_pooling(Control&, const Call&);
Response terminate_process(Control&, const Call&);
Response reset_database(Control&, const Call&);
Response database_metrics(Control&, const Call&);
Response burst_status(Control&, const Call&);
Response expensive_queries(Control&, const Call&);
Response links(Control&, const Call&);
Response link(Control&, const Call&);
Response create_link(Control&, const Call&);
Response delete_link(Control&, const Call&);
Response prepare_upgrade(Control&, const Call&);
Response dry_run_upgrade(Control&, const Call&);
Response run_upgrade(Control&, const Call&);
Response cancel_upgrade(Control&, const Call&);
Response upgrade_wait_status(Control&, const Call&);
Response settings(Control&, const Call&);
Response patch_settings(Control&, const Call&);
Response credentials(Control&, const Call&);
Response credential(Control&, const Call&);
Response create_credential(Control&, const Call&);
Response destroy_credential(Control&, const Call&);
Response rotate_credential(Control&, const Call&);
Response rotate_credentials(Control&, const Call&);
Response repair_default(Control&, const Call&);
Response capture_backup(Control&, const Call&);
Response restore_backup(Control&, const Call&);
Response create_transfer(Control&, const Call&);
Response database_transfers(Control&, const Call&);
Response app_transfers(Control&, const Call&);
Response app_transfer(Control&, const Call&);
Response delete_transfer(Control&, const Call&);
Response cancel_transfer(Control&, const Call&);
Response publish_transfer(Control&, const Call&);
Response dump_file(Control&, const Call&);
Response transfer_schedules(Control&, const Call&);
Response create_transfer_schedule(Control&, const Call&);
Response delete_transfer_schedule(Control&, const Call&);
Response maintenance(Control&, const Call&);
Response maintenances(Control&, const Call&);
Response maintenance_history(Control&, const Call&);
Response maintenance_window(Control&, const Call&);
Response set_maintenance_window(Control&, const Call&);
Response schedule_maintenance(Control&, const Call&);
Response run_maintenance(Control&, const Call&);
Response maintenance_message(Control&, const Call&);

}  // namespace changeover::emulator::handlers
