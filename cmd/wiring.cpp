#include "cmd/wiring.h"

#include <unistd.h>

#include <array>

#include "executor/state/http_store.h"
#include "executor/state/leased_state.h"
#include "executor/state/local_state.h"
#include "executor/state/postgres_store.h"
#include "executor/system_processes.h"
#include "http/curl_transport.h"
#include "http/headers.h"
#include "providers/heroku/api_client.h"
#include "providers/heroku/credentials.h"
#include "providers/heroku/hosts.h"
#include "providers/heroku/leader/postgres_leader.h"
#include "providers/heroku/provider.h"
#include "providers/heroku/survey.h"
#include "providers/heroku/timed_transport.h"

namespace changeover {
namespace {

/// Everything that speaks to Heroku. Members are in the order in which they need each other.
struct HerokuReach {
  HerokuReach(EventLoop& loop, Transport& network, OutsideTime& outside, Random& random, heroku::Hosts hosts,
              heroku::Token token)
      : transport(network, outside),
        api(loop, transport, random, hosts, std::move(token.value)),
        platform(api),
        data(api),
        leaders(loop),
        provider(heroku::Services{loop, api, platform, data, leaders, outside}),
        survey(heroku::Services{loop, api, platform, data, leaders, outside}, transport, std::move(hosts),
               std::move(token.source)) {}

  heroku::TimedTransport transport;
  heroku::ApiClient api;
  heroku::PlatformClient platform;
  heroku::DataClient data;
  heroku::PostgresLeaderSessions leaders;
  heroku::HerokuProvider provider;
  heroku::HerokuSurvey survey;
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

/// Of the state's server: our own names, else those that Terraform's http backend reads. Empty when neither is set.
Secret state_authorization(const Environment& environment) {
  for (const std::string prefix : {"CHANGEOVER_HTTP_", "TF_HTTP_"}) {
    const std::string user = environment.get(prefix + "USERNAME").value_or("");
    if (!user.empty()) return basic_authorization(user, Secret(environment.get(prefix + "PASSWORD").value_or("")));
  }
  return {};
}

class SystemWorld final : public World {
 public:
  explicit SystemWorld(const Environment& environment)
      : network_(CurlOptions::from(environment)),
        loop_(clock_, network_),
        outside_(clock_),
        processes_(loop_, child_environment(environment.all(), {"CHANGEOVER_HTTP_PASSWORD", "TF_HTTP_PASSWORD"})) {
    network_.attach(loop_);
  }
  SystemWorld(const SystemWorld&) = delete;
  SystemWorld& operator=(const SystemWorld&) = delete;
  /// What a remote state holds for this run is given back.
  ~SystemWorld() override {
    if (state_) loop_.run(state_->settle());
  }

  [[nodiscard]] Result<void> keep_state(const Desired& desired, const Environment& environment) {
    const RunIdentity me = identity(environment);
    if (const auto* local = std::get_if<LocalState>(&desired.state)) {
      LocalStateBackend::Options options{local->path, desired.file, me};
      state_ = std::make_unique<LocalStateBackend>(files_, loop_, random_, std::move(options));
      return {};
    }
    if (const auto* http = std::get_if<HttpState>(&desired.state)) {
      HttpStore::Options options;
      options.address = HttpStateAddress::of(http->url);
      options.authorization = state_authorization(environment);
      options.me = me;
      store_ = std::make_unique<HttpStore>(network_, loop_, random_, std::move(options));
    } else if (const auto* postgres = std::get_if<PostgresState>(&desired.state)) {
      const std::string url = environment.get(postgres->url_env).value_or("");
      if (url.empty())
        return fail(ErrorCode::precondition,
                    "the spec keeps its state in PostgreSQL, and $" + postgres->url_env + " is not set",
                    "set it to the URL of the database that keeps the state: postgres://user:password@host:5432/name");
      store_ = std::make_unique<PostgresStore>(loop_, random_, PostgresStore::Options{Secret(url), postgres->url_env});
    }
    LeasedState::Options options{desired.file, me, {}};
    options.times.longest_call = heroku::CallOptions{}.deadline;
    state_ = std::make_unique<LeasedState>(*store_, loop_, random_, std::move(options));
    return {};
  }

  [[nodiscard]] Result<void> reach_heroku(const Environment& environment) {
    Result<heroku::Hosts> hosts = heroku::find_hosts(environment);
    if (!hosts) return fail(hosts.error());
    Result<heroku::Token> token = heroku::find_token(environment, hosts->netrc_machine);
    if (!token) return fail(token.error());
    heroku_.emplace(loop_, network_, outside_, random_, std::move(*hosts), std::move(*token));
    return {};
  }

  [[nodiscard]] EventLoop& loop() override { return loop_; }
  [[nodiscard]] StateBackend& state() override { return *state_; }
  [[nodiscard]] Provider& provider() override { return heroku_->provider; }
  [[nodiscard]] Survey& survey() override { return heroku_->survey; }
  [[nodiscard]] OutsideTime& outside() override { return outside_; }
  [[nodiscard]] Random& random() override { return random_; }
  [[nodiscard]] ProcessRunner& processes() override { return processes_; }

 private:
  SystemClock clock_;
  SystemRandom random_;
  SystemFiles files_;
  CurlTransport network_;
  EventLoop loop_;
  OutsideTime outside_;
  std::unique_ptr<SharedStore> store_;
  std::unique_ptr<StateBackend> state_;
  SystemProcesses processes_;
  std::optional<HerokuReach> heroku_;
};

}  // namespace

Result<std::unique_ptr<World>> open_world(const Desired& desired, Reach reach, const Environment& environment) {
  auto world = std::make_unique<SystemWorld>(environment);
  const Result<void> kept = world->keep_state(desired, environment);
  if (!kept) return fail(kept.error());
  if (reach == Reach::heroku) {
    const Result<void> reached = world->reach_heroku(environment);
    if (!reached) return fail(reached.error());
  }
  return world;
}

}  // namespace changeover
