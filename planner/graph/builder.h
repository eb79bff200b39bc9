// GraphBuilder: lays out the actions of one migration, a segment of its course after the other, one file a segment.
//
// Owner: make_graph, for one call; it points into the situation. Thread rule: none. Included by this folder alone.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "planner/graph.h"

namespace changeover {

using Ids = std::vector<std::string>;

[[nodiscard]] json::Value formation_as_json(const std::vector<Process>& formation);
/// "web=2 and worker=1"; "nothing".
[[nodiscard]] std::string formation_in_words(const std::vector<Process>& formation);
[[nodiscard]] Action make_action(const std::string& migration, Kind kind, Group group, const std::string& subject,
                                 Ids depends_on, std::string reason);

class GraphBuilder {
 public:
  GraphBuilder(const Situation& situation, Phase phase) : s_(situation), phase_(phase) {}

  void add(Segment segment) {
    switch (segment) {
      case Segment::database_back:
        return database_back();
      case Segment::restore:
        return restore();
      case Segment::destroy_copy:
        return destroy_copy();
      case Segment::prepare:
        return prepare();
      case Segment::cutover:
        return cutover();
      case Segment::retire:
        return retire();
    }
  }
  [[nodiscard]] Graph take() && { return std::move(graph_); }

 private:
  // Phases count down towards the end of a migration; "past" means: what this phase follows is done.
  [[nodiscard]] bool done_by(Phase done) const { return phase_ <= done; }

  Action& put(Kind kind, Group group, const std::string& subject, Ids depends_on, std::string reason) {
    graph_.actions.push_back(
        make_action(s_.desired.name, kind, group, subject, std::move(depends_on), std::move(reason)));
    return graph_.actions.back();
  }
  [[nodiscard]] std::string last() const { return graph_.actions.back().id; }
  [[nodiscard]] Ids after_last() const { return graph_.actions.empty() ? Ids{} : Ids{last()}; }

  void database_back();
  void restore();
  void destroy_copy();
  void prepare();
  void cutover();
  void retire();

  Ids quiesce_apps();
  bool stop_background(const QuiescedApp& app, const std::vector<Process>& processes, const Ids& after);
  Ids prove_drained(const Ids& quieted);
  void detach_from_leader(const Ids& drained);
  void prove_nothing_is_lost();
  void hand_over();
  void promote();
  void resume();
  void resume_app(const QuiescedApp& app, const Ids& after);
  void make_source_read_only(Group group);
  void choose_point_of_no_return();
  bool attach_moved(Group group, const Ids& after);
  void attach_the_rest();
  [[nodiscard]] const Action* find_attach(Kind kind, std::string_view name) const;
  [[nodiscard]] bool target_keeps_web() const;
  [[nodiscard]] std::string promotion_is_final() const;
  [[nodiscard]] const Action* find(Kind kind, std::string_view subject = {}) const;

  const Situation& s_;
  Phase phase_;
  Graph graph_;
};

}  // namespace changeover
