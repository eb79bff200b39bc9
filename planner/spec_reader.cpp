#include "planner/spec_reader.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "core/text.h"
#include "planner/findings.h"
#include "planner/spec_checks.h"
#include "planner/spec_fleet.h"
#include "planner/spec_names.h"
#include "planner/spec_secrets.h"
#include "planner/spec_sections.h"
#include "planner/spec_state.h"
#include "yaml/mapping_reader.h"
#include "yaml/node.h"
#include "yaml/scalar.h"

namespace changeover {
namespace {

using yaml::MappingReader;
using yaml::Node;
using yaml::Placed;
using yaml::shown;

/// Wide enough for some ten thousand migrations.
constexpr yaml::Bounds bounds{.bytes = std::size_t{16} << 20U, .depth = 16, .nodes = 1'000'000, .aliases = 20'000};

constexpr std::string_view secret_help =
    "a spec lives in git, so a secret in it is a secret no more: remove it, replace it where it was made, and give the "
    "new one in the environment";

void refuse_secret(Position at, std::string_view what, Diagnostics& diagnostics) {
  diagnostics.error(at, "this looks like " + std::string(what) + "; it is not shown here", std::string(secret_help));
}

/// Marks the scalars whose text was blanked, and finds secrets that only quotes and escapes had hidden.
class SecretMarker {
 public:
  SecretMarker(const std::vector<FoundSecret>& secrets, Diagnostics& diagnostics)
      : secrets_(secrets), diagnostics_(diagnostics) {}

  void mark(Node& node) {
    for (Node& item : node.items) mark(item);
    for (Node::Entry& entry : node.entries) mark(entry.value);
    if (node.kind != Node::Kind::scalar) return;
    const auto secret = std::ranges::lower_bound(secrets_, node.at, {}, &FoundSecret::at);
    const auto end = node.at.column + static_cast<int>(node.text.size()) + 2;
    if (secret != secrets_.end() && secret->at.line == node.at.line && secret->at.column < end) {
      node.hidden = true;
    } else if (node.quoted) {
      const auto found = find_secrets(node.text);
      if (found.empty()) return;
      node.hidden = true;
      diagnostics_.mask(node.at, std::string::npos);
      refuse_secret(node.at, found.front().what, diagnostics_);
    }
  }

 private:
  const std::vector<FoundSecret>& secrets_;
  Diagnostics& diagnostics_;
};

/// False when nothing else of the file can be judged.
bool check_version(MappingReader& spec) {
  spec.require("version", "begin the file with `version: 1`");
  const Node::Entry* entry = spec.entry("version");
  if (entry == nullptr || entry->value.hidden) return true;
  const bool is_integer =
      entry->value.kind == Node::Kind::scalar && yaml::scalar_type(entry->value) == yaml::ScalarType::integer;
  if (is_integer && entry->value.text == "1") return true;
  if (!is_integer || entry->value.text.starts_with('-') || entry->value.text == "0") {
    spec.wrong(*entry, "the number `1`", entry->value.quoted ? "write it without quotes" : "");
    return true;
  }
  spec.diagnostics().error(entry->value.at,
                           "the spec is of version " + shown(entry->value.text) +
                               ", but this changeover reads version " + std::to_string(spec_version),
                           "use a newer changeover for this file");
  return false;
}

void read_defaults(MappingReader& spec, SectionContext& context) {
  const Node::Entry* entry = spec.entry("defaults");
  if (entry == nullptr) return;
  MappingReader reader("`defaults`", &entry->value, entry->key_at, spec.diagnostics());
  if (!reader.is_mapping()) return;
  for (const std::string_view key : {"stage", "depends_on", "acknowledge"}) {
    const Node* found = entry->value.find(key);
    if (found == nullptr) continue;
    (void)reader.entry(key);
    spec.diagnostics().error(
        found->at, "`" + std::string(key) + "` has no default",
        "say it in each migration: " + std::string(key == "stage" ? "it is what moves them" : "it differs for each"));
  }
  Draft ignored;
  SectionContext own = context;
  own.are_defaults = true;
  read_sections(reader, own, ignored);
  reader.finish();
  context.defaults = &entry->value;
}

void read_depends_on(MappingReader& reader, Draft& draft) {
  const auto names = reader.texts("depends_on", "a list of migrations");
  if (!names) return;
  std::set<std::string_view> seen;
  for (const Placed<std::string>& name : names->value) {
    if (!seen.insert(name.value).second) {
      reader.diagnostics().error(name.at, "`depends_on` lists " + shown(name.value) + " twice", "remove one of them");
      continue;
    }
    draft.depends_on.push_back(name);
    draft.migration.depends_on.push_back(name.value);
  }
}

/// Only what a person can answer for; a danger that would cost the cutover or writes is not theirs to wave through.
void read_acknowledged(MappingReader& reader, Draft& draft) {
  const auto ids = reader.texts("acknowledge", "a list of findings");
  if (!ids) return;
  std::vector<std::string> possible;
  for (const FindingRow& row : finding_table())
    if (row.acknowledgeable) possible.emplace_back(row.id);
  for (const Placed<std::string>& id : ids->value) {
    if (std::ranges::find(possible, id.value) == possible.end())
      reader.diagnostics().error(id.at, "`acknowledge` names " + shown(id.value) + ", which can not be acknowledged",
                                 "these can: " + and_list(possible));
    else if (!draft.migration.acknowledge.insert(id.value).second)
      reader.diagnostics().error(id.at, "`acknowledge` lists " + shown(id.value) + " twice", "remove one of them");
  }
}

Draft read_migration(const Node::Entry& entry, const SectionContext& context, Diagnostics& diagnostics) {
  Draft draft;
  draft.diagnostics = &diagnostics;
  draft.migration.name = entry.key;
  draft.migration.at = entry.key_at;
  if (!is_migration_name(entry.key))
    diagnostics.error(entry.key_at, shown(entry.key) + " is not a name for a migration",
                      "a name begins with a lower-case letter, goes on with lower-case letters, digits and dashes, and "
                      "is at most " +
                          std::to_string(longest_migration_name) + " long");
  MappingReader reader("the migration " + shown(entry.key), &entry.value, entry.key_at, diagnostics);
  reader.require("stage", "one of `source`, `replicating`, `live` and `retired`: how far it shall go");
  if (const auto stage = reader.word<Stage>("stage", {{"source", Stage::source},
                                                      {"replicating", Stage::replicating},
                                                      {"live", Stage::live},
                                                      {"retired", Stage::retired}}))
    draft.migration.stage = stage->value;
  read_sections(reader, context, draft);
  read_depends_on(reader, draft);
  read_acknowledged(reader, draft);
  reader.finish();
  check_migration(draft, diagnostics);
  return draft;
}

std::vector<Draft> read_migrations(MappingReader& spec, const SectionContext& context) {
  std::vector<Draft> drafts;
  spec.require("migrations", "name at least one migration below it");
  const Node::Entry* entry = spec.entry("migrations");
  if (entry == nullptr) return drafts;
  const MappingReader reader("`migrations`", &entry->value, entry->key_at, spec.diagnostics());
  if (!reader.is_mapping()) return drafts;
  if (entry->value.entries.empty())
    spec.diagnostics().error(entry->key_at, "`migrations` is empty", "name at least one migration below it");
  drafts.reserve(entry->value.entries.size());
  for (const Node::Entry& one : entry->value.entries)
    drafts.push_back(read_migration(one, context, spec.diagnostics()));
  return drafts;
}

/// What one file says, before it is checked against others.
struct Part {
  std::optional<StateLocation> state;
  std::optional<Position> state_at;  ///< of the key; none: the state is the default one
  FleetDraft fleet;
  std::vector<Draft> drafts;
};

/// False when the file is none that could be read on.
bool read_part(std::string_view text, const std::string& file_name, Diagnostics& diagnostics, Part& part) {
  const std::vector<FoundSecret> secrets = find_secrets(text);
  for (const FoundSecret& secret : secrets) diagnostics.mask(secret.at, secret.length);
  for (const FoundSecret& secret : secrets) refuse_secret(secret.at, secret.what, diagnostics);
  auto root = yaml::parse(blank(text, secrets), diagnostics, bounds);
  if (!root) return false;
  SecretMarker(secrets, diagnostics).mark(*root);

  MappingReader spec("the spec", &*root, root->at, diagnostics);
  if (!spec.is_mapping() || !check_version(spec)) return false;
  if (const Node::Entry* state = spec.entry("state"); state != nullptr) part.state_at = state->key_at;
  part.state = read_state(spec, file_name);
  part.fleet = read_fleet_rules(spec);
  SectionContext context;
  context.folder = std::filesystem::path(file_name).parent_path().string();
  read_defaults(spec, context);
  part.drafts = read_migrations(spec, context);
  spec.finish();
  return true;
}

std::vector<Migration> migrations_of(std::vector<Draft> drafts) {
  std::vector<Migration> migrations;
  migrations.reserve(drafts.size());
  for (Draft& draft : drafts) migrations.push_back(std::move(draft.migration));
  return migrations;
}

/// `state` and `fleet` concern all files, so two files could contradict each other.
void said_before(Position at, std::string_view key, const std::string& first, Diagnostics& diagnostics) {
  diagnostics.error(at, "`" + std::string(key) + "` is said in " + first + " already, and it is for all files",
                    "say it in one of the files");
}

}  // namespace

std::optional<Desired> read_spec(std::string_view text, std::string file_name, Diagnostics& diagnostics) {
  Part part;
  if (!read_part(text, file_name, diagnostics, part)) return std::nullopt;
  check_together(part.drafts);
  check_fleet_rules(part.fleet, part.drafts, diagnostics);
  if (!diagnostics.empty() || !part.state) return std::nullopt;
  Desired desired;
  desired.file = std::move(file_name);
  desired.spec_sha256 = sha256_hex(text);
  desired.state = std::move(*part.state);
  desired.fleet = std::move(part.fleet.rules);
  desired.migrations = migrations_of(std::move(part.drafts));
  return desired;
}

std::optional<Desired> read_fleet(std::vector<SpecText>& files, const std::string& folder) {
  Desired desired;
  desired.file = folder;
  desired.state = LocalState{(std::filesystem::path(folder) / "fleet.state.json").lexically_normal().string(), false};
  std::string hashes;
  std::vector<Draft> drafts;
  SpecText* says_state = nullptr;
  SpecText* says_fleet = nullptr;
  FleetDraft fleet;
  for (SpecText& file : files) {
    hashes += std::filesystem::path(file.file).filename().string() + " " + sha256_hex(file.text) + "\n";
    Part part;
    if (!read_part(file.text, file.file, file.diagnostics, part)) continue;
    if (part.state_at && says_state != nullptr)
      said_before(*part.state_at, "state", says_state->file, file.diagnostics);
    if (part.fleet.at && says_fleet != nullptr)
      said_before(*part.fleet.at, "fleet", says_fleet->file, file.diagnostics);
    if (part.state_at && part.state) desired.state = std::move(*part.state);
    if (part.state_at && says_state == nullptr) says_state = &file;
    if (part.fleet.at && says_fleet == nullptr) {
      says_fleet = &file;
      fleet = std::move(part.fleet);
    }
    std::ranges::move(part.drafts, std::back_inserter(drafts));
  }
  check_together(drafts);
  if (says_fleet != nullptr) check_fleet_rules(fleet, drafts, says_fleet->diagnostics);
  if (std::ranges::any_of(files, [](const SpecText& file) { return !file.diagnostics.empty(); })) return std::nullopt;
  desired.spec_sha256 = sha256_hex(hashes);
  desired.fleet = std::move(fleet.rules);
  desired.migrations = migrations_of(std::move(drafts));
  return desired;
}

}  // namespace changeover
