// Behaviours of Heroku's databases that no source settles (heroku-api.md 8), each to be turned in a world file.
//
// Owner: the world; a plain value. Thread rule: none. docs/emulator.md has the table: a switch here is a row there.
#pragma once

namespace changeover::emulator {

struct DataSwitches {
  // Creating and destroying.
  int create_status = 201;                    ///< row 3
  bool provisioned_when_caught_up = false;    ///< row 4: a follower is `provisioned` only then
  int refusal_status = 422;                   ///< row 22: of addon_error
  bool follow_by_id = true;                   ///< row 23: `follow` takes an add-on's uuid
  bool shield_follows_across_spaces = false;  ///< row 31
  bool reuse_addon_names = true;              ///< row 33: once the add-on is gone
  int max_followers = 0;                      ///< row 35: of one leader; 0: no limit
  bool destroy_followed_leader = true;        ///< row 11: with followers it can go too
  bool follower_inherits_settings = false;    ///< row 28: its window, too

  // Reading.
  enum class UnknownBody { empty, html, json, json_message, html_as_json };
  UnknownBody unknown_body = UnknownBody::empty;  ///< row 1: of the Data API's 404
  bool wait_until_caught_up = true;               ///< row 5: what wait_status waits for on a follower
  bool tell_sample_time = true;                   ///< row 6: status_updated_at
  int data_requests_a_minute = 0;                 ///< row 19: more get 429; 0: no limit

  // Unfollowing.
  bool unfollow_refuses_leaders = true;      ///< row 7: else 200 without effect
  bool rotate_on_unfollow = true;            ///< row 9: the default credential changes once
  bool fork_on_unfollow = true;              ///< row 10: forked_from names the old leader's formation
  bool keep_credentials_on_unfollow = true;  ///< row 29: its leader's are listed
};

}  // namespace changeover::emulator
