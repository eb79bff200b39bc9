#include "emulator/model/dressing.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "core/text.h"

namespace changeover::emulator {
namespace {

constexpr std::size_t most_questions = 2'000;
constexpr std::size_t longest_echo = std::size_t{7} << 10U;  ///< where the CLI starts its list of ids anew

constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// `If-None-Match: "a", W/"b"`, or * for anything.
bool lists_tag(std::string_view header, std::string_view tag) {
  while (!header.empty()) {
    std::string_view one = header.substr(0, header.find(','));
    header.remove_prefix(std::min(header.size(), one.size() + 1));
    one = trimmed(one);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == "*" || one == tag) return true;
  }
  return false;
}

std::string tag_of(const std::string& body) { return "\"" + sha256_hex(body).substr(0, 32) + "\""; }

/// What makes two GETs the same question.
std::string question(const Request& request) {
  std::string key = request.target;
  for (const char* header : {"authorization", "range", "accept", "accept-expansion", "accept-inclusion"})
    key += "\n" + std::string(request.header(header));
  return sha256_hex(key);
}

bool is_id(std::string_view text) {
  return text.size() == 36 && text.find_first_not_of("0123456789abcdefABCDEF-") == text.npos;
}

/// Its own id first, then those the caller sent, as the CLI keeps them.
std::string ids(std::string_view sent, std::string own) {
  while (!sent.empty()) {
    const std::string_view one = sent.substr(0, sent.find(','));
    sent.remove_prefix(std::min(sent.size(), one.size() + 1));
    if (own.size() > longest_echo) break;
    if (is_id(trimmed(one))) own += "," + std::string(trimmed(one));
  }
  return own;
}

}  // namespace

std::string http_date(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                days.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

void Validators::add(const Request& request, Response& response, WallTime now) {
  if (request.method != "GET" || response.status != 200) return;
  const std::string tag = tag_of(response.body);
  const auto [seen, added] = seen_.try_emplace(question(request));
  if (added) {
    questions_.push_back(seen->first);
    if (questions_.size() > most_questions) {
      seen_.erase(questions_.front());
      questions_.pop_front();
    }
  }
  if (seen->second.tag != tag) {
    // Two bodies of one second would share their date.
    const WallTime second = std::chrono::floor<std::chrono::seconds>(now);
    seen->second = {tag, added ? second : std::max(second, seen->second.since + std::chrono::seconds(1))};
  }
  const std::string modified = http_date(seen->second.since);
  const std::string_view tags = request.header("if-none-match");
  // A tag is the better witness: with one, the date is not asked (RFC 9110, 13.1.3). The date must be the one we gave.
  const bool unchanged = tags.empty() ? request.header("if-modified-since") == modified : lists_tag(tags, tag);
  if (unchanged) {
    response.status = 304;
    response.body.clear();
    std::erase_if(response.headers, [](const auto& header) { return header.first == "content-type"; });
  }
  response.headers.emplace_back("etag", tag);
  response.headers.emplace_back("last-modified", modified);
}

void dress_platform(const Request& request, Response& response, const std::string& id) {
  for (const char* header : {"accept-expansion", "accept-inclusion"})
    if (const std::string_view asked = request.header(header); !asked.empty() && response.status < 300)
      response.headers.emplace_back("content-" + std::string(header).substr(7), asked);
  response.headers.emplace_back("request-id", ids(request.header("request-id"), id));
  response.headers.emplace_back("cache-control", "private, no-cache");
  response.headers.emplace_back("vary", "Authorization,Accept-Encoding");
  response.headers.emplace_back("oauth-scope", "global");
  response.headers.emplace_back("oauth-scope-accepted", "global");
}

void dress_data(Response& response, const std::string& id) {
  for (auto& [name, value] : response.headers)
    if (name == "content-type" && value == "application/json") value = "application/json;charset=utf-8";
  if (response.status == 200) response.headers.emplace_back("etag", "W/" + tag_of(response.body));
  response.headers.emplace_back("request-id", id);
  response.headers.emplace_back("cache-control", "max-age=0, private, must-revalidate");
}

}  // namespace changeover::emulator
