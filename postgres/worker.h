// The thread that talks to a database, so that the event loop never blocks: commands go in, results come back as Tasks.
//
// Owner: the session. Thread rule: everything public is for the loop's thread. Dropping a Task cancels its command on
// the server. Destroying the worker cancels what runs, closes its connections and joins; that takes a network round
// trip, or about 13 s when the server has become unreachable. The worker must outlive the Tasks it gave.
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
#include "core/mailroom.h"
#include "core/result.h"
#include "core/task.h"
#include "postgres/interrupt.h"

namespace changeover::postgres {

/// The thread itself and its queue; it knows nothing of databases.
class WorkerThread {
 public:
  /// `at_end` runs on the thread, before the destructor returns.
  WorkerThread(EventLoop& loop, Mailroom& mailroom, Interrupt& interrupt, std::function<void()> at_end);
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;
  ~WorkerThread();

  template <class T>
  using Work = std::function<Result<T>()>;

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
    virtual void perform() = 0;
    std::uint64_t id;
  };
  template <class T>
  struct CommandOf final : Command {
    CommandOf(std::uint64_t number, Work<T> what) : Command(number), work(std::move(what)) {}
    void perform() override { result.emplace(work()); }
    Work<T> work;
    std::optional<Result<T>> result;
  };
  /// The waiting side of a command; lives in the coroutine's frame.
  struct Ticket {
    explicit Ticket(WorkerThread& owner) : worker(owner), gate(owner.loop_), id(owner.mailroom_.expect(gate)) {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() {
      worker.mailroom_.forget(id);
      worker.abandon(id);
    }
    WorkerThread& worker;
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
  Interrupt& interrupt_;
  std::function<void()> at_end_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable asked_;
  std::deque<std::unique_ptr<Command>> queue_;
  std::map<std::uint64_t, std::unique_ptr<Command>> done_;
  std::uint64_t running_ = 0;  // 0: none
  bool abandoned_ = false;     // the running one
  bool stop_ = false;
  std::thread thread_;  // last: it uses all of the above
};

/// A worker with its connections: Backends is made of the bell and the rest of the arguments, touched by the thread
/// alone, and has close(), which the thread calls last.
template <class Backends>
class Worker {
 public:
  template <class... Arguments>
  Worker(EventLoop& loop, Mailroom& mailroom, Arguments&&... arguments)
      : backends_(interrupt_, std::forward<Arguments>(arguments)...),
        thread_(loop, mailroom, interrupt_, [this] { backends_.close(); }) {}

  template <class T>
  using Work = std::function<Result<T>(Backends&)>;

  /// Runs `work` on the thread, after what was asked before.
  template <class T>
  [[nodiscard]] Task<Result<T>> run(Work<T> work) {
    return thread_.run<T>([this, work = std::move(work)] { return work(backends_); });
  }

 private:
  Interrupt interrupt_;
  Backends backends_;
  WorkerThread thread_;
};

}  // namespace changeover::postgres
