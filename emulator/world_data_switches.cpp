#include "emulator/world_data_switches.h"

namespace changeover::emulator {

DataSwitches read_data_switches(yaml::MappingReader& switches) {
  DataSwitches read;
  const auto flag = [&](std::string_view key, bool& field) {
    if (const auto found = switches.boolean(key)) field = found->value;
  };
  const auto number = [&](std::string_view key, int& field, int least, int most) {
    if (const auto found = switches.integer(key, least, most)) field = static_cast<int>(found->value);
  };
  number("create_status", read.create_status, 200, 202);
  flag("provisioned_when_caught_up", read.provisioned_when_caught_up);
  number("refusal_status", read.refusal_status, 400, 499);
  flag("follow_by_id", read.follow_by_id);
  flag("shield_follows_across_spaces", read.shield_follows_across_spaces);
  flag("reuse_addon_names", read.reuse_addon_names);
  number("max_followers", read.max_followers, 0, 1'000);
  flag("destroy_followed_leader", read.destroy_followed_leader);
  flag("follower_inherits_settings", read.follower_inherits_settings);
  using Body = DataSwitches::UnknownBody;
  if (const auto body = switches.word<Body>("unknown_body", {{"empty", Body::empty},
                                                             {"html", Body::html},
                                                             {"json", Body::json},
                                                             {"json_message", Body::json_message},
                                                             {"html_as_json", Body::html_as_json}}))
    read.unknown_body = body->value;
  flag("wait_until_caught_up", read.wait_until_caught_up);
  flag("tell_sample_time", read.tell_sample_time);
  number("data_requests_a_minute", read.data_requests_a_minute, 0, 1'000'000);
  flag("unfollow_refuses_leaders", read.unfollow_refuses_leaders);
  flag("rotate_on_unfollow", read.rotate_on_unfollow);
  flag("fork_on_unfollow", read.fork_on_unfollow);
  flag("keep_credentials_on_unfollow", read.keep_credentials_on_unfollow);
  return read;
}

}  // namespace changeover::emulator
