#include "emulator/writer/row_writer.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

namespace changeover::writer {
namespace {

using namespace std::chrono_literals;
using emulator::SqlSession;

constexpr auto connect_limit = 2s;
/// Longer than any fence is held: a row that waits for a lock is still one row.
constexpr auto insert_limit = 10min;
constexpr const char* undefined_table = "42P01";

std::string writer_id(const std::string& dyno, Random& random) {
  std::string id = dyno.empty() ? "writer" : dyno;
  std::replace_if(id.begin(), id.end(), [](unsigned char c) { return c <= ' '; }, '_');
  return id + '-' + std::to_string(getpid()) + '-' + random.uuid().substr(0, 8);
}

}  // namespace

RowWriter::RowWriter(Secret url, Ledger ledger, const std::string& dyno, Random& random, int stop_descriptor)
    : url_(std::move(url)),
      ledger_(std::move(ledger)),
      id_(writer_id(dyno, random)),
      stop_descriptor_(stop_descriptor) {}

Result<bool> RowWriter::connect() {
  if (session_) return true;
  auto opened = SqlSession::open(url_, connect_limit, stop_descriptor_);
  if (opened) {
    session_.emplace(std::move(*opened));
    peer_ = session_->peer();
    return true;
  }
  if (opened.error().code == ErrorCode::invalid_spec) return fail(opened.error());
  return false;
}

Result<RowWriter::Outcome> RowWriter::write() {
  const auto ready = connect();
  if (!ready) return fail(ready.error());
  if (!*ready) return Outcome::lost;
  const std::int64_t n = ++n_;
  const auto answer =
      session_->query("INSERT INTO ledger(writer, n) VALUES ($1, $2)", insert_limit, {id_, std::to_string(n)});
  if (answer) {
    const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    if (auto kept = ledger_.append({id_, n, now, peer_}); !kept) return fail(kept.error());
    return Outcome::acknowledged;
  }
  if (answer.error().code != ErrorCode::precondition) {
    session_.reset();
    return Outcome::lost;
  }
  if (session_->sqlstate() == undefined_table) complain_once();
  return Outcome::refused;
}

void RowWriter::complain_once() {
  if (std::exchange(complained_, true)) return;
  std::fprintf(stderr, "changeover-writer: there is no table ledger; the seed SQL of the database must make it:\n%s\n",
               seed_sql);
}

}  // namespace changeover::writer
