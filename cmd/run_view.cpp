#include "cmd/run_view.h"

#include <ostream>
#include <utility>

namespace changeover {

using std::chrono::milliseconds;

RunView::RunView(bool json, Shell& shell)
    : err_(shell.err), between_ticks_(shell.err_is_terminal ? milliseconds{100} : milliseconds{1000}) {
  if (json) {
    json_ = std::make_unique<EventJson>(shell.out, shell.err);
    return;
  }
  EventText::Options options;
  options.log = shell.err_style;
  options.result = shell.out_style;
  options.redraw = shell.err_is_terminal;
  text_ = std::make_unique<EventText>(shell.err, shell.out, options);
}

void RunView::emit(const Event& event) {
  if (text_) text_->emit(event);
  if (json_) json_->emit(event);
}

void RunView::begin(const Plan& plan, WallTime at) {
  if (text_) text_->learn(plan);
  migrations_ = static_cast<std::int64_t>(plan.migrations.size());
  Event event;
  event.type = EventType::run_started;
  event.at = at;
  event.data = json::Value::object();
  event.data.set("tool_version", plan.tool_version).set("spec", plan.spec_file).set("migrations", migrations_);
  emit(event);
}

void RunView::end(ExitCode code, const Traffic& traffic, WallTime at) {
  Event event;
  event.type = EventType::run_done;
  event.at = at;
  event.data = json::Value::object();
  event.data.set("exit_code", number_of(code)).set("requests", traffic.requests).set("polls", traffic.polls);
  event.data.set("migrations", migrations_);
  emit(event);
}

void RunView::note(const std::string& text) {
  if (text_) {
    text_->note(text);
  } else {
    err_ << printable(text) << std::endl;
  }
}

Task<void> RunView::tick(EventLoop& loop) {
  while (text_) {
    text_->tick(loop.clock().wall_now());
    co_await loop.sleep_for(between_ticks_);
  }
}

}  // namespace changeover
