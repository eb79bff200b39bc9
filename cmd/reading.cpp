#include "cmd/reading.h"

#include <utility>

namespace changeover {

Task<Result<Reading>> read_all(World& world, const Desired& desired, PlanOptions options) {
  Result<Recorded> recorded = co_await world.state().load();
  if (!recorded) co_return fail(recorded.error());
  const std::vector<const Migration*> chosen = desired.chosen(options.only);
  const Origin of_record{"the state", world.loop().clock().wall_now()};
  Result<Observed> observed = co_await world.provider().observe(chosen, *recorded);
  if (!observed) co_return fail(observed.error());
  observed->origins[{Asked::record, ""}] = of_record;
  Plan plan = plan_migrations(desired, *observed, *recorded, options);
  co_return Reading{std::move(*recorded), std::move(*observed), std::move(plan)};
}

}  // namespace changeover
