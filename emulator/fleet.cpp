#include "emulator/fleet.h"

#include <string_view>
#include <utility>

#include "emulator/model/catalogue.h"

namespace changeover::emulator {
namespace {

constexpr std::size_t digits = 4;

std::string numbered(const std::string& name, int number) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return name + "-" + text;
}

WorldApp app(std::string name, std::string_view size, int quantity) {
  WorldApp made;
  made.name = std::move(name);
  for (const char* type : {"web", "worker"}) {
    WorldProcess process;
    process.type = type;
    process.quantity = quantity;
    process.size = size;
    made.formation.push_back(std::move(process));
  }
  return made;
}

}  // namespace

void add_fleet(World& world, const Fleet& fleet) {
  const std::string team = fleet.name + "-team";
  const std::string space = fleet.name + "-space";
  world.teams.push_back(team);
  WorldSpace where;
  where.name = space;
  where.team = team;
  world.spaces.push_back(std::move(where));
  for (int number = 1; number <= fleet.databases; ++number) {
    const std::string name = numbered(fleet.name, number);
    WorldApp source = app(name, "standard-1x", 1);
    source.team = team;
    WorldApp target = app(name + "-space", "private-m", 0);
    target.team = team;
    target.space = space;
    WorldAddon database;
    database.name = name + "-db";
    database.app = name;
    database.plan = std::string(postgres_service) + ":" + fleet.plan;
    database.attachment = "DATABASE";
    world.apps.push_back(std::move(source));
    world.apps.push_back(std::move(target));
    world.addons.push_back(std::move(database));
  }
}

}  // namespace changeover::emulator
