#include "emulator/writer/write_loop.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "emulator/engine/sql.h"
#include "emulator/writer/ledger.h"
#include "emulator/writer/stop_signal.h"

namespace changeover::writer {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using emulator::SqlSession;

constexpr auto reconnect_pause = 2ms;
constexpr auto connect_limit = 2s;
/// Longer than any fence is held: a row that waits for a lock is still one row.
constexpr auto insert_limit = 10min;

std::string writer_id(const std::string& dyno, Random& random) {
  std::string id = dyno.empty() ? "writer" : dyno;
  std::replace_if(id.begin(), id.end(), [](unsigned char c) { return c <= ' '; }, '_');
  return id + '-' + std::to_string(getpid()) + '-' + random.uuid().substr(0, 8);
}

class WriteLoop {
 public:
  WriteLoop(const WriteSettings& settings, Ledger ledger, std::string id)
      : settings_(settings), ledger_(std::move(ledger)), id_(std::move(id)) {}

  Result<void> run() {
    Steady::time_point next = Steady::now();
    while (!stop_.came_before(next)) {
      if (!session_ && !connect()) {
        if (broken_) return fail(std::move(*broken_));
        next = Steady::now() + reconnect_pause;
        continue;
      }
      if (auto written = insert(); !written) return written;
      next = session_ ? std::max(next + settings_.every, Steady::now()) : Steady::now() + reconnect_pause;
    }
    return {};
  }

 private:
  bool connect() {
    auto opened = SqlSession::open(settings_.url, connect_limit, stop_.descriptor());
    if (opened) {
      session_.emplace(std::move(*opened));
      peer_ = session_->peer();
      return true;
    }
    if (opened.error().code == ErrorCode::invalid_spec) broken_ = opened.error();
    return false;
  }

  Result<void> insert() {
    const std::int64_t n = ++n_;
    const auto answer =
        session_->query("INSERT INTO ledger(writer, n) VALUES ($1, $2)", insert_limit, {id_, std::to_string(n)});
    if (answer) {
      const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
      return ledger_.append({id_, n, now, peer_});
    }
    if (answer.error().code != ErrorCode::precondition) {
      session_.reset();
    } else if (constexpr const char* undefined_table = "42P01";
               session_->sqlstate() == undefined_table && !complained_) {
      complained_ = true;
      std::fprintf(stderr,
                   "changeover-writer: there is no table ledger; the seed SQL of the database must make it:\n%s\n",
                   seed_sql);
    }
    return {};
  }

  const WriteSettings& settings_;
  Ledger ledger_;
  std::string id_;
  StopSignal stop_{settings_.drain};
  std::optional<SqlSession> session_{};
  std::optional<Error> broken_{};
  std::string peer_{};
  std::int64_t n_ = 0;
  bool complained_ = false;
};

}  // namespace

Result<void> write_until_told(const WriteSettings& settings, Random& random) {
  auto ledger = Ledger::open(settings.ledger);
  if (!ledger) return fail(ledger.error());
  return WriteLoop(settings, std::move(*ledger), writer_id(settings.dyno, random)).run();
}

}  // namespace changeover::writer
