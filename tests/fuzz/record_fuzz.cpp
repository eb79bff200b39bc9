// Any bytes as a state file: refused with words, or read; written again it is the same record, byte for byte.

#include <string>

#include "executor/state/record_file.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace changeover;
  const Result<Recorded> recorded = read_record(fuzz::text_of(data, size), "state file x");
  if (!recorded) {
    fuzz::must(recorded.error().code == ErrorCode::corrupt && !recorded.error().what.empty(), "a refusal has words");
    return 0;
  }
  const std::string text = record_text(*recorded);
  const Result<Recorded> again = read_record(text, "state file x");
  fuzz::must(again.has_value(), "what was written is read");
  fuzz::must(record_text(*again) == text, "and is the same");
  return 0;
}
