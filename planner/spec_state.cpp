#include "planner/spec_state.h"

#include <array>
#include <filesystem>
#include <string_view>

#include "planner/spec_names.h"
#include "yaml/scalar.h"

namespace changeover {
namespace {

using yaml::MappingReader;
using yaml::Node;
using yaml::shown;
namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kinds{"local", "http", "postgres"};
constexpr std::string_view choices =
    "write one of `{local: orders.state.json}`, `{http: {url: https://…}}` and `{postgres: {url_env: "
    "STATE_DATABASE_URL}}`";

std::optional<StateLocation> read_local(MappingReader& reader, const std::string& spec_file) {
  const auto keep = reader.boolean("keep_in_ci");
  const auto path = reader.text("local", "the path of a file");
  if (!path) return std::nullopt;
  if (path->value.empty() || path->value.ends_with('/')) {
    reader.diagnostics().error(path->at, "`local`: " + shown(path->value) + " is not the path of a file",
                               "name a file, relative to the spec: `orders.state.json`");
    return std::nullopt;
  }
  const fs::path whole = (fs::path(spec_file).parent_path() / path->value).lexically_normal();
  if (whole == fs::path(spec_file).lexically_normal()) {
    reader.diagnostics().error(path->at, "`local` names the spec itself", "keep the state in a file of its own");
    return std::nullopt;
  }
  return LocalState{whole.string(), keep && keep->value};
}

/// The host of an authority, without port: "[::1]:80" → "::1".
std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
  return authority.substr(0, authority.find(':'));
}

bool is_loopback(std::string_view host) { return host == "localhost" || host == "::1" || host == "127.0.0.1"; }

std::optional<StateLocation> read_http(MappingReader& state) {
  MappingReader reader = state.mapping("http");
  reader.require("url", "the address of the state, as GitLab and others print it");
  const auto url = reader.text("url", "a URL such as `https://gitlab.example/…`");
  reader.finish();
  if (!url) return std::nullopt;
  std::string_view rest = url->value;
  const bool secure = rest.starts_with("https://");
  if (!secure && !rest.starts_with("http://")) {
    reader.diagnostics().error(url->at, "`url`: " + shown(url->value) + " is not an address on the web",
                               "write it whole: `https://…`");
    return std::nullopt;
  }
  rest.remove_prefix(secure ? 8 : 7);
  const std::string_view host = host_of(rest.substr(0, rest.find_first_of("/?#")));
  if (host.empty() || rest.find_first_of(" \t\n#") != std::string_view::npos) {
    reader.diagnostics().error(url->at, "`url`: " + shown(url->value) + " has no host, or holds a blank or a `#`",
                               "write it whole: `https://…`");
    return std::nullopt;
  }
  if (!secure && !is_loopback(host)) {
    reader.diagnostics().error(url->at, "`url`: the state would travel unencrypted to " + shown(host),
                               "use `https://`; plain http is for loopback only");
    return std::nullopt;
  }
  return HttpState{url->value};
}

std::optional<StateLocation> read_postgres(MappingReader& state) {
  MappingReader reader = state.mapping("postgres");
  reader.require("url_env", "the name of the environment variable that holds the URL; the URL itself is a secret");
  const auto name = reader.text("url_env", "the name of an environment variable");
  reader.finish();
  if (!name) return std::nullopt;
  if (!is_variable_name(name->value)) {
    reader.diagnostics().error(name->at, "`url_env`: " + shown(name->value) + " is not the name of a variable",
                               "write the variable's name, not its value: `STATE_DATABASE_URL`");
    return std::nullopt;
  }
  return PostgresState{name->value};
}

}  // namespace

std::optional<StateLocation> read_state(MappingReader& spec, const std::string& spec_file) {
  const Node::Entry* entry = spec.entry("state");
  if (entry == nullptr) {
    const fs::path file(spec_file);
    return LocalState{(file.parent_path() / (file.stem().string() + ".state.json")).lexically_normal().string(), false};
  }
  MappingReader reader("`state`", &entry->value, entry->key_at, spec.diagnostics());
  if (!reader.is_mapping()) return std::nullopt;
  const Node::Entry* first = nullptr;
  for (const std::string_view kind : kinds) {
    const Node::Entry* found = reader.entry(kind);
    if (found == nullptr) continue;
    if (first != nullptr)
      spec.diagnostics().error(found->key_at, "`state` names both `" + first->key + "` and `" + found->key + "`",
                               "the state is kept in one place: remove one of them");
    if (first == nullptr) first = found;
  }
  const Node::Entry* keep = reader.entry("keep_in_ci");
  std::optional<StateLocation> location;
  if (first == nullptr) {
    spec.diagnostics().error(entry->key_at, "`state` does not say where", std::string(choices));
  } else if (first->key == "local") {
    location = read_local(reader, spec_file);
  } else {
    if (keep != nullptr)
      spec.diagnostics().error(keep->key_at, "`keep_in_ci` is about a local state, and this one is not local",
                               "remove it: a state kept in one place for everybody is fit for CI");
    location = first->key == "http" ? read_http(reader) : read_postgres(reader);
  }
  reader.finish();
  return location;
}

}  // namespace changeover
