#include "cmd/view/plan_folding.h"

#include <algorithm>
#include <map>

#include "core/text.h"

namespace changeover {
namespace {

enum class Shape { full, line, named, counted, counted_in_short };

struct Section {
  const Foldable* text = nullptr;
  Shape shape = Shape::full;
};

std::string note_on(std::size_t folded) {
  if (folded == 0) return "\n";
  return "\n_" + counted(static_cast<long long>(folded), "migration is", "migrations are") +
         " told in short, because a comment holds 65,536 characters. `changeover show` on the plan file has every "
         "step._\n\n";
}

/// "- `m1`, `m2` and `m3`: absent → **live**, 14 actions".
std::string with_names(const std::vector<Section>& sections) {
  std::map<std::string, std::vector<std::string>> names_by_way;
  for (const Section& section : sections)
    if (section.shape == Shape::named) names_by_way[section.text->way].push_back(section.text->name);
  std::string out;
  for (const auto& [way, names] : names_by_way)
    out +=
        "- " + counted(static_cast<long long>(names.size()), "migration") + ": " + way + ": " + and_list(names) + "\n";
  return out;
}

std::string with_counts(const std::vector<Section>& sections) {
  std::map<std::string, int> ways;
  for (const Section& section : sections) {
    if (section.shape == Shape::counted) ++ways[section.text->way];
    if (section.shape == Shape::counted_in_short) ++ways[section.text->way_in_short];
  }
  std::string out;
  for (const auto& [way, number] : ways) out += "- " + counted(number, "migration") + ": " + way + "\n";
  return out;
}

std::string assembled(const std::vector<Section>& sections) {
  std::string full;
  std::string lines;
  std::size_t folded = 0;
  for (const Section& section : sections) {
    const bool short_anyway = section.text->full == section.text->line;
    if (section.shape == Shape::full && !short_anyway) full += section.text->full;
    if (section.shape == Shape::line || (section.shape == Shape::full && short_anyway)) lines += section.text->line;
    if (section.shape != Shape::full) ++folded;
  }
  lines += with_names(sections) + with_counts(sections);
  return full + (lines.empty() ? "" : note_on(folded) + lines);
}

/// One after the other, from the end, as long as it has to be.
bool shorten_to_lines(std::vector<Section>& sections, std::size_t room) {
  std::size_t size = note_on(sections.size()).size();
  for (const Section& section : sections) size += section.text->full.size();
  for (int level = 0; level <= 3; ++level) {
    for (auto section = sections.rbegin(); section != sections.rend(); ++section) {
      if (size <= room) return true;
      const Foldable& text = *section->text;
      if (text.importance != level || text.full == text.line) continue;
      section->shape = Shape::line;
      size = size - text.full.size() + text.line.size();
    }
  }
  return size <= room;
}

/// All of one importance at once, so that a reader finds them in one place.
bool shorten_to(Shape shape, std::vector<Section>& sections, std::size_t room) {
  for (int level = 0; level <= 3; ++level) {
    for (Section& section : sections)
      if (section.text->importance == level) section.shape = shape;
    if (assembled(sections).size() <= room) return true;
  }
  return false;
}

}  // namespace

std::string folded_to_fit(const std::vector<Foldable>& texts, std::size_t room) {
  std::vector<Section> sections;
  for (const Foldable& text : texts) sections.push_back({&text});
  if (!shorten_to_lines(sections, room))
    for (const Shape shape : {Shape::named, Shape::counted, Shape::counted_in_short})
      if (shorten_to(shape, sections, room)) break;
  return assembled(sections);
}

}  // namespace changeover
