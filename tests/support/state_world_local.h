// Two runs before a state file on a disk of the test's own.
//
// Owner: the test. Thread rule: one thread, on virtual time.
#pragma once

#include <memory>
#include <string>

#include "executor/state/local_state.h"
#include "tests/support/fake_files.h"
#include "tests/support/state_worlds.h"
#include "tests/support/virtual_time.h"

namespace changeover::testing {

class LocalStateWorld final : public StateWorld {
 public:
  EventLoop& loop() override { return loop_; }
  StateBackend& one() override { return one_; }
  StateBackend& two() override { return two_; }
  void kill_one() override { files_one_.die(); }
  bool leases_run_out() const override { return false; }
  void let_leases_run_out() override {}
  std::string lock_id(const std::string& migration) override {
    const auto note = read_lock_note(disk_.content(std::string(path) + "." + migration + ".lock"));
    return note ? note->holder.id : "no note";
  }
  std::string content() override { return disk_.content(path); }
  void replace_content(const std::string& text) override { disk_.put(path, text); }
  void make_read_only() override {
    files_one_.fail_call({1, true, FakeFiles::How::before_effect, ErrorCode::unauthorized, false});
  }
  void fill_up() override {
    files_one_.fail_call({1, true, FakeFiles::How::before_effect, ErrorCode::unavailable, false});
  }

 private:
  static constexpr const char* path = "/state/orders.state.json";
  FakeDisk disk_;
  VirtualTime time_;
  EventLoop loop_{time_, time_};
  SeededRandom random_{7};
  FakeFiles files_one_{disk_};
  FakeFiles files_two_{disk_};
  LocalStateBackend one_{files_one_, loop_, random_, {path, "spec.yaml", {"dana", "build-7", 11}}};
  LocalStateBackend two_{files_two_, loop_, random_, {path, "spec.yaml", {"dana", "build-7", 22}}};
};

inline std::unique_ptr<StateWorld> local_state_world() { return std::make_unique<LocalStateWorld>(); }

}  // namespace changeover::testing
