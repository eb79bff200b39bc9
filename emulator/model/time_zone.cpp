#include "emulator/model/time_zone.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>

namespace changeover::emulator {
namespace {

using std::chrono::seconds;

constexpr std::string_view folder = "/usr/share/zoneinfo/";
constexpr std::size_t header_size = 44;

/// Big-endian, two's complement.
std::int64_t number(std::string_view bytes) {
  std::uint64_t value = (static_cast<unsigned char>(bytes.front()) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
  for (const char c : bytes) value = (value << 8U) | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(value);
}

/// The six counts of a TZif header (RFC 8536, 3.1).
struct Counts {
  std::size_t utc_marks, standard_marks, leaps, times, types, characters;

  explicit Counts(std::string_view header)
      : utc_marks(count(header, 20)),
        standard_marks(count(header, 24)),
        leaps(count(header, 28)),
        times(count(header, 32)),
        types(count(header, 36)),
        characters(count(header, 40)) {}
  [[nodiscard]] std::size_t data_size(std::size_t time_size) const {
    return times * (time_size + 1) + types * 6 + characters + leaps * (time_size + 4) + standard_marks + utc_marks;
  }

 private:
  static std::size_t count(std::string_view header, std::size_t at) {
    return static_cast<std::size_t>(number(header.substr(at, 4)));
  }
};

bool is_zone_name(std::string_view name) {
  return !name.empty() && name.front() != '/' && name.find("..") == name.npos && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
           c == '-' || c == '+';
  });
}

}  // namespace

std::optional<TimeZone> TimeZone::find(const std::string& name) {
  if (name == "UTC") return TimeZone{};
  if (!is_zone_name(name)) return std::nullopt;
  const std::ifstream file(std::string(folder) + name, std::ios::binary);
  std::ostringstream bytes;
  if (!file || !(bytes << file.rdbuf())) return std::nullopt;
  return parse(bytes.str());
}

std::optional<TimeZone> TimeZone::parse(std::string_view file) {
  // The first block has times of 32 bits; what counts is the second one.
  constexpr std::size_t time_size = 8;
  if (file.size() < header_size || !file.starts_with("TZif") || file[4] < '2') return std::nullopt;
  const std::size_t second = header_size + Counts(file).data_size(4);
  if (file.size() < second + header_size) return std::nullopt;
  const Counts counts(file.substr(second));
  std::string_view data = file.substr(second + header_size);
  if (counts.types == 0 || data.size() < counts.data_size(time_size)) return std::nullopt;
  const std::string_view kinds = data.substr(counts.times * time_size, counts.times);
  const std::string_view types = data.substr(counts.times * (time_size + 1), counts.types * 6);
  TimeZone zone;
  zone.before_ = seconds{number(types.substr(0, 4))};
  for (std::size_t i = 0; i < counts.times; ++i) {
    const auto kind = static_cast<unsigned char>(kinds[i]);
    if (kind >= counts.types) return std::nullopt;
    zone.changes_.push_back(
        {seconds{number(data.substr(i * time_size, time_size))}, seconds{number(types.substr(kind * 6U, 4))}});
  }
  return zone;
}

seconds TimeZone::offset(WallTime time) const {
  const auto now = std::chrono::floor<seconds>(time).time_since_epoch();
  const auto after = std::ranges::upper_bound(changes_, now, {}, &Change::at);
  return after == changes_.begin() ? before_ : std::prev(after)->offset;
}

WallTime TimeZone::next(WallTime time, int hour) const {
  // Offsets are whole quarters of an hour, so only at these can an hour begin.
  constexpr std::chrono::minutes step{15};
  const seconds wanted = std::chrono::hours{hour};
  WallTime at = std::chrono::floor<std::chrono::hours>(time);
  do at += step;
  while (at <= time || (at + offset(at)).time_since_epoch() % std::chrono::days{1} != wanted);
  return at;
}

}  // namespace changeover::emulator
