#include "planner/graph/builder.h"

#include "core/text.h"

namespace changeover {

void GraphBuilder::prepare() {
  const std::string& copy = s_.facts.copy_name;
  const bool anew =
      phase_ == Phase::absent || phase_ == Phase::spent || phase_ == Phase::standalone || phase_ == Phase::promoted;
  if (anew) {
    Action& create = put(Kind::follower_create, Group::prepare, copy, after_last(),
                         "the space has no copy of " + s_.desired.source.database + " yet");
    create.parameters.set("plan", s_.desired.target.plan).set("app", s_.desired.target.app);
    create.parameters.set("follow", s_.facts.source ? s_.facts.source->name : s_.desired.source.database);
    create.undo = "destroy " + copy + " (stage: source, --allow-destroy)";
    if (s_.facts.plan) create.price = s_.facts.plan->price;
  }
  if (anew || !done_by(Phase::catching_up)) {
    Action& available = put(Kind::database_wait_available, Group::prepare, copy, after_last(),
                            "Heroku makes a base copy of the source before it can follow");
    available.waits_for = "the base copy, minutes to hours by size";
    available.undo = "nothing to undo";
  }
  if (anew || !done_by(Phase::replicating)) {
    Action& caught_up = put(Kind::follower_wait_caught_up, Group::prepare, copy, after_last(),
                            "downtime would be as long as the copy is behind");
    caught_up.parameters.set("start_lag", s_.desired.cutover.start_lag);
    caught_up.waits_for = "a lag of at most " + counted(s_.desired.cutover.start_lag, "commit") + ", seen twice";
    caught_up.undo = "nothing to undo";
  }
}

}  // namespace changeover
