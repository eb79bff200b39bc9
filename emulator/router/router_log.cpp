#include "emulator/router/router_log.h"

#include <algorithm>
#include <utility>

#include "core/text.h"

namespace changeover::emulator {
namespace {

/// For a value between quotes on one line.
std::string plain(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(result, [](unsigned char c) { return c < ' ' || c == '"' || c == '\\' || c >= 127; }, '?');
  return result;
}

std::string in_ms(bool reached, std::chrono::milliseconds time) {
  return reached ? std::to_string(time.count()) + "ms" : std::string();
}

json::Value view(long long number, const RoutedRequest& request) {
  const auto or_null = [](const std::string& text) { return text.empty() ? json::Value() : json::Value(text); };
  return json::Object{{"n", static_cast<std::int64_t>(number)},
                      {"time", format_time(request.at)},
                      {"method", request.method},
                      {"path", request.path},
                      {"host", request.host},
                      {"app", or_null(request.app)},
                      {"dyno", or_null(request.dyno)},
                      {"code", or_null(request.code)},
                      {"status", request.status},
                      {"connect_ms", request.connect.count()},
                      {"service_ms", request.service.count()},
                      {"line", log_line(request)}};
}

}  // namespace

std::string log_line(const RoutedRequest& request) {
  const bool reached = !request.dyno.empty();
  // Maintenance is no error of the app, so Heroku calls it info.
  const bool is_error = !request.description.empty() && request.code != "H80";
  std::string line = is_error ? "at=error" : "at=info";
  if (!request.code.empty()) line += " code=" + request.code;
  if (!request.description.empty()) line += " desc=\"" + request.description + "\"";
  return line + " method=" + plain(request.method) + " path=\"" + plain(request.path) +
         "\" host=" + plain(request.host) + " dyno=" + request.dyno + " connect=" + in_ms(reached, request.connect) +
         " service=" + in_ms(reached, request.service) + " status=" + std::to_string(request.status) +
         " bytes=" + std::to_string(request.bytes) + " protocol=http";
}

Result<void> RouterLog::open(const std::string& path) {
  file_.open(path, std::ios::binary | std::ios::app);
  if (file_) return {};
  return fail(ErrorCode::unavailable, "cannot write the router's log " + path, "Check that its folder exists.");
}

void RouterLog::add(RoutedRequest request) {
  if (file_.is_open())
    file_ << format_time(request.at) << " heroku[router]: " << log_line(request) << '\n' << std::flush;
  if (!request.code.empty()) ++codes_[request.code];
  requests_.push_back(std::move(request));
  if (requests_.size() <= kept) return;
  requests_.pop_front();
  ++first_;
}

json::Value RouterLog::since(long long number) const {
  json::Array list;
  for (long long n = std::max(number, first_); n < end(); ++n)
    list.push_back(view(n, requests_[static_cast<std::size_t>(n - first_)]));
  return json::Object{{"next", static_cast<std::int64_t>(end())}, {"requests", std::move(list)}};
}

json::Value RouterLog::summary() const {
  json::Object codes;
  for (const auto& [code, count] : codes_) codes.emplace_back(code, count);
  return json::Object{{"requests", static_cast<std::int64_t>(end())},
                      {"codes", json::Value(std::move(codes))},
                      {"last", requests_.empty() ? json::Value() : view(end() - 1, requests_.back())}};
}

}  // namespace changeover::emulator
