#include "planner/spec_checks.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/text.h"
#include "planner/spec_names.h"
#include "yaml/scalar.h"

namespace changeover {
namespace {

using yaml::Placed;
using yaml::shown;
using Index = std::unordered_map<std::string_view, std::size_t>;

/// "line 12", or "accounts.yaml:12" when that is another file.
std::string place_of(const Draft& first, const Draft& second) {
  const std::string line = std::to_string(first.migration.at.line);
  if (first.diagnostics == second.diagnostics) return "line " + line;
  return first.diagnostics->file() + ":" + line;
}

void check_window(const Draft& draft, Diagnostics& diagnostics) {
  const Migration::Cutover& cutover = draft.migration.cutover;
  if (!cutover.window || !draft.window) return;
  const auto length = cutover.window->to - cutover.window->from;
  if (length <= std::chrono::milliseconds{0}) {
    diagnostics.error(*draft.window, "`window` ends before it begins",
                      "`from` is the earlier time; both are in UTC, and `to` itself is outside");
  } else if (length < cutover.max_downtime) {
    diagnostics.error(*draft.window,
                      "`window` is shorter (" + human_duration(length) + ") than `max_downtime` (" +
                          spec_duration(cutover.max_downtime) + "), so no cutover could ever begin in it",
                      "a cutover begins only when `max_downtime` still fits into the window: widen the one or lower "
                      "the other");
  }
}

void check_formation(const Draft& draft, Diagnostics& diagnostics) {
  const Migration::Target& target = draft.migration.target;
  if (!draft.formation || target.consumer != Consumer::app) return;
  const bool serves = std::ranges::any_of(target.formation, [](const auto& one) { return one.second.quantity > 0; });
  if (!serves)
    diagnostics.error(*draft.formation, "`formation` leaves the target app without a single dyno",
                      "give at least one process type a quantity above 0, or leave `formation` out to keep what the "
                      "target app has");
}

void check_roles(const Draft& draft, Diagnostics& diagnostics) {
  const std::string& source = draft.migration.source.app;
  const std::string& target = draft.migration.target.app;
  for (const auto& [app, at] : draft.quiesced_apps) {
    if (draft.source_app && app == source)
      diagnostics.error(at, "`apps` names " + shown(app) + ", which is the source app and quiesced anyway",
                        "remove it here; `source_after` says what becomes of the source app");
    else if (draft.target_app && app == target)
      diagnostics.error(at, "`apps` names " + shown(app) + ", which is the target app and quiesced anyway",
                        "remove it here; the target app is always resumed");
  }
  for (const Placed<std::string>& app : draft.read_only) {
    if ((draft.source_app && app.value == source) || (draft.target_app && app.value == target))
      diagnostics.error(app.at,
                        "`read_only` names " + shown(app.value) + ", which is the " +
                            (app.value == source ? "source" : "target") + " app",
                        "remove it: this app is quiesced in every cutover");
    else if (draft.quiesced_apps.contains(app.value))
      diagnostics.error(app.at, shown(app.value) + " stands under `read_only` and under `apps`",
                        "an app that writes belongs under `apps`, one that only reads under `read_only`");
  }
}

/// Reports every draft whose key was seen before. Keys of drafts that could not be read are empty.
template <class Key, class Say>
void check_unique(const std::vector<Draft>& drafts, Key key, Say say) {
  std::unordered_map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    std::string text = key(drafts[i]);
    if (text.empty()) continue;
    const auto [found, is_new] = first.try_emplace(std::move(text), i);
    if (!is_new) say(drafts[found->second], drafts[i]);
  }
}

/// In one file YAML itself refuses a key twice.
void check_names(const std::vector<Draft>& drafts) {
  check_unique(
      drafts, [](const Draft& draft) { return draft.migration.name; },
      [](const Draft& first, const Draft& second) {
        if (first.diagnostics == second.diagnostics) return;
        second.diagnostics->error(second.migration.at, "there are two migrations " + shown(second.migration.name),
                                  "rename one of them; the other one is in " + place_of(first, second));
      });
}

void check_sources(const std::vector<Draft>& drafts) {
  check_unique(
      drafts,
      [](const Draft& draft) {
        if (!draft.source_app || !draft.source_database) return std::string();
        return draft.migration.source.app + " " + draft.migration.source.database;
      },
      [](const Draft& first, const Draft& second) {
        const Migration::Source& source = second.migration.source;
        second.diagnostics->error(*second.source_database,
                                  "the migrations " + shown(first.migration.name) + " and " +
                                      shown(second.migration.name) + " move the same database, " +
                                      shown(source.database) + " of " + shown(source.app),
                                  "a database moves once; the other one is in " + place_of(first, second));
      });
}

void check_targets(const std::vector<Draft>& drafts) {
  check_unique(
      drafts,
      [](const Draft& draft) {
        if (!draft.target_app || !draft.target_attachment) return std::string();
        return draft.migration.target.app + " " + draft.migration.target.attachment;
      },
      [](const Draft& first, const Draft& second) {
        const Migration::Target& target = second.migration.target;
        second.diagnostics->error(
            *second.target_attachment,
            "the migrations " + shown(first.migration.name) + " and " + shown(second.migration.name) + " both end as " +
                shown(target.attachment) + " of " + shown(target.app),
            "give one of them another `attachment`; the other one is in " + place_of(first, second));
      });
}

/// For each draft, the drafts it waits for and where it says so; strangers are reported and left out.
struct Edge {
  std::size_t to = 0;
  Position at;
};
std::vector<std::vector<Edge>> edges(const std::vector<Draft>& drafts, const Index& index) {
  // Each suggestion costs a look at every name; after so many mistakes it is no slip of the finger.
  constexpr int most_suggestions = 20;
  int suggestions = 0;
  std::vector<std::string> names;
  std::vector<std::vector<Edge>> all(drafts.size());
  const bool one_file = drafts.empty() || drafts.front().diagnostics == drafts.back().diagnostics;
  const std::string here = one_file ? "this file" : "these files";
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    Diagnostics& diagnostics = *drafts[i].diagnostics;
    for (const Placed<std::string>& name : drafts[i].depends_on) {
      if (name.value == drafts[i].migration.name) {
        diagnostics.error(name.at, shown(name.value) + " depends on itself", "remove it from its `depends_on`");
        continue;
      }
      if (const auto found = index.find(name.value); found != index.end()) {
        all[i].push_back({found->second, name.at});
        continue;
      }
      if (names.empty())
        for (const Draft& draft : drafts) names.push_back(draft.migration.name);
      std::string help = "a migration can only wait for one of " + (one_file ? "the same file" : here);
      if (name.value.size() <= longest_migration_name && suggestions++ < most_suggestions)
        if (const auto meant = nearest(name.value, names)) help = "did you mean `" + *meant + "`? " + help;
      diagnostics.error(name.at, "`depends_on` names " + shown(name.value) + ", which is no migration of " + here,
                        std::move(help));
    }
  }
  return all;
}

/// Depth first without recursion: chains may be as long as the file.
class CycleSearch {
 public:
  CycleSearch(const std::vector<Draft>& drafts, const std::vector<std::vector<Edge>>& edges)
      : drafts_(drafts), edges_(edges), marks_(drafts.size(), Mark::fresh) {}

  void run() {
    for (std::size_t start = 0; start < drafts_.size(); ++start)
      if (marks_[start] == Mark::fresh) walk(start);
  }

 private:
  enum class Mark : std::uint8_t { fresh, on_path, done };
  struct Step {
    std::size_t draft = 0;
    std::size_t next_edge = 0;
  };

  void walk(std::size_t start) {
    path_.push_back({start, 0});
    marks_[start] = Mark::on_path;
    while (!path_.empty()) {
      Step& step = path_.back();
      const std::vector<Edge>& out = edges_[step.draft];
      if (step.next_edge == out.size()) {
        marks_[step.draft] = Mark::done;
        path_.pop_back();
        continue;
      }
      const Edge& edge = out[step.next_edge++];
      if (marks_[edge.to] == Mark::on_path) report(edge);
      if (marks_[edge.to] != Mark::fresh) continue;
      marks_[edge.to] = Mark::on_path;
      path_.push_back({edge.to, 0});
    }
  }

  void report(const Edge& edge) {
    const auto start = std::ranges::find(path_, edge.to, &Step::draft);
    std::string circle;
    for (auto step = start; step != path_.end(); ++step) circle += drafts_[step->draft].migration.name + " → ";
    circle += drafts_[edge.to].migration.name;
    drafts_[path_.back().draft].diagnostics->error(
        edge.at, "these migrations wait for each other in a circle: " + circle,
        "remove one of these `depends_on`; each one named waits for the next");
  }

  const std::vector<Draft>& drafts_;
  const std::vector<std::vector<Edge>>& edges_;
  std::vector<Mark> marks_;
  std::vector<Step> path_;
};

}  // namespace

void check_migration(const Draft& draft, Diagnostics& diagnostics) {
  check_window(draft, diagnostics);
  check_formation(draft, diagnostics);
  check_roles(draft, diagnostics);
}

void check_together(const std::vector<Draft>& drafts) {
  check_names(drafts);
  check_sources(drafts);
  check_targets(drafts);
  Index index;
  for (std::size_t i = 0; i < drafts.size(); ++i) index.try_emplace(drafts[i].migration.name, i);
  const auto all = edges(drafts, index);
  CycleSearch(drafts, all).run();
}

}  // namespace changeover
