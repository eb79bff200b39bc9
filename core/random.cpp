#include "core/random.h"

#include <array>
#include <string_view>

namespace changeover {

std::string Random::uuid() {
  constexpr std::string_view hex = "0123456789abcdef";
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t value = next();
    for (std::size_t i = 0; i < 8; ++i, value >>= 8U) bytes[half * 8 + i] = static_cast<std::uint8_t>(value & 0xffU);
  }
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0fU) | 0x40U);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3fU) | 0x80U);
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += hex[bytes[i] >> 4U];
    text += hex[bytes[i] & 0x0fU];
  }
  return text;
}

std::uint64_t SystemRandom::next() { return (static_cast<std::uint64_t>(device_()) << 32U) | device_(); }

}  // namespace changeover
