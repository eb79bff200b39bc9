#include "providers/heroku/leader/leader.h"

#include <algorithm>

namespace changeover::heroku {

namespace {

constexpr std::size_t longest_foreign_text = 64;

/// Text that others chose, made fit for a terminal and a log line.
std::string printable(const std::string& text) {
  std::string clean;
  for (const char c : text.substr(0, longest_foreign_text)) clean += c >= ' ' && c <= '~' ? c : '?';
  return clean;
}

}  // namespace

std::string to_text(const ClientBackend& backend) {
  if (backend.kind == "prepared transaction") return "a prepared transaction of role " + printable(backend.role);
  std::string text = "pid " + std::to_string(backend.pid) + " (";
  text += backend.role.empty() ? printable(backend.kind) : "role " + printable(backend.role);
  if (!backend.application.empty()) text += ", application \"" + printable(backend.application) + "\"";
  if (!backend.state.empty()) text += ", " + printable(backend.state);
  return text + ")";
}

int Drain::streaming() const {
  return static_cast<int>(std::ranges::count(replicas, std::string("streaming"), &Replica::state));
}

bool Drain::all_reached() const {
  return std::ranges::all_of(replicas, [](const Replica& r) { return r.state != "streaming" || r.reached; });
}

}  // namespace changeover::heroku
