#include "emulator/world_timing.h"

#include <charconv>

#include "core/text.h"

namespace changeover::emulator {

using std::chrono::milliseconds;

std::optional<milliseconds> parse_world_duration(std::string_view text) {
  if (!text.ends_with("ms")) return parse_duration(text);
  long long count = 0;
  const char* end = text.data() + text.size() - 2;
  const auto [stop, problem] = std::from_chars(text.data(), end, count);
  if (problem != std::errc{} || stop != end || count < 0 || count > 86'400'000) return std::nullopt;
  return milliseconds{count};
}

void read_timing(yaml::MappingReader timing, Timing& t, Diagnostics& diagnostics) {
  const auto read = [&](std::string_view key, milliseconds& field, milliseconds least = milliseconds{0}) {
    const auto found = timing.parsed(key, parse_world_duration, "a duration such as 250ms, 5s or 3m");
    if (found && found->value < least)
      diagnostics.error(found->at, "`" + std::string(key) + "` must be at least " + human_duration(least));
    if (found) field = found->value;
  };
  read("api_latency", t.api_latency);
  read("data_404", t.data_404);
  read("provisioning", t.provisioning);
  read("sampling", t.sampling, milliseconds{10});
  read("unfollow", t.unfollow);
  read("rotation", t.rotation);
  read("deprovision", t.deprovision);
  read("fork_follow", t.fork_follow);
  read("standby", t.standby);
  read("maintenance", t.maintenance);
  read("upgrade", t.upgrade);
  read("backup", t.backup);
  read("dyno_boot", t.dyno_boot);
  read("dyno_grace", t.dyno_grace);
  read("crash_restart", t.crash_restart, milliseconds{1});
  read("crash_restart_most", t.crash_restart_most, milliseconds{1});
  read("dyno_down", t.dyno_down);
  read("preboot", t.preboot);
  read("pre_authorization", t.pre_authorization);
  read("eco_sleep", t.eco_sleep, milliseconds{1});
  read("web_boot", t.web_boot);
  read("web_answer", t.web_answer, milliseconds{1});
  read("space_allocation", t.space_allocation);
  read("release_phase", t.release_phase, milliseconds{1});
  timing.finish();
}

}  // namespace changeover::emulator
