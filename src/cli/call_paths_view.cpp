#include "cli/call_paths_view.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/units.hpp"
#include "compare/call_tree.hpp"

namespace benchkit::cli {
namespace {

using compare::CallNode;
using compare::Held;

constexpr const char* kThen = " › ";
constexpr std::size_t kLongestArguments = 16;  ///< template arguments that are shown
constexpr std::size_t kRoomOfNumbers = 36;     ///< what stands left of a tree, about
constexpr std::size_t kNarrowestTree = 24;

std::string bytes_text(std::int64_t bytes) { return base::format_value(static_cast<double>(bytes), "B"); }
std::string share_text(std::int64_t bytes, std::int64_t whole) {
  return whole > 0 ? fmt::format("{:.1f}%", 100.0 * static_cast<double>(bytes) / static_cast<double>(whole)) : "-";
}

std::string place_text(const Frame& frame) {
  if (frame.file.empty()) return {};
  const std::string file = frame.file.substr(frame.file.rfind('/') + 1);
  return frame.line > 0 ? fmt::format("{}:{}", file, frame.line) : file;
}

/// Whether the bracket at `at` is a part of an operator's name.
bool follows_operator(std::string_view name, std::size_t at) {
  while (at > 0 && std::string_view("<>=-!&|+*/%^~,[] ").find(name[at - 1]) != std::string_view::npos) --at;
  return name.substr(0, at).ends_with("operator");
}

std::string without_parameters(const std::string& name) {
  const std::size_t close = name.rfind(')');
  if (close == std::string::npos || name.find("::", close) != std::string::npos) return name;
  if (name.find('>', close) != std::string::npos) return name;  // it closes within template arguments: "invoke<main()::<lambda()> >"
  std::size_t depth = 0;
  for (std::size_t at = close + 1; at-- > 0;) {
    if (name[at] == ')') ++depth;
    if (name[at] == '(' && --depth == 0) return at == 0 || name.substr(0, at).ends_with("operator") ? name : name.substr(0, at);
  }
  return name;
}

std::string without_long_arguments(std::string_view name) {
  std::string result;
  for (std::size_t at = 0; at < name.size(); ++at) {
    const bool opens = name[at] == '<' && at > 0 && (std::isalnum(static_cast<unsigned char>(name[at - 1])) != 0 || name[at - 1] == '_') &&
                       !follows_operator(name, at);
    std::size_t end = at;
    if (opens) {
      int depth = 0;
      for (; end < name.size(); ++end) {
        if (name[end] == '<') ++depth;
        if (name[end] == '>' && name[end - 1] != '-' && --depth == 0) break;
      }
    }
    if (opens && end < name.size() && end - at > kLongestArguments) {
      result += "<…>";
      at = end;
    } else {
      result += name[at];
    }
  }
  return result;
}

/// Calls in a row, in at most `room` columns (0: any): what does not fit is left out of the middle.
std::string chain_text(const std::vector<std::string>& names, const std::string& place, std::size_t room) {
  const std::string end = place.empty() ? "" : " (" + place + ")";
  std::string whole = fmt::format("{}{}", fmt::join(names, kThen), end);
  if (room == 0 || base::display_width(whole) <= room || names.size() < 3) return whole;
  for (std::size_t left_out = 1; left_out + 2 <= names.size(); ++left_out) {
    const std::size_t behind = (names.size() - left_out) / 2;
    const std::size_t ahead = names.size() - left_out - behind;
    whole = fmt::format("{}{}… {} more …{}{}{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(ahead), kThen), kThen,
                        left_out, kThen, fmt::join(names.end() - static_cast<std::ptrdiff_t>(behind), names.end(), kThen), end);
    if (base::display_width(whole) <= room) break;
  }
  return whole;
}

/// The lines of a tree as rows of a table.
class TreeRows {
 public:
  TreeRows(const AttributedCase& one, const TreeOptions& options, const base::TextStyle& style)
      : paths_(one.attribution->paths), options_(options), width_(style.width), whole_(compare::whole_of(paths_)) {
    table_.columns = {{.title = "held", .align = base::Align::right},
                      {.title = "share", .align = base::Align::right},
                      {.title = "allocations", .align = base::Align::right},
                      {.title = "call path", .shrink = true}};
  }

  base::Table make() {
    const CallNode root = compare::call_tree(paths_);
    add_children(root, "", 1, true);
    return std::move(table_);
  }

 private:
  void add_row(const Held& held, const std::string& text, base::Tone tone = base::Tone::plain) {
    table_.rows.push_back({.cells = {{bytes_text(held.bytes)},
                                     {share_text(held.bytes, whole_)},
                                     {std::to_string(held.allocations), base::Tone::dim},
                                     {text, tone}}});
  }

  [[nodiscard]] bool is_shown(const Held& held) const {
    return static_cast<double>(held.bytes) >= options_.least * static_cast<double>(whole_);
  }

  /// `guides`: what stands before the lines of this level. At the top there are none, and what the worker left out belongs there.
  void add_children(const CallNode& parent, const std::string& guides, std::size_t level, bool top) {
    std::vector<const CallNode*> shown;
    Held small;
    std::size_t left_out = 0;
    const bool too_deep = options_.depth > 0 && level > options_.depth;
    for (const CallNode& child : parent.children) {
      if (!too_deep && is_shown(child.all)) {
        shown.push_back(&child);
      } else {
        small += child.all;
        ++left_out;
      }
    }
    const bool itself = parent.self != Held{} && !parent.children.empty() && !top && is_shown(parent.self);
    const bool rest = top && paths_.rest_bytes > 0;
    std::size_t lines = shown.size() + (left_out > 0 ? 1 : 0) + (itself ? 1 : 0);  // with a branch before them
    const auto branch = [&] { return top ? std::string{} : guides + (--lines > 0 ? "├ " : "└ "); };
    for (const CallNode* child : shown) {
      const std::string before = branch();
      add_chain(*child, before, top ? "" : guides + (lines > 0 ? "│ " : "  "), level);
    }
    if (itself) add_row(parent.self, branch() + "(itself)", base::Tone::dim);
    if (left_out > 0) add_row(small, branch() + small_text(left_out, too_deep), base::Tone::dim);
    if (top && parent.self != Held{}) add_row(parent.self, "(no stack)", base::Tone::dim);
    if (rest) add_row({paths_.rest_bytes, paths_.rest_allocations}, kRest, base::Tone::dim);
  }

  [[nodiscard]] std::string small_text(std::size_t count, bool too_deep) const {
    if (too_deep) return fmt::format("({} deeper)", count == 1 ? "1 call" : fmt::format("{} calls", count));
    return fmt::format("({} below {:g}%)", count == 1 ? "1 call" : fmt::format("{} calls", count), options_.least * 100);
  }

  /// A call and those behind it that are its only way on.
  void add_chain(const CallNode& first, const std::string& before, const std::string& guides, std::size_t level) {
    std::vector<std::string> names{short_name(first.frame)};
    const CallNode* last = &first;
    while (last->children.size() == 1 && last->self == Held{}) {
      last = &last->children.front();
      names.push_back(short_name(last->frame));
    }
    const std::size_t used = kRoomOfNumbers + base::display_width(before);
    const std::size_t room = width_ == 0 ? 0 : std::max(kNarrowestTree, width_ - std::min(width_, used));
    add_row(last->all, before + chain_text(without_repeats(names), place_text(last->frame), room));
    add_children(*last, guides, level + 1, false);
  }

  const CallPaths& paths_;
  const TreeOptions& options_;
  std::size_t width_;
  std::int64_t whole_;
  base::Table table_;
};

}  // namespace

std::string short_name(const Frame& frame) {
  const std::string name = compare::name_of(frame);
  return frame.module.empty() || frame.function.empty() ? name : without_long_arguments(without_parameters(name));
}

std::vector<std::string> without_repeats(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < names.size();) {
    std::size_t end = i;
    while (end < names.size() && names[end] == names[i]) ++end;
    result.push_back(end - i == 1 ? names[i] : fmt::format("{} ×{}", names[i], end - i));
    i = end;
  }
  return result;
}

std::vector<std::string> notes_of(const AttributedCase& one) {
  std::vector<std::string> notes = one.notes;
  const CallPaths& paths = one.attribution->paths;
  const bool nameless = std::any_of(paths.paths.begin(), paths.paths.end(), [&](const CallPath& path) {
    return std::any_of(path.frames.begin(), path.frames.end(), [&](std::uint32_t frame) { return paths.frames[frame].function.empty(); });
  });
  if (nameless) notes.emplace_back("FILE+0x…: native code of which no symbols were found where it was measured");
  return notes;
}

std::string title_of(const AttributedCase& one) {
  std::string title = fmt::format("{} · {} {}", one.case_id, one.metric.name,
                                  base::format_value(static_cast<double>(one.attribution->paths.peak_bytes), one.metric.unit));
  if (!one.version.empty()) title += " · " + one.version;
  return base::printable(title);
}

std::string render_tree(const AttributedCase& one, const TreeOptions& options, const base::TextStyle& style) {
  return base::render_text(TreeRows(one, options, style).make(), style);
}

std::string render_functions(const AttributedCase& one, const TreeOptions& options, const base::TextStyle& style) {
  const CallPaths& paths = one.attribution->paths;
  const std::int64_t whole = compare::whole_of(paths);
  base::Table table;
  table.columns = {{.title = "itself", .align = base::Align::right},
                   {.title = "share", .align = base::Align::right},
                   {.title = "with calls", .align = base::Align::right},
                   {.title = "allocations", .align = base::Align::right},
                   {.title = "function", .shrink = true}};
  Held small;
  std::size_t left_out = 0;
  for (const compare::FunctionUse& use : compare::by_function(paths)) {
    if (use.self == Held{}) continue;
    if (static_cast<double>(use.self.bytes) < options.least * static_cast<double>(whole)) {
      small += use.self;
      ++left_out;
      continue;
    }
    const std::string place = place_text(use.frame);
    table.rows.push_back({.cells = {{bytes_text(use.self.bytes)},
                                    {share_text(use.self.bytes, whole)},
                                    {bytes_text(use.all.bytes)},
                                    {std::to_string(use.self.allocations), base::Tone::dim},
                                    {short_name(use.frame) + (place.empty() ? "" : " (" + place + ")")}}});
  }
  const auto add_summary = [&](const Held& held, const std::string& text) {
    table.rows.push_back({.cells = {{bytes_text(held.bytes)},
                                    {share_text(held.bytes, whole)},
                                    {},
                                    {std::to_string(held.allocations), base::Tone::dim},
                                    {text, base::Tone::dim}}});
  };
  if (left_out > 0) add_summary(small, fmt::format("({} functions below {:g}%)", left_out, options.least * 100));
  if (paths.rest_bytes > 0) add_summary({paths.rest_bytes, paths.rest_allocations}, kRest);
  return base::render_text(table, style);
}

}  // namespace benchkit::cli
