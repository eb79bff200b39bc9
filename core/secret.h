// A string that cannot be printed: tokens, database URLs, passwords.
//
// Owner: whoever holds the value; memory is overwritten when it goes. There is no operator<<, no conversion and no
// JSON form; reveal() is the only way out and is searched for by tests/tidy.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace changeover {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(std::exchange(other.value_, {})) {}
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      value_ = std::exchange(other.value_, {});
    }
    return *this;
  }
  ~Secret() { wipe(); }

  /// The text itself. Only for the call that sends it where it belongs.
  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  friend bool operator==(const Secret&, const Secret&) = default;
  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  void wipe() {
    volatile char* bytes = value_.data();
    for (std::size_t i = 0; i < value_.size(); ++i) bytes[i] = 0;
  }
  std::string value_;
};

}  // namespace changeover
