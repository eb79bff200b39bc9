#include "postgres/worker.h"

#include <algorithm>

namespace changeover::postgres {

WorkerThread::WorkerThread(EventLoop& loop, Mailroom& mailroom, Interrupt& interrupt, std::function<void()> at_end)
    : loop_(loop), mailroom_(mailroom), interrupt_(interrupt), at_end_(std::move(at_end)), thread_([this] {
        serve();
      }) {}

WorkerThread::~WorkerThread() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    interrupt_.raise();
  }
  asked_.notify_one();
  thread_.join();
}

void WorkerThread::submit(std::unique_ptr<Command> command) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(command));
  }
  asked_.notify_one();
}

std::unique_ptr<WorkerThread::Command> WorkerThread::collect(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  auto node = done_.extract(id);
  return std::move(node.mapped());
}

void WorkerThread::abandon(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(queue_, [id](const auto& command) { return command->id == id; });
  done_.erase(id);
  if (running_ != id) return;
  abandoned_ = true;
  interrupt_.raise();
}

void WorkerThread::serve() {
  while (auto command = next()) {
    command->perform();
    finished(std::move(command));
  }
  at_end_();
}

std::unique_ptr<WorkerThread::Command> WorkerThread::next() {
  std::unique_lock lock(mutex_);
  asked_.wait(lock, [this] { return stop_ || !queue_.empty(); });
  if (stop_) return nullptr;
  auto command = std::move(queue_.front());
  queue_.pop_front();
  running_ = command->id;
  return command;
}

void WorkerThread::finished(std::unique_ptr<Command> command) {
  const std::uint64_t id = command->id;
  const std::lock_guard lock(mutex_);
  running_ = 0;
  if (std::exchange(abandoned_, false)) {
    if (!stop_) interrupt_.clear();
    return;
  }
  done_[id] = std::move(command);
  loop_.post([&mailroom = mailroom_, id] { mailroom.deliver(id); });
}

}  // namespace changeover::postgres
