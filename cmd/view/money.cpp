#include "cmd/view/money.h"

#include <array>
#include <cstdio>

namespace changeover {
namespace {

std::string amount(std::uint64_t cents) {
  std::string dollars = std::to_string(cents / 100);
  for (std::size_t at = dollars.size(); at > 3;) {
    at -= 3;
    dollars.insert(at, ",");
  }
  std::array<char, 8> fraction{};
  const int length = std::snprintf(fraction.data(), fraction.size(), ".%02d", static_cast<int>(cents % 100));
  return "$" + dollars + std::string(fraction.data(), static_cast<std::size_t>(length));
}

std::uint64_t magnitude(std::int64_t cents) {
  return cents < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(cents) : static_cast<std::uint64_t>(cents);
}

}  // namespace

std::string money(std::int64_t cents) { return (cents < 0 ? "-" : "") + amount(magnitude(cents)); }

std::string money_change(std::int64_t cents) {
  if (cents == 0) return "no change";
  return (cents < 0 ? "-" : "+") + amount(magnitude(cents));
}

std::string price_text(const Price& price) {
  const std::string unit = price.unit.empty() ? "" : " a " + price.unit;
  if (price.contract && price.cents == 0) return "price by contract";
  if (price.metered) return "metered, at most " + money(price.cents) + unit;
  return money(price.cents) + unit + (price.contract ? " by contract" : "");
}

}  // namespace changeover
