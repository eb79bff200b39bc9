#include "emulator/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace changeover::testing {
namespace {

using emulator::Fault;
using emulator::FaultRule;
using emulator::Faults;

FaultRule rule(std::string method, std::string path, int nth, int times) {
  FaultRule made;
  made.method = std::move(method);
  made.path = std::move(path);
  made.nth = nth;
  made.times = times;
  made.fault.status = 503;
  return made;
}

TEST(Faults, HitTheNthCallOnly) {
  Faults faults;
  faults.add(rule("PUT", "/client/v11/databases/*/unfollow", 2, 1));
  EXPECT_FALSE(faults.next("PUT", "/client/v11/databases/a/unfollow"));
  EXPECT_FALSE(faults.next("GET", "/client/v11/databases/a/unfollow"));
  EXPECT_FALSE(faults.next("PUT", "/client/v11/databases/a"));
  EXPECT_TRUE(faults.next("PUT", "/client/v11/databases/b/unfollow"));
  EXPECT_FALSE(faults.next("PUT", "/client/v11/databases/a/unfollow"));
}

TEST(Faults, CanLastForGood) {
  Faults faults;
  faults.add(rule("*", "/apps/**", 1, 0));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(faults.next("GET", "/apps/orders/dynos"));
  EXPECT_FALSE(faults.next("GET", "/addons"));
  faults.clear();
  EXPECT_FALSE(faults.next("GET", "/apps/orders/dynos"));
}

TEST(Faults, EveryRuleCountsThoughOneDecides) {
  Faults faults;
  faults.add(rule("GET", "/apps", 1, 1));
  FaultRule second = rule("GET", "/apps", 1, 2);
  second.fault.status = 500;
  faults.add(second);
  EXPECT_EQ(faults.next("GET", "/apps")->status, 503);
  EXPECT_EQ(faults.next("GET", "/apps")->status, 500);
  EXPECT_FALSE(faults.next("GET", "/apps"));
}

TEST(Faults, AreReadFromJson) {
  const auto read = [](const char* text) { return emulator::fault_rule_from(*json::parse(text)); };
  const auto good =
      read(R"({"method":"POST","path":"/addon-attachments","nth":2,"when":"after","reset":true,"delay_ms":5})");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->fault.when, Fault::When::after);
  EXPECT_EQ(good->fault.delay.count(), 5);
  for (const char* wrong : {R"({"status":503})", R"({"path":"/apps"})", R"({"path":"/apps","status":99})",
                            R"({"path":"/apps","colour":"red"})", R"({"path":"/apps","nth":0,"status":500})", "[]"})
    EXPECT_FALSE(read(wrong)) << wrong;
}

TEST(Faults, ReplaceStatusOrBody) {
  Fault body_only;
  body_only.body = "<h1>Not Found</h1>";
  const emulator::Response wrong = faulted(body_only, {200, {}, "{}"});
  EXPECT_EQ(wrong.status, 200);
  EXPECT_EQ(wrong.body, "<h1>Not Found</h1>");
  EXPECT_EQ(wrong.header("content-type"), "application/json");
  Fault conflict;
  conflict.status = 409;
  EXPECT_THAT(faulted(conflict, {200, {}, "{}"}).body, ::testing::HasSubstr("\"id\":\"conflict\""));
  Fault warned;
  warned.warning = "The stack is old.";
  EXPECT_EQ(faulted(warned, {200, {}, "{}"}).header("x-heroku-warning"), "The stack is old.");
  EXPECT_EQ(faulted(warned, {200, {}, "{}"}).body, "{}");
  Fault late;
  late.delay = std::chrono::seconds(1);
  EXPECT_EQ(faulted(late, {201, {}, "{}"}).status, 201);
}

}  // namespace
}  // namespace changeover::testing
