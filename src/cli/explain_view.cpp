#include "cli/explain_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/units.hpp"
#include "cli/call_paths_view.hpp"

namespace benchkit::cli {
namespace {

using compare::Explanation;
using compare::Held;
using compare::PathChange;

constexpr std::size_t kMostChanges = 10;
constexpr std::string_view kIndent = "      ";

std::string size_text(std::int64_t bytes) { return base::format_value(static_cast<double>(bytes), "B"); }
std::string change_text(std::int64_t bytes) { return (bytes < 0 ? "-" : "+") + size_text(bytes < 0 ? -bytes : bytes); }

/// A function as it is shown: native names shortened, Python's with their file.
std::string shown(const PathChange& change, std::size_t at) {
  return change.frames[at].module.empty() ? change.functions[at] : short_name(change.frames[at]);
}

/// The functions one behind the other, over as many lines as the width takes.
std::string path_text(const std::vector<std::string>& functions, std::size_t width) {
  std::string text(kIndent);
  std::size_t used = kIndent.size();
  for (std::size_t i = 0; i < functions.size(); ++i) {
    std::string word = (i == 0 ? "" : "› ") + base::printable(functions[i]);
    if (width > 0) word = base::shorten(word, std::max(width, 2 * kIndent.size()) - kIndent.size());
    const std::size_t columns = base::display_width(word) + (i == 0 ? 0 : 1);
    if (width > 0 && i > 0 && used + columns > width) {
      text += "\n" + std::string(kIndent);
      used = kIndent.size();
    } else if (i > 0) {
      text += ' ';
    }
    text += word;
    used += columns;
  }
  return text + "\n";
}

/// How many calls all of the changes begin with.
std::size_t shared_calls(const Explanation& one) {
  const PathChange* first = nullptr;
  std::size_t shared = 0;
  std::size_t changes = 0;
  for (const auto* side : {&one.grown, &one.shrunk}) {
    for (const PathChange& change : *side) {
      if (++changes; first == nullptr) {
        first = &change;
        shared = change.functions.size();
        continue;
      }
      const auto [mine, other] =
          std::mismatch(first->functions.begin(), first->functions.end(), change.functions.begin(), change.functions.end());
      shared = std::min(shared, static_cast<std::size_t>(mine - first->functions.begin()));
    }
  }
  return changes > 1 ? shared : 0;
}

std::string was_and_is(const PathChange& change) {
  return fmt::format("{} → {}, {} → {} allocations", size_text(change.base.bytes), size_text(change.head.bytes), change.base.allocations,
                     change.head.allocations);
}

class TextOf {
 public:
  TextOf(const Explanation& one, bool markdown, std::size_t width) : one_(one), markdown_(markdown), width_(markdown ? 0 : width) {}

  std::string make() {
    const std::string title = base::printable(
        fmt::format("{} of {}: {} → {}", one_.metric.name.empty() ? "call paths" : one_.metric.name, one_.case_id, one_.base, one_.head));
    text_ = markdown_ ? "### " + base::markdown_text(title) + "\n\n" : title + "\n\n";
    if (!one_.reason.empty()) {
      text_ += base::printable(one_.reason) + "\n";
      return std::move(text_);
    }
    const std::int64_t change = one_.head_peak_bytes - one_.base_peak_bytes;
    text_ += fmt::format("{} → {} ({})\n", size_text(one_.base_peak_bytes), size_text(one_.head_peak_bytes),
                         change == 0 ? "=" : change_text(change));
    if (one_.grown.empty() && one_.shrunk.empty()) text_ += "\nEvery call path holds as much as it did.\n";
    shared_ = shared_calls(one_);
    if (shared_ > 0) {
      const PathChange& any = one_.grown.empty() ? one_.shrunk.front() : one_.grown.front();
      text_ += "\nall within\n";
      add_path(any, 0, shared_);
    }
    add("grew", one_.grown);
    add("shrank", one_.shrunk);
    if (one_.base_rest != one_.head_rest) {
      text_ += fmt::format("\npaths too small or too deep to be kept: {} → {}\n", size_text(one_.base_rest.bytes),
                           size_text(one_.head_rest.bytes));
    }
    for (std::size_t i = 0; i < one_.notes.size(); ++i) text_ += (i == 0 ? "\n" : "") + base::printable(one_.notes[i]) + "\n";
    return std::move(text_);
  }

 private:
  void add(const char* what, const std::vector<PathChange>& changes) {
    if (changes.empty()) return;
    text_ += fmt::format("\n{}\n", what);
    if (markdown_) text_ += '\n';
    for (std::size_t i = 0; i < std::min(changes.size(), kMostChanges); ++i) {
      text_ += fmt::format("{}{} ({})\n", markdown_ ? "- " : "  ", change_text(changes[i].bytes()), was_and_is(changes[i]));
      if (shared_ < changes[i].functions.size()) add_path(changes[i], shared_, changes[i].functions.size());
      else text_ += markdown_ ? "  (itself)\n" : fmt::format("{}(itself)\n", kIndent);
    }
    if (changes.size() <= kMostChanges) return;
    std::int64_t others = 0;
    for (std::size_t i = kMostChanges; i < changes.size(); ++i) others += changes[i].bytes();
    text_ += fmt::format("{}{} in {} more (--format json has all)\n", markdown_ ? "- " : "  ", change_text(others),
                         changes.size() - kMostChanges);
  }

  void add_path(const PathChange& change, std::size_t begin, std::size_t end) {
    std::vector<std::string> functions;
    for (std::size_t at = begin; at < end; ++at) functions.push_back(shown(change, at));
    functions = without_repeats(functions);
    if (!markdown_) {
      text_ += path_text(functions, width_);
      return;
    }
    std::string path;
    for (const std::string& function : functions) path += (path.empty() ? "  " : " › ") + base::markdown_text(function);
    text_ += path + "\n";
  }

  const Explanation& one_;
  bool markdown_;
  std::size_t width_;
  std::size_t shared_ = 0;
  std::string text_;
};

Json held_json(const Held& held) { return {{"bytes", held.bytes}, {"allocations", held.allocations}}; }

Json changes_json(const std::vector<PathChange>& changes) {
  Json list = Json::array();
  for (const PathChange& change : changes) {
    list.push_back(
        {{"change", change.bytes()}, {"base", held_json(change.base)}, {"head", held_json(change.head)}, {"functions", change.functions}});
  }
  return list;
}

}  // namespace

std::string render(const std::vector<Explanation>& explanations, const std::string& format, const base::TextStyle& style) {
  std::string text;
  for (const Explanation& one : explanations) text += (text.empty() ? "" : "\n") + TextOf(one, format == "md", style.width).make();
  return text;
}

Json to_json(const std::vector<Explanation>& explanations) {
  Json list = Json::array();
  for (const Explanation& one : explanations) {
    Json json{{"case", one.case_id}, {"base", one.base}, {"head", one.head}};
    if (!one.reason.empty()) {
      json["reason"] = one.reason;
    } else {
      json["metric"] = one.metric.name;
      json["unit"] = one.metric.unit;
      json["peak"] = {{"base", one.base_peak_bytes}, {"head", one.head_peak_bytes}};
      json["rest"] = {{"base", held_json(one.base_rest)}, {"head", held_json(one.head_rest)}};
      if (!one.notes.empty()) json["notes"] = one.notes;
      json["grew"] = changes_json(one.grown);
      json["shrank"] = changes_json(one.shrunk);
    }
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace benchkit::cli
