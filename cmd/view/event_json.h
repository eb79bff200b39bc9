// The progress of an apply for programs: one event a line, by schemas/event.schema.json.
//
// Owner: the apply command. Thread rule: the event loop's thread. The events go to stdout; the alarm IN DOWNTIME still
// goes to stderr, because somebody may read only that.
#pragma once

#include <iosfwd>

#include "cmd/view/run_summary.h"
#include "executor/events.h"

namespace changeover {

class EventJson final : public EventSink {
 public:
  EventJson(std::ostream& out, std::ostream& log) : out_(out), log_(log) {}
  void emit(const Event& event) override;

 private:
  std::ostream& out_;
  std::ostream& log_;
  RunSummary summary_;
};

}  // namespace changeover
