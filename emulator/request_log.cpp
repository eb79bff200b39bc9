#include "emulator/request_log.h"

#include <algorithm>
#include <utility>

#include "core/text.h"

namespace changeover::emulator {
namespace {

/// A hostile path is no reason to keep 64 KiB twenty thousand times.
constexpr std::size_t longest_text = 1'000;

}  // namespace

Result<void> RequestLog::open(const std::string& path) {
  file_.open(path, std::ios::binary | std::ios::app);
  if (!file_)
    return fail(ErrorCode::unavailable, "cannot write the request log " + path, "Check that its folder exists.");
  return {};
}

json::Value RequestLog::view(long long number, const LoggedRequest& request) {
  return json::Object{{"n", static_cast<std::int64_t>(number)},
                      {"time", format_time(request.at)},
                      {"method", request.method},
                      {"path", request.path},
                      {"status", request.status},
                      {"duration_ms", static_cast<double>(request.duration.count()) / 1000},
                      {"faulted", request.faulted}};
}

void RequestLog::add(LoggedRequest request) {
  for (std::string* text : {&request.method, &request.path})
    if (text->size() > longest_text) text->resize(longest_text);
  const long long number = end();
  if (file_.is_open()) file_ << view(number, request).dump() << '\n' << std::flush;
  requests_.push_back(std::move(request));
  if (requests_.size() <= kept) return;
  requests_.pop_front();
  ++first_;
}

long long RequestLog::hold(HeldRequest request) {
  held_.emplace(++next_ticket_, std::move(request));
  return next_ticket_;
}

void RequestLog::let_go(long long ticket) { held_.erase(ticket); }

json::Value RequestLog::since(long long number) const {
  json::Array list;
  for (long long n = std::max(number, first_); n < end(); ++n)
    list.push_back(view(n, requests_[static_cast<std::size_t>(n - first_)]));
  json::Array held;
  for (const auto& [ticket, request] : held_)
    held.emplace_back(
        json::Object{{"method", request.method}, {"path", request.path}, {"effect_done", request.effect_done}});
  return json::Object{
      {"next", static_cast<std::int64_t>(end())}, {"requests", std::move(list)}, {"held", std::move(held)}};
}

std::string RequestLog::lines_since(long long& number, long long most) const {
  std::string lines;
  if (number < first_) {
    lines = json::Value(json::Object{{"skipped", static_cast<std::int64_t>(first_ - number)}}).dump() + "\n";
    number = first_;
  }
  for (const long long until = std::min(end(), number + most); number < until; ++number)
    lines += view(number, requests_[static_cast<std::size_t>(number - first_)]).dump() + "\n";
  return lines;
}

}  // namespace changeover::emulator
