#include "tests/simulation/incidents.h"

#include <array>

namespace changeover::simulation {
namespace {

constexpr int requests_of_a_run = 130;
constexpr int sql_calls_of_a_run = 14;
constexpr int file_calls_of_a_run = 80;

int pick(Random& random, int below) { return static_cast<int>(random.next() % static_cast<std::uint64_t>(below)); }

template <class Container>
const auto& one_of(Random& random, const Container& things) {
  return things[static_cast<std::size_t>(pick(random, static_cast<int>(std::size(things))))];
}

const std::vector<PeopleIncident>& people() {
  static const std::vector<PeopleIncident> known{
      {"deploys the source app", "PATCH", "/apps/orders/config-vars", R"({"DEPLOYED":"yes"})"},
      {"deploys the target app", "PATCH", "/apps/orders-space/config-vars", R"({"DEPLOYED":"yes"})"},
      {"scales the source's web to 3", "PATCH", "/apps/orders/formation",
       R"({"updates":[{"type":"web","quantity":3}]})", true},
      {"scales the source's worker to 0", "PATCH", "/apps/orders/formation",
       R"({"updates":[{"type":"worker","quantity":0}]})"},
      {"scales the target's web to 1", "PATCH", "/apps/orders-space/formation",
       R"({"updates":[{"type":"web","quantity":1}]})"},
      {"turns the source's page on", "PATCH", "/apps/orders", R"({"maintenance":true})"},
      {"turns the source's page off", "PATCH", "/apps/orders", R"({"maintenance":false})"},
      {"turns the target's page off", "PATCH", "/apps/orders-space", R"({"maintenance":false})"},
      {"rotates the source's password", "POST",
       "/postgres/v0/databases/orders-db/credentials/default/credentials_rotation", ""},
      {"unfollows the copy", "PUT", "/client/v11/databases/COPY/unfollow", ""},
      {"resets the source's connections", "POST", "/client/v11/databases/orders-db/connection_reset", ""},
      {"runs a writer on the source app", "POST", "/apps/orders/dynos", R"({"command":"changeover-writer"})", true},
      {"restarts the source app", "DELETE", "/apps/orders/dynos", ""},
  };
  return known;
}

Incident incident(Random& random, int runs) {
  Incident made;
  made.run = pick(random, runs);
  made.number = 1 + pick(random, requests_of_a_run);
  const int kind = pick(random, 100);
  if (kind < 45) {
    made.what = NetworkIncident{static_cast<std::size_t>(pick(random, static_cast<int>(all_troubles().size())))};
  } else if (kind < 58) {
    made.number = 1 + pick(random, sql_calls_of_a_run);
    made.what = SqlIncident{
        one_of(random, std::array{SqlIncident::Kind::killed, SqlIncident::Kind::broken, SqlIncident::Kind::slow})};
  } else if (kind < 70) {
    using How = testing::FakeFiles::How;
    made.number = 1 + pick(random, file_calls_of_a_run);
    testing::FakeFiles::Failure failure;
    failure.call = made.number;
    failure.how = one_of(random, std::array{How::before_effect, How::after_effect, How::torn});
    failure.dies = failure.how == How::torn || pick(random, 3) != 0;
    made.what = DiskIncident{failure};
  } else if (kind < 90) {
    made.what = one_of(random, people());
  } else if (kind < 93) {
    made.what = StateLost{};
  } else if (kind < 97) {
    made.what = Signalled{};
  } else {
    made.what = Stall{pick(random, 2) == 0};
  }
  return made;
}

struct Describe {
  std::string operator()(const NetworkIncident& it) const { return all_troubles()[it.trouble].name; }
  std::string operator()(const SqlIncident& it) const {
    return it.kind == SqlIncident::Kind::killed   ? "SQL: killed"
           : it.kind == SqlIncident::Kind::broken ? "SQL: connection broken"
                                                  : "SQL: slow";
  }
  std::string operator()(const DiskIncident& it) const {
    using How = testing::FakeFiles::How;
    const std::string how = it.failure.how == How::before_effect  ? "before"
                            : it.failure.how == How::after_effect ? "after"
                                                                  : "torn";
    return "disk: " + std::string(it.failure.dies ? "killed " : "fails ") + how;
  }
  std::string operator()(const PeopleIncident& it) const { return "somebody " + it.what; }
  std::string operator()(const StateLost&) const { return "the state is lost"; }
  std::string operator()(const Signalled&) const { return "SIGTERM"; }
  std::string operator()(const Stall& it) const { return it.stalled ? "replay stalls" : "replay goes on"; }
};

}  // namespace

std::string to_text(const Incident& incident) {
  return "run " + std::to_string(incident.run) + ", call " + std::to_string(incident.number) + ": " +
         std::visit(Describe{}, incident.what);
}

Story story_of(std::uint64_t seed) {
  SeededRandom random(seed);
  Story story;
  const int runs = 1 + pick(random, 4);
  for (int run = 0; run < runs; ++run) {
    const int stage = pick(random, 10);
    story.stages.emplace_back(run == 0 || stage < 7 ? "live" : stage < 9 ? "source" : "replicating");
  }
  const int incidents = 2 + pick(random, 4);
  for (int i = 0; i < incidents; ++i) story.incidents.push_back(incident(random, runs));
  return story;
}

}  // namespace changeover::simulation
