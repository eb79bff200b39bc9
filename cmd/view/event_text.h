// The progress of an apply for people, as it happens: a line for every event that means something, and on a terminal
// a status line below that is redrawn.
//
// Owner: the apply command. Thread rule: the event loop's thread. Both streams must outlive it. The log goes to one
// stream (stderr), what the run came to goes to the other (stdout); the alarm IN DOWNTIME goes to the log first.
#pragma once

#include <chrono>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>

#include "cmd/view/run_summary.h"
#include "cmd/view/text_style.h"
#include "executor/events.h"
#include "planner/plan.h"

namespace changeover {

class EventText final : public EventSink {
 public:
  struct Options {
    TextStyle log;
    TextStyle result;
    bool redraw = false;  ///< the log is a terminal
  };
  EventText(std::ostream& log, std::ostream& result, Options options);

  /// Takes the sentences of the plan's actions, which events only name; without them a kind speaks for itself.
  void learn(const Plan& plan);

  void emit(const Event& event) override;

  /// Lets time be seen between two events: redraws the status line, or on a plain stream says now and then what is
  /// still under way. Call it about ten times a second on a terminal, once a second otherwise.
  void tick(WallTime now);

  /// A message that stands between the lines of the log.
  void note(const std::string& text);

 private:
  /// An action under way.
  struct Running {
    std::string migration;
    std::string words;
    std::string waits_for;
    std::optional<double> progress;
    WallTime since;
    std::optional<WallTime> said;
  };
  struct Downtime {
    WallTime since;
    std::optional<WallTime> restore_by;
    bool past_no_return = false;
    bool restoring = false;
  };

  void line(const Event& event, std::string_view sign, Ink ink, const std::string& text, Ink text_ink = Ink::plain);
  void banner(const Event& event, std::string_view sign, const std::string& text, Ink ink);
  void advice(const std::string& text);
  void started(const Event& event);
  void done(const Event& event);
  void failed(const Event& event);
  void downtime_began(const Event& event);
  void downtime_ended(const Event& event);
  void remember(const Event& event);
  void say_if_long(Running& running, WallTime now);
  void draw(WallTime now);
  void clear_status();
  [[nodiscard]] std::string status(WallTime now) const;
  [[nodiscard]] std::string stamp(WallTime at) const;
  [[nodiscard]] std::string words_of(const Event& event) const;
  [[nodiscard]] std::string name_column(const std::string& migration) const;

  std::ostream& log_;
  std::ostream& result_;
  Options options_;
  std::map<std::string, std::string> sentences_;  ///< by action id
  std::size_t name_width_ = 0;                    ///< 0: one migration only, its name would say nothing
  std::optional<WallTime> began_;
  std::map<std::string, Running> running_;     ///< by action id
  std::map<std::string, Downtime> downtimes_;  ///< by migration
  bool status_shown_ = false;
  RunSummary summary_;
};

}  // namespace changeover
