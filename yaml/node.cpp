#include "yaml/node.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <unordered_map>

#include "core/text.h"
#include "yaml/plain_text.h"

namespace changeover::yaml {
namespace {

/// Ends the parse from inside an event; its diagnostic is written already.
struct Refused {};

Position position(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {mark.line + 1, mark.column + 1};
}

/// Turns the parser's events into nodes. One alias costs as many nodes as it stands for, and one anchor as many as it
/// holds, so both memory and time stay within Bounds::nodes.
class Builder final : public YAML::EventHandler {
 public:
  Builder(std::string_view text, Diagnostics& diagnostics, const Bounds& bounds)
      : text_(text), diagnostics_(diagnostics), bounds_(bounds) {}

  [[nodiscard]] Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.at = position(mark);
    // An empty value is reported by the parser at whatever comes after it, often lines below.
    if (!open_.empty() && open_.back().has_key && node.at.line != open_.back().key_at.line)
      node.at = open_.back().key_at;
    leaf(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    constexpr std::string_view plain = "?";
    constexpr std::string_view not_plain = "!";
    constexpr std::string_view text = "tag:yaml.org,2002:str";
    if (tag != plain && tag != not_plain && tag != text) refuse_tag(mark);
    Node node;
    node.kind = Node::Kind::scalar;
    node.at = position(mark);
    node.text = value;
    node.quoted = tag != plain;
    if (node.quoted && !mark.is_null() && !closes(static_cast<std::size_t>(mark.pos)))
      refuse(node.at, "this quote is never closed", "add the closing quote");
    leaf(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (++aliases_ > bounds_.aliases)
      refuse(position(mark), "the file holds more than " + std::to_string(bounds_.aliases) + " aliases",
             "write the values out");
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      refuse(position(mark), "this alias stands inside its own anchor", "write the value out");
    count(position(mark), found->second.nodes);
    if (open_.size() + found->second.depth > bounds_.depth) refuse_depth(position(mark));
    if (wants_key()) {
      diagnostics_.error(position(mark), "an alias cannot be a key", "write the key out");
      take_key({}, position(mark), false);
      return;
    }
    add(found->second.node, found->second.nodes, found->second.depth, YAML::NullAnchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::mapping, mark, tag, anchor);
  }
  void OnMapEnd() override {
    drop_duplicates(open_.back().node);
    close();
  }

 private:
  /// A collection whose end has not come yet.
  struct Open {
    Node node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    std::size_t nodes = 1;
    std::size_t depth = 1;
    bool is_key = false;  ///< stands where a key is wanted: read, then dropped
    bool has_key = false;
    bool key_is_good = false;
    std::string key;
    Position key_at;
  };
  struct Anchored {
    Node node;
    std::size_t nodes = 0;
    std::size_t depth = 0;
  };

  /// Whether a quoted scalar that begins at this byte has its closing quote; yaml-cpp 0.7 takes the end of the file for
  /// one, and would make the rest of the file a value.
  [[nodiscard]] bool closes(std::size_t at) const {
    while (at < text_.size() && (text_[at] == '&' || text_[at] == '!')) {
      at = text_.find_first_of(" \t\r\n", at);
      at = text_.find_first_not_of(" \t\r\n", at);
    }
    if (at >= text_.size() || (text_[at] != '\'' && text_[at] != '"')) return true;
    const char quote = text_[at];
    for (++at; at < text_.size(); ++at) {
      if (text_[at] == '\\' && quote == '"') {
        ++at;
      } else if (text_[at] == quote) {
        if (quote == '"' || at + 1 >= text_.size() || text_[at + 1] != quote) return true;
        ++at;
      }
    }
    return false;
  }

  [[noreturn]] void refuse(Position at, std::string message, std::string help) {
    diagnostics_.error(at, std::move(message), std::move(help));
    throw Refused{};
  }
  [[noreturn]] void refuse_depth(Position at) {
    refuse(at, "the file is nested deeper than " + std::to_string(bounds_.depth) + " levels", {});
  }
  void refuse_tag(const YAML::Mark& mark) {
    diagnostics_.error(position(mark), "tags are not read here", "leave out the word that begins with `!`");
  }

  void count(Position at, std::size_t nodes) {
    nodes_ += nodes;
    if (nodes_ > bounds_.nodes)
      refuse(at,
             "the file holds more than " + std::to_string(bounds_.nodes) + " values, counting what aliases stand for",
             "split it into several files");
  }

  [[nodiscard]] bool wants_key() const {
    return !open_.empty() && open_.back().node.kind == Node::Kind::mapping && !open_.back().has_key;
  }

  void take_key(std::string key, Position at, bool good) {
    Open& mapping = open_.back();
    mapping.has_key = true;
    mapping.key = std::move(key);
    mapping.key_at = at;
    mapping.key_is_good = good;
  }

  void leaf(Node node, YAML::anchor_t anchor) {
    count(node.at, 1);
    if (!wants_key()) {
      add(std::move(node), 1, 0, anchor);
      return;
    }
    bool good = true;
    if (node.kind == Node::Kind::null) {
      diagnostics_.error(node.at, "a key is missing here", "a key is a plain word, followed by a colon");
      good = false;
    } else if (!node.quoted && node.text == "<<") {
      diagnostics_.error(node.at, "merge keys (`<<`) are not read here", "write the keys out");
      good = false;
    }
    const Position at = node.at;
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {node, 1, 0};
    take_key(std::move(node.text), at, good);
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    const Position at = position(mark);
    if (tag != "?") refuse_tag(mark);
    count(at, 1);
    if (open_.size() >= bounds_.depth) refuse_depth(at);
    const bool is_key = wants_key();
    if (is_key)
      diagnostics_.error(at, "a " + std::string(describe(kind)) + " cannot be a key",
                         "a key is a plain word, followed by a colon");
    Open& collection = open_.emplace_back();
    collection.node.kind = kind;
    collection.node.at = at;
    collection.anchor = anchor;
    collection.is_key = is_key;
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (done.is_key) {
      take_key({}, done.node.at, false);
      return;
    }
    add(std::move(done.node), done.nodes, done.depth, done.anchor);
  }

  void add(Node node, std::size_t nodes, std::size_t depth, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      count(node.at, nodes);
      anchors_[anchor] = {node, nodes, depth};
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    parent.nodes += nodes;
    parent.depth = std::max(parent.depth, depth + 1);
    if (parent.node.kind == Node::Kind::sequence) {
      parent.node.items.push_back(std::move(node));
      return;
    }
    parent.has_key = false;
    if (parent.key_is_good) parent.node.entries.push_back({std::move(parent.key), parent.key_at, std::move(node)});
  }

  /// The first of two equal keys stays, so that later checks have something to read.
  void drop_duplicates(Node& mapping) {
    std::unordered_map<std::string_view, Position> seen;
    std::vector<std::size_t> repeated;
    for (std::size_t i = 0; i < mapping.entries.size(); ++i) {
      const Node::Entry& entry = mapping.entries[i];
      const auto [first, is_new] = seen.try_emplace(entry.key, entry.key_at);
      if (is_new) continue;
      repeated.push_back(i);
      diagnostics_.error(entry.key_at, "duplicate key `" + entry.key + "`",
                         "it is given already in line " + std::to_string(first->second.line) + "; keep one of them");
    }
    if (repeated.empty()) return;
    std::vector<Node::Entry> kept;
    for (std::size_t i = 0; i < mapping.entries.size(); ++i)
      if (!std::ranges::binary_search(repeated, i)) kept.push_back(std::move(mapping.entries[i]));
    mapping.entries = std::move(kept);
  }

  std::string_view text_;
  Diagnostics& diagnostics_;
  const Bounds& bounds_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
  std::size_t aliases_ = 0;
  Node root_;
};

/// Refuses whatever comes after the first document.
class NoMore final : public YAML::EventHandler {
 public:
  explicit NoMore(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}
  void OnDocumentStart(const YAML::Mark& mark) override {
    diagnostics_.error(position(mark), "a second document begins here",
                       "one file holds one document; remove the `---`");
    throw Refused{};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {}
  void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {}
  void OnMapEnd() override {}

 private:
  Diagnostics& diagnostics_;
};

/// What to do about the parser's most frequent complaints.
std::string advice(std::string_view complaint) {
  if (complaint == YAML::ErrorMsg::TAB_IN_INDENTATION) return "indent with spaces, never with tabs";
  if (complaint == YAML::ErrorMsg::END_OF_MAP || complaint == YAML::ErrorMsg::MAP_VALUE ||
      complaint == YAML::ErrorMsg::MAP_KEY)
    return "is a colon missing after a key, or is a line indented unlike its neighbours?";
  if (complaint == YAML::ErrorMsg::END_OF_SEQ || complaint == YAML::ErrorMsg::BLOCK_ENTRY)
    return "do all items of the list begin with `- ` in the same column?";
  if (complaint == YAML::ErrorMsg::END_OF_MAP_FLOW || complaint == YAML::ErrorMsg::END_OF_SEQ_FLOW ||
      complaint == YAML::ErrorMsg::FLOW_END)
    return "does every `{` have its `}`, and every `[` its `]`?";
  if (complaint == YAML::ErrorMsg::EOF_IN_SCALAR) return "is a closing quote missing?";
  if (complaint.starts_with(YAML::ErrorMsg::UNKNOWN_ANCHOR))
    return "an alias (`*name`) needs its anchor (`&name`) above it; quote text that begins with `*`";
  return {};
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

std::optional<Node> parse(std::string_view text, Diagnostics& diagnostics, const Bounds& bounds) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (!check_plain_text(text, diagnostics, bounds)) return std::nullopt;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(text, diagnostics, bounds);
    const bool found = parser.HandleNextDocument(builder);
    NoMore no_more(diagnostics);
    if (found) parser.HandleNextDocument(no_more);
    return builder.take();
  } catch (const Refused&) {
    return std::nullopt;
  } catch (const YAML::Exception& error) {
    diagnostics.error(position(error.mark), "this is not YAML: " + error.msg, advice(error.msg));
    return std::nullopt;
  } catch (const std::exception& error) {
    diagnostics.error({}, std::string("the file cannot be read as YAML: ") + error.what());
    return std::nullopt;
  }
}

std::string_view describe(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "text";
    case Node::Kind::sequence:
      return "list";
    case Node::Kind::mapping:
      return "mapping";
  }
  return "nothing";
}

}  // namespace changeover::yaml
