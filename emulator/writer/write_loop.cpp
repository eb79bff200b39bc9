#include "emulator/writer/write_loop.h"

#include <algorithm>

#include "emulator/writer/row_writer.h"
#include "emulator/writer/stop_signal.h"

namespace changeover::writer {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto reconnect_pause = 2ms;

}  // namespace

Result<void> write_until_told(const WriteSettings& settings, Random& random) {
  auto ledger = Ledger::open(settings.ledger);
  if (!ledger) return fail(ledger.error());
  const StopSignal stop(settings.drain);
  RowWriter writer(settings.url, *std::move(ledger), settings.dyno, random, stop.descriptor());
  Steady::time_point next = Steady::now();
  while (!stop.came_before(next)) {
    if (const auto written = writer.write(); !written) return fail(written.error());
    next = writer.connected() ? std::max(next + settings.every, Steady::now()) : Steady::now() + reconnect_pause;
  }
  return {};
}

}  // namespace changeover::writer
