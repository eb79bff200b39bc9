#include "tests/simulation/incidents.h"

#include <algorithm>
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
       R"({"updates":[{"type":"web","quantity":3}]})"},
      {"scales the source's worker to 0", "PATCH", "/apps/orders/formation",
       R"({"updates":[{"type":"worker","quantity":0}]})"},
      {"scales the target's web to 1", "PATCH", "/apps/orders-space/formation",
       R"({"updates":[{"type":"web","quantity":1}]})"},
      {"turns the source's page on", "PATCH", "/apps/orders", R"({"maintenance":true})"},
      {"turns the source's page off", "PATCH", "/apps/orders", R"({"maintenance":false})"},
      {"turns the target's page on", "PATCH", "/apps/orders-space", R"({"maintenance":true})"},
      {"turns the target's page off", "PATCH", "/apps/orders-space", R"({"maintenance":false})"},
      {"rotates the source's password", "POST",
       "/postgres/v0/databases/orders-db/credentials/default/credentials_rotation", ""},
      {"rotates the copy's password", "POST", "/postgres/v0/databases/COPY/credentials/default/credentials_rotation",
       ""},
      {"unfollows the copy", "PUT", "/client/v11/databases/COPY/unfollow", ""},
      {"resets the source's connections", "POST", "/client/v11/databases/orders-db/connection_reset", ""},
      {"runs a writer on the source app", "POST", "/apps/orders/dynos", R"({"command":"changeover-writer"})"},
      {"restarts the source app", "DELETE", "/apps/orders/dynos", ""},
  };
  return known;
}

const PeopleIncident autoscaler{"(an autoscaler) scales the source's web to 2", "PATCH", "/apps/orders/formation",
                                R"({"updates":[{"type":"web","quantity":2}]})"};

/// It looks again and again, so it does what it does again and again.
void autoscale(Random& random, Incident first, std::vector<Incident>& into) {
  const int every = 3 + pick(random, 12);
  for (int look = 0; look < 5; ++look) {
    first.what = autoscaler;
    into.push_back(first);
    first.number += every;
  }
}

decltype(Incident::what) disk_incident(Random& random, int& number) {
  using How = testing::FakeFiles::How;
  number = 1 + pick(random, file_calls_of_a_run);
  testing::FakeFiles::Failure failure;
  failure.call = number;
  failure.how = one_of(random, std::array{How::before_effect, How::after_effect, How::torn});
  failure.dies = failure.how == How::torn || pick(random, 3) != 0;
  return DiskIncident{failure};
}

void add_incident(Random& random, int runs, std::vector<Incident>& into) {
  Incident made;
  made.run = pick(random, runs);
  made.number = 1 + pick(random, requests_of_a_run);
  const int kind = pick(random, 100);
  if (kind < 40) {
    made.what = NetworkIncident{static_cast<std::size_t>(pick(random, static_cast<int>(all_troubles().size())))};
  } else if (kind < 50) {
    made.number = 1 + pick(random, sql_calls_of_a_run);
    made.what = SqlIncident{
        one_of(random, std::array{SqlIncident::Kind::killed, SqlIncident::Kind::broken, SqlIncident::Kind::slow})};
  } else if (kind < 60) {
    made.what = disk_incident(random, made.number);
  } else if (kind < 78) {
    made.what = one_of(random, people());
  } else if (kind < 81) {
    return autoscale(random, made, into);
  } else if (kind < 84) {
    made.what = StateLost{};
  } else if (kind < 88) {
    made.what = Signalled{};
  } else if (kind < 91) {
    made.what = Stall{pick(random, 2) == 0};
  } else if (kind < 95) {
    made.what = FailOver{pick(random, 4) == 0};
  } else if (kind < 97) {
    made.what = CopyDestroyed{};
  } else {
    made.what = SecondOperator{one_of(random, std::array{"live", "source", "replicating"})};
  }
  into.push_back(made);
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
  std::string operator()(const FailOver& it) const {
    return it.of_copy ? "the copy's server is replaced" : "the leader's server is replaced";
  }
  std::string operator()(const CopyDestroyed&) const { return "somebody destroys the copy"; }
  std::string operator()(const SecondOperator& it) const { return "a colleague applies stage " + it.stage; }
};

bool loses_state(const Incident& incident) { return std::holds_alternative<StateLost>(incident.what); }

}  // namespace

std::string to_text(const Incident& incident) {
  const std::string call = incident.at.empty() ? "call " + std::to_string(incident.number) : incident.at;
  return "run " + std::to_string(incident.run) + ", " + call + ": " + std::visit(Describe{}, incident.what);
}

Story story_of(std::uint64_t seed) {
  SeededRandom random(seed);
  Story story;
  if (pick(random, 3) == 0) story.world = static_cast<std::size_t>(pick(random, orders_world_count));
  const int runs = 1 + pick(random, 4);
  for (int run = 0; run < runs; ++run) {
    const int stage = pick(random, 10);
    Chapter chapter{run == 0 || stage < 7 ? "live" : stage < 9 ? "source" : "replicating"};
    // What a spec says today, it says tomorrow, until somebody edits it.
    if (run > 0) chapter.edit = story.runs.back().edit;
    if (pick(random, 6) == 0) chapter.edit = static_cast<std::size_t>(pick(random, spec_edit_count));
    story.runs.push_back(std::move(chapter));
  }
  const int incidents = 2 + pick(random, 4);
  for (int i = 0; i < incidents; ++i) add_incident(random, runs, story.incidents);
  story.ends_on_source = pick(random, 4) == 0;
  // Without its state nobody can know under which name a copy was made once.
  if (std::ranges::any_of(story.incidents, loses_state))
    for (Chapter& chapter : story.runs)
      if (renames_copy(chapter.edit)) chapter.edit = 0;
  return story;
}

}  // namespace changeover::simulation
