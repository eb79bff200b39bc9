// The judgement over late writes, case by case: everything is well, and one thing is not.
#include <gtest/gtest.h>

#include <functional>

#include "providers/heroku/leader/ledger.h"

namespace changeover::heroku {
namespace {

using Verdict = LateWrites::Verdict;

Marker marker() {
  Marker m;
  m.system_identifier = "7000";
  m.timeline = 3;
  m.xid = 99;
  m.after = {100, 100};
  m.ledger = Ledger{500, 10, "hash", "start", "now"};
  return m;
}

/// Two ids were taken, two autovacuum runs finished.
Sight vacuumed() {
  Sight s;
  s.identity.system_identifier = "7000";
  s.identity.timeline = 3;
  s.identity.server_version = "15.2";
  s.identity.server_version_number = 150002;
  s.first = s.last = {102, 102};
  s.fence_holds = true;
  s.ledger = Ledger{500, 12, "hash", "start", "later"};
  return s;
}

TEST(JudgeTest, AnUnmovedSnapshotNeedsNoFenceAndNoCounters) {
  Sight sight;
  sight.identity.system_identifier = "7000";
  sight.identity.timeline = 3;
  sight.first = sight.last = {100, 100};
  EXPECT_EQ(judge(marker(), sight).verdict, Verdict::none);
}

TEST(JudgeTest, AutovacuumAloneIsAccepted) {
  const LateWrites late = judge(marker(), vacuumed());
  EXPECT_EQ(late.verdict, Verdict::autovacuum_only) << late.why;
  EXPECT_EQ(late.snapshot, (Snapshot{102, 102}));
}

struct Case {
  const char* name;
  std::function<void(Marker&, Sight&)> spoil;
};

class JudgeRefuses : public ::testing::TestWithParam<Case> {};

TEST_P(JudgeRefuses, WhenOneThingIsWrong) {
  Marker m = marker();
  Sight s = vacuumed();
  GetParam().spoil(m, s);
  const LateWrites late = judge(m, s);
  EXPECT_EQ(late.verdict, Verdict::unexplained);
  EXPECT_FALSE(late.why.empty());
}

INSTANTIATE_TEST_SUITE_P(
    , JudgeRefuses,
    ::testing::Values(
        Case{"OneIdTooMany", [](Marker&, Sight& s) { s.first = s.last = {103, 103}; }},
        Case{"IdsWentBackwards", [](Marker&, Sight& s) { s.first = s.last = {90, 90}; }},
        Case{"AnOpenTransaction", [](Marker&, Sight& s) { s.first = s.last = {101, 102}; }},
        Case{"AHolder", [](Marker&, Sight& s) { s.holders.push_back({}); }},
        Case{"AHolderWithTheSnapshotUnmoved",
             [](Marker&, Sight& s) {
               s.first = s.last = {100, 100};
               s.holders.push_back({});
             }},
        Case{"MovedWhileLooking", [](Marker&, Sight& s) { s.first = {101, 101}; }},
        Case{"NoFenceAtTheMarker", [](Marker& m, Sight&) { m.ledger.reset(); }},
        Case{"NoFenceNow", [](Marker&, Sight& s) { s.fence_holds = false; }},
        Case{"OldPostgres", [](Marker&, Sight& s) { s.identity.server_version_number = 140011; }},
        Case{"CountersBeganAnew", [](Marker&, Sight& s) { s.ledger.counting_since = "reset"; }},
        Case{"NothingIsCounted", [](Marker& m, Sight& s) { m.ledger->counting_since = s.ledger.counting_since = ""; }},
        Case{"AStranger", [](Marker&, Sight& s) { s.strangers.push_back({}); }},
        Case{"ARowChanged", [](Marker&, Sight& s) { s.ledger.rows_changed = 501; }},
        Case{"ASequenceMoved", [](Marker&, Sight& s) { s.ledger.sequences = "other"; }},
        Case{"SequencesAreHidden", [](Marker& m, Sight& s) { m.ledger->sequences = s.ledger.sequences = ""; }},
        Case{"AnotherServer", [](Marker&, Sight& s) { s.identity.system_identifier = "7001"; }},
        Case{"AnotherTimeline", [](Marker&, Sight& s) { s.identity.timeline = 4; }},
        Case{"AnotherTimelineWithTheSnapshotUnmoved",
             [](Marker&, Sight& s) {
               s.first = s.last = {100, 100};
               s.identity.timeline = 4;
             }},
        Case{"InRecovery", [](Marker&, Sight& s) { s.identity.in_recovery = true; }}),
    [](const auto& test_case) { return std::string(test_case.param.name); });

TEST(DrainTest, OnlyStreamingReplicasCount) {
  Drain drain;
  EXPECT_TRUE(drain.all_reached());
  drain.replicas = {{"backup", "backup", "", false}, {"green", "streaming", "0/5", true}};
  EXPECT_EQ(drain.streaming(), 1);
  EXPECT_TRUE(drain.all_reached());
  drain.replicas.push_back({"ha", "streaming", "0/3", false});
  EXPECT_FALSE(drain.all_reached());
}

}  // namespace
}  // namespace changeover::heroku
