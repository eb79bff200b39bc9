#include "emulator/model/dyno_sizes.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "emulator/model/render.h"

namespace changeover::emulator {
namespace {

constexpr int most_of_an_app = 100;
constexpr int most_of_a_fir_app = 255;
constexpr int most_large_of_a_type = 10;
constexpr int most_one_offs = 50;
constexpr int most_large_one_offs = 5;

// Heroku says Private- in a Shield Space too; the CLI alone writes Shield- and sends Private-.
constexpr std::array<std::string_view, 9> common_sizes{"eco",
                                                       "basic",
                                                       "standard-1x",
                                                       "standard-2x",
                                                       "performance-m",
                                                       "performance-l",
                                                       "performance-l-ram",
                                                       "performance-xl",
                                                       "performance-2xl"};
constexpr std::array<std::string_view, 12> space_sizes{"private-s",  "private-m",    "private-l", "private-l-ram",
                                                       "private-xl", "private-2xl",  "shield-s",  "shield-m",
                                                       "shield-l",   "shield-l-ram", "shield-xl", "shield-2xl"};

bool is_large(const std::string& size) {
  return size.starts_with("performance-") || size.starts_with("private-") || size.starts_with("shield-");
}

int most_of_a_type(const App& app, const std::string& size) {
  if (app.fir()) return most_of_a_fir_app;
  if (size == "eco" || size == "basic") return 1;
  return is_large(size) ? most_large_of_a_type : most_of_an_app;
}

int most_one_offs_of(const App& app, const std::string& size) {
  if (app.fir()) return most_of_a_fir_app;
  if (size == "eco") return 1;
  return is_large(size) ? most_large_one_offs : most_one_offs;
}

Response above_limit(int limit, const std::string& what) {
  return answer(json::Object{{"id", "cannot_run_above_limit"},
                             {"message", "Cannot run more than " + std::to_string(limit) + " " + what + "."},
                             {"limit", limit}},
                422);
}

}  // namespace

std::string usual_size(const App& app) { return app.space != nullptr ? "private-m" : "standard-1x"; }

std::optional<Response> size_refusal(const App& app, const std::string& size) {
  using Sizes = std::span<const std::string_view>;
  const Sizes sizes = app.space != nullptr ? Sizes(space_sizes) : Sizes(common_sizes);
  if (app.fir() || std::ranges::find(sizes, size) != sizes.end()) return std::nullopt;
  return invalid_params("Dyno size " + size + " is not available to app " + app.name + ".");
}

std::optional<Response> quantity_refusal(const App& app, const ProcessType& process, int quantity,
                                         const std::string& size) {
  const int limit = std::max(most_of_a_type(app, size), process.raised_limit);
  if (quantity <= limit) return std::nullopt;
  return above_limit(limit, capitalised_size(size) + " size dynos of type " + process.type);
}

std::optional<Response> total_refusal(const App& app, int total) {
  int raised = 0;
  for (const ProcessType& process : app.formation) raised += process.raised_limit;
  const int limit = std::max(app.fir() ? most_of_a_fir_app : most_of_an_app, raised);
  if (total <= limit) return std::nullopt;
  return above_limit(limit, "dynos in all process types of app " + app.name);
}

std::optional<Response> one_off_refusal(const App& app, const std::string& size) {
  const int limit = most_one_offs_of(app, size);
  const auto running = std::ranges::count_if(app.dynos, [&](const auto& entry) {
    const Dyno& dyno = entry.second;
    return dyno.one_off && dyno.running && is_large(dyno.size) == is_large(size);
  });
  if (running < limit) return std::nullopt;
  return above_limit(limit, capitalised_size(size) + " size one-off dynos");
}

}  // namespace changeover::emulator
