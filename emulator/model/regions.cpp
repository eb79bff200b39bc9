#include "emulator/model/regions.h"

#include <algorithm>
#include <array>

namespace changeover::emulator {
namespace {

constexpr auto all = std::to_array<Region>({
    {"california", "us-west-1", "California", "United States"},
    {"dublin", "eu-west-1", "Dublin", "Ireland"},
    {"eu", "eu-west-1", "Europe", "Europe"},
    {"frankfurt", "eu-central-1", "Frankfurt", "Germany"},
    {"london", "eu-west-2", "London", "United Kingdom"},
    {"montreal", "ca-central-1", "Montreal", "Canada"},
    {"mumbai", "ap-south-1", "Mumbai", "India"},
    {"ohio", "us-east-2", "Ohio", "United States"},
    {"oregon", "us-west-2", "Oregon", "United States"},
    {"paris", "eu-west-3", "Paris", "France"},
    {"singapore", "ap-southeast-1", "Singapore", "Singapore"},
    {"sydney", "ap-southeast-2", "Sydney", "Australia"},
    {"tokyo", "ap-northeast-1", "Tokyo", "Japan"},
    {"us", "us-east-1", "Virginia", "United States"},
    {"virginia", "us-east-1", "Virginia", "United States"},
});

}  // namespace

std::span<const Region> all_regions() { return all; }

const Region* find_region(std::string_view name) {
  const auto found = std::ranges::find(all, name, &Region::name);
  return found == all.end() ? nullptr : found;
}

}  // namespace changeover::emulator
