#include "emulator/model/catalogue.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace changeover::emulator {
namespace {

constexpr std::int64_t gigabyte = 1'000'000'000;

struct Size {
  std::string_view number;
  int disk_gb;
  int connections;
  int standard;  ///< dollars a month; 0: no such plan
  int premium;
  int space;
};

// heroku-api.md 6. Prices that no source has are filled with the nearest larger guess, so that every plan has one.
constexpr std::array<Size, 13> sizes{{{"0", 64, 120, 50, 200, 300},
                                      {"2", 256, 400, 200, 350, 500},
                                      {"3", 512, 500, 400, 750, 900},
                                      {"4", 768, 500, 750, 1200, 1500},
                                      {"5", 1024, 500, 1400, 2500, 3000},
                                      {"6", 1536, 500, 2000, 3500, 4500},
                                      {"l-6", 2048, 500, 0, 4000, 5000},
                                      {"xl-6", 3072, 500, 0, 4500, 5500},
                                      {"7", 2048, 500, 3500, 6000, 7000},
                                      {"8", 3072, 500, 6000, 9000, 10000},
                                      {"9", 4096, 500, 9000, 12000, 13000},
                                      {"l-9", 5120, 500, 0, 14000, 15000},
                                      {"xl-9", 6144, 500, 0, 16000, 17000}}};

Plan make_plan(std::string_view tier, const Size& size, int dollars) {
  Plan plan;
  plan.name = std::string(postgres_service) + ":" + std::string(tier) + "-" + std::string(size.number);
  plan.id = fixed_uuid(plan.name);
  plan.human = std::string(tier) + " " + std::string(size.number);
  plan.human.front() = static_cast<char>(plan.human.front() - 'a' + 'A');
  plan.tier = tier;
  plan.cents = dollars * 100;
  plan.disk_bytes = size.disk_gb * gigabyte;
  plan.connections = size.connections;
  plan.in_space = tier == "private" || tier == "shield";
  plan.high_availability = plan.in_space || tier == "premium";
  plan.followers = tier != "essential" && tier != "advanced";
  return plan;
}

std::vector<Plan> all_plans() {
  std::vector<Plan> plans;
  for (const Size& size : sizes) {
    if (size.standard != 0) plans.push_back(make_plan("standard", size, size.standard));
    plans.push_back(make_plan("premium", size, size.premium));
    plans.push_back(make_plan("private", size, size.space));
    plans.push_back(make_plan("shield", size, size.space));
  }
  for (const Size& size : {Size{"0", 1, 20, 5, 0, 0}, Size{"1", 10, 20, 9, 0, 0}, Size{"2", 32, 40, 20, 0, 0}})
    plans.push_back(make_plan("essential", size, size.standard));
  for (const std::string_view where : {"", "-private", "-shield"}) {
    // Its price goes by the level; this is that of the smallest one named in heroku-api.md 6.
    Plan plan = make_plan("advanced", {"", 100, 400, 150, 0, 0}, 150);
    plan.name = std::string(postgres_service) + ":advanced" + std::string(where);
    plan.id = fixed_uuid(plan.name);
    plan.human = where.empty() ? "Advanced" : where == "-private" ? "Advanced Private" : "Advanced Shield";
    plan.in_space = !where.empty();
    plans.push_back(plan);
  }
  std::ranges::sort(plans, {}, &Plan::name);
  return plans;
}

}  // namespace

const std::vector<Plan>& postgres_plans() {
  static const std::vector<Plan> plans = all_plans();
  return plans;
}

const Plan* find_postgres_plan(std::string_view key) {
  const auto found = std::ranges::find_if(postgres_plans(), [&](const Plan& plan) {
    return plan.name == key || plan.id == key || std::string_view(plan.name).substr(postgres_service.size() + 1) == key;
  });
  return found == postgres_plans().end() ? nullptr : &*found;
}

Plan plan_named(const std::string& name) {
  if (const Plan* known = find_postgres_plan(name)) return *known;
  Plan plan;
  plan.id = fixed_uuid(name);
  plan.name = name;
  plan.human = name.substr(name.find(':') + 1);
  return plan;
}

bool is_advanced(std::string_view plan) {
  return plan.starts_with(postgres_service) && plan.substr(postgres_service.size()).starts_with(":advanced");
}

std::string fixed_uuid(std::string_view name) {
  std::string hex = sha256_hex(name).substr(0, 32);
  hex[12] = '4';
  hex[16] = 'a';
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

}  // namespace changeover::emulator
