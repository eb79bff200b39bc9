// What every fuzz target shares: the entry that libFuzzer calls, and the way to say that something must hold.
//
// Owner: a target, one program each. Thread rule: one thread. A target takes any bytes, checks what holds for all of
// them and ends the process when it does not; libFuzzer keeps the bytes then, and they become a file of the corpus,
// which `./dev test` gives to every target again (replay.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace changeover::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Ends the process, naming what does not hold.
inline void must(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace changeover::fuzz
