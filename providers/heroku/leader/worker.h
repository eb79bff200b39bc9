// The thread that talks to the leader, so that the event loop never blocks: commands go in, results come back as Tasks.
//
// Owner: the session. Thread rule: everything public is for the loop's thread. Dropping a Task cancels its command on
// the server. Destroying the worker cancels what runs, closes both connections (which ends the fence) and joins; that
// takes a network round trip, or about 13 s when the server has become unreachable. The worker must outlive the Tasks
// it gave.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "core/event_loop.h"
#include "core/result.h"
#include "core/task.h"
#include "providers/heroku/leader/backends.h"
#include "providers/heroku/leader/interrupt.h"
#include "providers/heroku/leader/mailroom.h"

namespace changeover::heroku {

class Worker {
 public:
  Worker(EventLoop& loop, Mailroom& mailroom, Secret url);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  template <class T>
  using Work = std::function<Result<T>(LeaderBackends&)>;

  /// Runs `work` on the thread, after what was asked before.
  template <class T>
  [[nodiscard]] Task<Result<T>> run(Work<T> work) {
    Ticket ticket(*this);
    auto command = std::make_unique<CommandOf<T>>(ticket.id, std::move(work));
    submit(std::move(command));
    co_await ticket.gate.passed();
    const std::unique_ptr<Command> done = collect(ticket.id);
    co_return std::move(*static_cast<CommandOf<T>&>(*done).result);
  }

 private:
  struct Command {
    explicit Command(std::uint64_t number) : id(number) {}
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    virtual ~Command() = default;
    virtual void perform(LeaderBackends& backends) = 0;
    std::uint64_t id;
  };
  template <class T>
  struct CommandOf final : Command {
    CommandOf(std::uint64_t number, Work<T> what) : Command(number), work(std::move(what)) {}
    void perform(LeaderBackends& backends) override { result.emplace(work(backends)); }
    Work<T> work;
    std::optional<Result<T>> result;
  };
  /// The waiting side of a command; lives in the coroutine's frame.
  struct Ticket {
    explicit Ticket(Worker& owner) : worker(owner), gate(owner.loop_), id(owner.mailroom_.expect(gate)) {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() {
      worker.mailroom_.forget(id);
      worker.abandon(id);
    }
    Worker& worker;
    Gate gate;
    std::uint64_t id;
  };

  void submit(std::unique_ptr<Command> command);
  [[nodiscard]] std::unique_ptr<Command> collect(std::uint64_t id);
  void abandon(std::uint64_t id);
  void serve();
  [[nodiscard]] std::unique_ptr<Command> next();
  void finished(std::unique_ptr<Command> command);

  EventLoop& loop_;
  Mailroom& mailroom_;
  Interrupt interrupt_;
  LeaderBackends backends_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable asked_;
  std::deque<std::unique_ptr<Command>> queue_;
  std::map<std::uint64_t, std::unique_ptr<Command>> done_;
  std::uint64_t running_ = 0;  // 0: none
  bool abandoned_ = false;     // the running one
  bool stop_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace changeover::heroku
