#include "executor/journal.h"

namespace changeover {

Task<Result<void>> Journal::write(std::function<void(RecordedMigration&)> change) {
  RecordedMigration next = record_;
  change(next);
  Result<void> saved = co_await backend_.save(next);
  if (saved) record_ = std::move(next);
  co_return saved;
}

}  // namespace changeover
