#include "planner/spec_reader.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>
#include <vector>

#include "core/text.h"
#include "planner/findings.h"
#include "planner/spec_checks.h"
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

}  // namespace

std::optional<Desired> read_spec(std::string_view text, std::string file_name, Diagnostics& diagnostics) {
  const std::vector<FoundSecret> secrets = find_secrets(text);
  for (const FoundSecret& secret : secrets) diagnostics.mask(secret.at, secret.length);
  for (const FoundSecret& secret : secrets) refuse_secret(secret.at, secret.what, diagnostics);
  auto root = yaml::parse(blank(text, secrets), diagnostics, bounds);
  if (!root) return std::nullopt;
  SecretMarker(secrets, diagnostics).mark(*root);

  Desired desired;
  desired.spec_sha256 = sha256_hex(text);
  MappingReader spec("the spec", &*root, root->at, diagnostics);
  if (!spec.is_mapping() || !check_version(spec)) return std::nullopt;
  auto state = read_state(spec, file_name);
  SectionContext context;
  context.folder = std::filesystem::path(file_name).parent_path().string();
  read_defaults(spec, context);
  std::vector<Draft> drafts = read_migrations(spec, context);
  check_together(drafts, diagnostics);
  spec.finish();
  if (!diagnostics.empty() || !state) return std::nullopt;

  desired.file = std::move(file_name);
  desired.state = std::move(*state);
  desired.migrations.reserve(drafts.size());
  for (Draft& draft : drafts) desired.migrations.push_back(std::move(draft.migration));
  return desired;
}

}  // namespace changeover
