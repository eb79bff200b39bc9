#include "cmd/wiring.h"

#include <unistd.h>

#include <array>

#include "executor/state/local_state.h"
#include "http/curl_transport.h"
#include "providers/heroku/api_client.h"
#include "providers/heroku/credentials.h"
#include "providers/heroku/hosts.h"
#include "providers/heroku/leader/postgres_leader.h"
#include "providers/heroku/provider.h"
#include "providers/heroku/timed_transport.h"

namespace changeover {
namespace {

/// Everything that speaks to Heroku. Members are in the order in which they need each other.
struct HerokuReach {
  HerokuReach(EventLoop& loop, Transport& network, OutsideTime& outside, Random& random, heroku::Hosts hosts,
              Secret token)
      : transport(network, outside),
        api(loop, transport, random, std::move(hosts), std::move(token)),
        platform(api),
        data(api),
        leaders(loop),
        provider(heroku::Services{loop, api, platform, data, leaders, outside}) {}

  heroku::TimedTransport transport;
  heroku::ApiClient api;
  heroku::PlatformClient platform;
  heroku::DataClient data;
  heroku::PostgresLeaderSessions leaders;
  heroku::HerokuProvider provider;
};

/// Who is running, for whoever is locked out.
RunIdentity identity(const Environment& environment) {
  RunIdentity me;
  for (const char* name : {"GITHUB_RUN_ID", "CI_JOB_ID", "BUILD_ID"})
    if (me.who.empty() && environment.get(name)) me.who = "CI job " + *environment.get(name);
  if (me.who.empty()) me.who = environment.get("USER").value_or(environment.get("LOGNAME").value_or("unknown"));
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0) me.host = host.data();
  me.pid = getpid();
  return me;
}

class SystemWorld final : public World {
 public:
  SystemWorld(const Environment& environment, LocalStateBackend::Options state)
      : network_(CurlOptions::from(environment)),
        loop_(clock_, network_),
        outside_(clock_),
        state_(files_, loop_, random_, std::move(state)) {
    network_.attach(loop_);
  }

  [[nodiscard]] Result<void> reach_heroku(const Environment& environment) {
    Result<heroku::Hosts> hosts = heroku::find_hosts(environment);
    if (!hosts) return fail(hosts.error());
    Result<heroku::Token> token = heroku::find_token(environment, hosts->netrc_machine);
    if (!token) return fail(token.error());
    heroku_.emplace(loop_, network_, outside_, random_, std::move(*hosts), std::move(token->value));
    return {};
  }

  [[nodiscard]] EventLoop& loop() override { return loop_; }
  [[nodiscard]] StateBackend& state() override { return state_; }
  [[nodiscard]] Provider& provider() override { return heroku_->provider; }
  [[nodiscard]] OutsideTime& outside() override { return outside_; }
  [[nodiscard]] Random& random() override { return random_; }

 private:
  SystemClock clock_;
  SystemRandom random_;
  SystemFiles files_;
  CurlTransport network_;
  EventLoop loop_;
  OutsideTime outside_;
  LocalStateBackend state_;
  std::optional<HerokuReach> heroku_;
};

}  // namespace

Result<std::unique_ptr<World>> open_world(const Desired& desired, Reach reach, const Environment& environment) {
  const auto* local = std::get_if<LocalState>(&desired.state);
  if (local == nullptr)
    return fail(ErrorCode::invalid_spec,
                "the spec keeps its state over http or in PostgreSQL, and this version only knows local state",
                "say `state: {local: ./NAME.state.json}`");
  LocalStateBackend::Options options{local->path, desired.file, identity(environment)};
  auto world = std::make_unique<SystemWorld>(environment, std::move(options));
  if (reach == Reach::heroku) {
    const Result<void> reached = world->reach_heroku(environment);
    if (!reached) return fail(reached.error());
  }
  return world;
}

}  // namespace changeover
