// The judgement over writes long after the cutover, case by case: everything is well, and one thing is not; and the
// look itself on a real server.
#include "providers/heroku/leader/aftermath.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/heroku/leader/leader_fixture.h"

namespace changeover::heroku {
namespace {

using Verdict = Aftermath::Verdict;

Marker marker() {
  Marker m;
  m.system_identifier = "7000";
  m.timeline = 3;
  m.xid = 99;
  m.after = {100, 100};
  m.ledger = Ledger{500, 10, "hash", "start", "now"};
  return m;
}

/// Days of autovacuum behind it, and nothing else.
LaterSight days_later() {
  LaterSight s;
  s.identity.system_identifier = "7000";
  s.identity.timeline = 3;
  s.identity.server_version_number = 150002;
  s.ledger = Ledger{500, 400, "hash", "start", "later"};
  s.last = {900, 900};
  return s;
}

struct Case {
  const char* name;
  Verdict verdict;
  std::function<void(Marker&, LaterSight&)> change;
};

class Since : public ::testing::TestWithParam<Case> {};

TEST_P(Since, IsJudged) {
  Marker m = marker();
  LaterSight s = days_later();
  GetParam().change(m, s);
  const Aftermath judged = judge_since(m, s);
  EXPECT_EQ(judged.verdict, GetParam().verdict) << judged.why;
  EXPECT_FALSE(judged.why.empty());
}

ClientBackend backend(const std::string& kind) {
  ClientBackend one;
  one.pid = 71;
  one.kind = kind;
  return one;
}

INSTANTIATE_TEST_SUITE_P(
    , Since,
    ::testing::Values(
        Case{"Housekeeping", Verdict::none, [](Marker&, LaterSight&) {}},
        Case{"Autovacuum", Verdict::none,
             [](Marker&, LaterSight& s) { s.holders.push_back(backend("autovacuum worker")); }},
        Case{"ARow", Verdict::written, [](Marker&, LaterSight& s) { s.ledger.rows_changed = 501; }},
        Case{"ASequence", Verdict::written, [](Marker&, LaterSight& s) { s.ledger.sequences = "other"; }},
        Case{"UnreadableSequences", Verdict::none, [](Marker&, LaterSight& s) { s.ledger.sequences = ""; }},
        Case{"AnOpenTransaction", Verdict::not_known,
             [](Marker&, LaterSight& s) { s.holders.push_back(backend("client backend")); }},
        Case{"ASessionAtWork", Verdict::not_known,
             [](Marker&, LaterSight& s) { s.at_work.push_back(backend("client backend")); }},
        Case{"AnotherServer", Verdict::not_known, [](Marker&, LaterSight& s) { s.identity.system_identifier = "8"; }},
        Case{"AnotherTimeline", Verdict::not_known, [](Marker&, LaterSight& s) { s.identity.timeline = 4; }},
        Case{"ARestart", Verdict::not_known, [](Marker&, LaterSight& s) { s.ledger.counting_since = "later"; }},
        Case{"ARestartAndNoTransaction", Verdict::none,
             [](Marker&, LaterSight& s) {
               s.ledger.counting_since = "later";
               s.last = {100, 100};
             }},
        Case{"NoCountersThen", Verdict::not_known, [](Marker& m, LaterSight&) { m.ledger.reset(); }},
        Case{"AnOldServer", Verdict::not_known,
             [](Marker&, LaterSight& s) { s.identity.server_version_number = 140000; }}),
    [](const auto& test) { return std::string(test.param.name); });

class AftermathTest : public LeaderTest {
 protected:
  Aftermath looked_until(const Marker& drained, Verdict wanted) {
    Aftermath seen = must(session->writes_since(drained));
    for (int look = 0; look < 200 && seen.verdict != wanted; ++look) {
      loop.run([](EventLoop& on) -> Task<void> { co_await on.sleep_for(std::chrono::milliseconds{10}); }(loop));
      seen = must(session->writes_since(drained));
    }
    return seen;
  }
};

TEST_F(AftermathTest, ThePermanentFenceIsNoWriteAndARowIs) {
  connected();
  must(session->fence());
  const Marker drained = must(session->mark());
  must(session->fence_permanently());
  must(session->release());
  // The server takes a moment to end the session that held the fence, and until then nothing is known.
  const Aftermath quiet = looked_until(drained, Verdict::none);
  EXPECT_EQ(quiet.verdict, Verdict::none) << quiet.why;
  {
    auto somebody = platform();
    sql(somebody, "SET default_transaction_read_only = off");
    sql(somebody, "INSERT INTO orders (note) VALUES ('late')");
  }
  const Aftermath written = looked_until(drained, Verdict::written);
  EXPECT_EQ(written.verdict, Verdict::written) << written.why;
}

}  // namespace
}  // namespace changeover::heroku
