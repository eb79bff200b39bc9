#include "cmd/view/event_json.h"

#include <ostream>

namespace changeover {

void EventJson::emit(const Event& event) {
  summary_.take(event);
  if (event.type == EventType::run_done) log_ << summary_.alarm({}) << std::flush;
  out_ << to_json(event).dump() << "\n" << std::flush;
}

}  // namespace changeover
