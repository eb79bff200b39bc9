#include "planner/graph/builder.h"
#include "planner/retirement.h"

namespace changeover {

void GraphBuilder::retire() {
  if (!s_.facts.source) return;
  const Addon& source = *s_.facts.source;
  if (s_.desired.retire.final_backup) {
    Action& backup = put(Kind::backup_capture, Group::retire, source.name, {},
                         "the last state of the old database, kept by its app");
    backup.parameters.set("app", source.app.name).set("addon_id", source.id);
    backup.waits_for = "the backup to be finished";
    backup.undo = "nothing to undo";
  }
  const Ids saved = after_last();
  Ids detached;
  for (const Attachment& attachment : by_app_and_name(s_.facts.source_attachments)) {
    if (fate_of(s_, attachment) != OldAttachment::is_detached) continue;
    Action& detach = put(Kind::attachment_detach, Group::retire, attachment.app.name, saved,
                         "nothing may point at a database that is gone");
    detach.id += "/" + attachment.name;
    detach.parameters.set("attachment_id", attachment.id).set("attachment", attachment.name);
    detach.parameters.set("app", attachment.app.name).set("addon_id", source.id);
    detach.undo = "attach it again, until the add-on is destroyed";
    detached.push_back(detach.id);
  }
  Action& destroy = put(Kind::addon_destroy, Group::retire, source.name, detached.empty() ? saved : detached,
                        "the old database is billed until it is gone");
  destroy.parameters.set("addon_id", source.id).set("app", source.app.name);
  destroy.waits_for = "Heroku to remove it";
  destroy.reversible = false;
  destroy.undo = "none";
}

}  // namespace changeover
