// Two runs before a state at an http address, served by the model of state_server.h.
//
// Owner: the test. Thread rule: one thread, on virtual time.
#pragma once

#include <memory>
#include <string>

#include "executor/state/http_store.h"
#include "executor/state/leased_state.h"
#include "tests/support/state_server.h"
#include "tests/support/state_worlds.h"
#include "tests/support/virtual_time.h"

namespace changeover::testing {

class HttpStateWorld final : public StateWorld {
 public:
  explicit HttpStateWorld(bool gitlab) : address_(HttpStateAddress::of(gitlab ? gitlab_url : plain_url)) {
    model.gitlab = gitlab;
  }

  EventLoop& loop() override { return loop_; }
  StateBackend& one() override { return one_; }
  StateBackend& two() override { return two_; }
  void kill_one() override { network_one_.dead = true; }
  bool leases_run_out() const override { return true; }
  void let_leases_run_out() override { time.advance(LeaseTimes{}.lasts + LeaseTimes{}.longest_call); }
  std::string lock_id(const std::string& migration) override {
    Result<StateDocument> document = read_shared(model.document, "the model");
    const LeaseEntry* entry = document ? document->lease_of(migration) : nullptr;
    return entry != nullptr && entry->holder ? entry->holder->id : "no holder";
  }
  std::string content() override { return model.document; }
  void replace_content(const std::string& text) override { model.document = text; }
  void make_read_only() override { model.read_only = true; }
  void fill_up() override {
    model.meddle = [](const std::string&, int) { return StateModel::Fault::full; };
  }

  VirtualTime time;
  StateModel model;

 private:
  static constexpr const char* plain_url = "https://state.example/orders";
  static constexpr const char* gitlab_url = "https://gitlab.example/api/v4/projects/7/terraform/state/orders";

  [[nodiscard]] HttpStore::Options options(std::int64_t pid) const {
    HttpStore::Options made;
    made.address = address_;
    made.me = {"dana", "build-7", pid};
    return made;
  }

  HttpStateAddress address_;
  EventLoop loop_{time, time};
  SeededRandom random_{7};
  StateServerTransport network_one_{loop_, model};
  StateServerTransport network_two_{loop_, model};
  HttpStore store_one_{network_one_, loop_, random_, options(11)};
  HttpStore store_two_{network_two_, loop_, random_, options(22)};
  LeasedState one_{store_one_, loop_, random_, {"spec.yaml", {"dana", "build-7", 11}, {}}};
  LeasedState two_{store_two_, loop_, random_, {"spec.yaml", {"dana", "build-7", 22}, {}}};
};

inline std::unique_ptr<StateWorld> http_state_world(bool gitlab) { return std::make_unique<HttpStateWorld>(gitlab); }

}  // namespace changeover::testing
