// One end-to-end trial: a folder with a world and a spec, the emulator on that world, and the tool run against it.
//
// Owner: the test. Thread rule: one thread. Everything the tool writes lies below folder(): outputs in runs/, plans and
// state beside the spec. The destructor fails the test when one of them holds a secret, ends the emulator, and the
// folder goes. The world is the official example's (examples/seed), quick: common-runtime-example writes to
// looking-simply-2449 all the time, private-spaces-example is deployed in a space and idle.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "tests/support/emulator_process.h"
#include "tests/support/ledger_verdict.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace changeover::testing {

inline constexpr const char* source_app = "common-runtime-example";
inline constexpr const char* target_app = "private-spaces-example";
inline constexpr const char* source_addon = "looking-simply-2449";
inline constexpr const char* api_key = "7d1f0c52-6a6e-4b0d-9a55-e2e0c0ffee01";

struct WorldOptions {
  std::string apps{};         ///< further entries of `apps`, indented by two
  std::string attachments{};  ///< entries of `attachments`, indented by two
  std::string one_off{};      ///< a command that runs beside the source app's dynos
  std::string api_latency = "0ms";
  std::string unfollow = "100ms";
  std::string provisioning = "200ms";
  std::string rotation = "0ms";
  std::string writer_config{};                 ///< further config vars of every app: ", NAME: value"
  std::string web = "exec changeover-writer";  ///< what web dynos do; with --serve they write for visitors alone
  std::string source_keys{};                   ///< further keys of the source app: "    preboot: true\n"
  std::string addons{};                        ///< further entries of `addons`, indented by two
};

struct SpecOptions {
  std::string stage = "live";
  bool unattended = true;
  std::string max_downtime = "60s";
  std::string proof = "sql";
  std::string state = "{local: ./state.json}";
  std::string retire = "{after: 1s}";
  std::string source{};   ///< further keys of `source`: ", formation: {web: 1}"
  std::string target{};   ///< further keys of `target`: "      consumer: external\n"
  std::string further{};  ///< further sections of the migration, indented by four
};

/// How a run of the tool ended.
struct Finished {
  int code = -1;
  std::string out;
  std::string err;
  std::vector<json::Value> events;  ///< of `apply --json`

  /// The first event of that type, or null.
  [[nodiscard]] const json::Value& event(std::string_view type) const;
};

/// A run of the tool under way.
class ToolRun {
 public:
  explicit ToolRun(const Program::Start& start) : program(start), out_(start.out), err_(start.err) {}

  /// Waits for an event of that type in what `apply --json` prints; false at the limit or when the tool ends without.
  [[nodiscard]] bool await_event(std::string_view type, std::chrono::milliseconds limit = std::chrono::seconds{60});
  /// Waits for its end; a failure of the test, and -1, when it does not end.
  [[nodiscard]] Finished finish(std::chrono::milliseconds limit = std::chrono::seconds{120});
  [[nodiscard]] std::vector<json::Value> events() const;

  Program program;

 private:
  std::string out_;
  std::string err_;
};

class Sandbox {
 public:
  explicit Sandbox(const WorldOptions& world = {}, const SpecOptions& spec = {});
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  ~Sandbox();

  [[nodiscard]] const std::string& folder() const { return folder_.path(); }
  [[nodiscard]] std::string path(const std::string& name) const { return folder() + "/" + name; }
  [[nodiscard]] EmulatorProcess& emulator() { return *emulator_; }
  void end_emulator() { emulator_.reset(); }

  void write_spec(const SpecOptions& options) const;
  /// For the runs to come.
  void set_environment(const std::string& name, const std::string& value) { environment_[name] = value; }
  void write_file(const std::string& name, const std::string& text) const;

  /// Starts `changeover` with these words.
  [[nodiscard]] std::unique_ptr<ToolRun> start(std::vector<std::string> words);
  [[nodiscard]] Finished run(std::vector<std::string> words) { return start(std::move(words))->finish(); }
  /// apply spec.yaml --auto-approve --json, and these words.
  [[nodiscard]] std::unique_ptr<ToolRun> start_apply(std::vector<std::string> words = {});
  [[nodiscard]] Finished apply(std::vector<std::string> words = {}) { return start_apply(std::move(words))->finish(); }

  /// Lines in the writers' ledger by now.
  [[nodiscard]] std::size_t ledger_lines() const;
  /// Waits until the ledger has grown by that many lines; false at the limit.
  [[nodiscard]] bool await_writes(std::size_t lines = 10) const;
  /// The app's DATABASE_URL, "" when it has none.
  [[nodiscard]] std::string database_url(const std::string& app);
  /// Every acknowledged row of the ledger against the database of that app.
  [[nodiscard]] LedgerVerdict verify(const std::string& app);
  /// The token, and every database password that was in use by now.
  [[nodiscard]] const std::set<std::string>& secrets();
  /// Every file below folder() that holds one of them, except the world and the emulator's own.
  [[nodiscard]] std::vector<std::string> files_with_secrets();
  /// The names of all add-ons of Heroku Postgres.
  [[nodiscard]] std::vector<std::string> addon_names();
  /// Whether that add-on's database follows another, as the Data API says; false also while it knows of none.
  [[nodiscard]] bool follows(const std::string& addon);
  /// The one that is not the source's; "" when there is none.
  [[nodiscard]] std::string copy_name();

 private:
  TemporaryFolder folder_;
  std::unique_ptr<EmulatorProcess> emulator_;
  std::set<std::string> secrets_;
  std::map<std::string, std::string> environment_;
  int runs_ = 0;
};

}  // namespace changeover::testing
