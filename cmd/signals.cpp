#include "cmd/signals.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace changeover {
namespace {

constexpr std::array taken{SIGINT, SIGTERM, SIGHUP};
/// Ends the taking thread; a process that is sent it from outside only wakes the thread once.
constexpr int farewell = SIGUSR2;

}  // namespace

const char* signal_name(int signal) {
  switch (signal) {
    case SIGINT:
      return "SIGINT";
    case SIGTERM:
      return "SIGTERM";
    case SIGHUP:
      return "SIGHUP";
    default:
      return "a signal";
  }
}

Signals::Signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigemptyset(&blocked_);
  for (const int signal : taken) sigaddset(&blocked_, signal);
  sigaddset(&blocked_, farewell);
  pthread_sigmask(SIG_BLOCK, &blocked_, &before_);
  if (pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) != 0) pipe_[0] = pipe_[1] = -1;
  thread_ = std::thread([this] { take(); });
}

Signals::~Signals() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    loop_ = nullptr;
  }
  pthread_kill(thread_.native_handle(), farewell);
  thread_.join();
  for (const int end : pipe_)
    if (end >= 0) close(end);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Signals::deliver_to(EventLoop* loop, Handler handler) {
  const std::lock_guard lock(mutex_);
  loop_ = loop;
  handler_ = std::move(handler);
  if (count_ > 0) post(last_, count_);
}

void Signals::post(int signal, int count) {
  if (loop_ == nullptr || !handler_) return;
  loop_->post([handler = handler_, signal, count] { handler(signal, count); });
}

void Signals::take() {
  while (true) {
    int signal = 0;
    if (sigwait(&blocked_, &signal) != 0) continue;
    const std::lock_guard lock(mutex_);
    if (ending_) return;
    if (signal == farewell) continue;
    ++count_;
    last_ = signal;
    const char byte = 1;
    // A full pipe is readable already, which is all that is asked of it.
    [[maybe_unused]] const auto written = write(pipe_[1], &byte, 1);
    post(signal, count_);
  }
}

}  // namespace changeover
