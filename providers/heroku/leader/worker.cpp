#include "providers/heroku/leader/worker.h"

#include <algorithm>

namespace changeover::heroku {

Worker::Worker(EventLoop& loop, Mailroom& mailroom, Secret url)
    : loop_(loop), mailroom_(mailroom), backends_(std::move(url), interrupt_), thread_([this] { serve(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    interrupt_.raise();
  }
  asked_.notify_one();
  thread_.join();
}

void Worker::submit(std::unique_ptr<Command> command) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(command));
  }
  asked_.notify_one();
}

std::unique_ptr<Worker::Command> Worker::collect(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  auto node = done_.extract(id);
  return std::move(node.mapped());
}

void Worker::abandon(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(queue_, [id](const auto& command) { return command->id == id; });
  done_.erase(id);
  if (running_ != id) return;
  abandoned_ = true;
  interrupt_.raise();
}

void Worker::serve() {
  while (auto command = next()) {
    command->perform(backends_);
    finished(std::move(command));
  }
  // On this thread, before join returns: the server sees both connections end, and with them the fence.
  backends_.fence.close();
  backends_.control.close();
}

std::unique_ptr<Worker::Command> Worker::next() {
  std::unique_lock lock(mutex_);
  asked_.wait(lock, [this] { return stop_ || !queue_.empty(); });
  if (stop_) return nullptr;
  auto command = std::move(queue_.front());
  queue_.pop_front();
  running_ = command->id;
  return command;
}

void Worker::finished(std::unique_ptr<Command> command) {
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

}  // namespace changeover::heroku
