#include "emulator/model/handlers/find.h"
#include "emulator/model/handlers/handlers.h"
#include "emulator/model/paging.h"
#include "emulator/model/render.h"

namespace changeover::emulator::handlers {

Response services(Control&, const Call& call) {
  return page(call, {render_service(std::string(postgres_service)), render_service("scheduler")}, {"name", "id"});
}

Response service(Control&, const Call& call) {
  const std::string& name = call["service"];
  if (name != postgres_service && name != scheduler_service)
    return not_found("add_on service", "Couldn't find that add-on service.");
  return answer(render_service(name));
}

Response service_plans(Control&, const Call& call) {
  if (call["service"] != postgres_service) return not_found("add_on service", "Couldn't find that add-on service.");
  std::vector<const Plan*> list;
  for (const Plan& plan : postgres_plans()) list.push_back(&plan);
  return named_page(call, std::move(list), [](const Plan& plan) { return render(plan); });
}

Response service_plan(Control&, const Call& call) {
  const Plan* plan = find_postgres_plan(call["plan"]);
  return plan != nullptr ? answer(render(*plan)) : not_found("plan", "Couldn't find that add-on plan.");
}

Response region_capabilities(Control&, const Call& call) {
  const std::string& service = call["service"];
  if (service != postgres_service) return not_found("add_on service", "Couldn't find that add-on service.");
  std::vector<const Region*> list;
  for (const Region& region : all_regions()) list.push_back(&region);
  const auto id = [&](const Region* region) {
    return fixed_uuid("capability:" + service + ":" + std::string(region->name));
  };
  return page(
      call, std::move(list), {"id"}, [&](const Region* region, const std::string&) { return id(region); },
      [&](const Region* region) {
        return json::Object{{"id", id(region)},
                            {"supports_private_networking", !region->common()},
                            {"addon_service", render_service(service)},
                            {"region", render(*region)}};
      });
}

}  // namespace changeover::emulator::handlers
