// memory: a flame graph of who held the bytes at a peak (B. Gregg, "The Flame Graph", CACM 59(6), 2016): a call is as wide as what was held by it and by all that it
// called, and lies on its caller. Of several versions the widths are those of the last one, and each call says how much it grew since the first: growth is told
// apart by a sign before the name, and by colour.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/hash.hpp"
#include "base/table.hpp"
#include "base/units.hpp"
#include "compare/align.hpp"
#include "compare/call_tree.hpp"
#include "compare/explain.hpp"
#include "plot/page.hpp"

namespace benchkit::plot {
namespace {

using compare::CallNode;

constexpr std::size_t kMostCases = 4;
constexpr std::size_t kMostLevels = 60;
constexpr double kLevelHeight = 19;
constexpr double kAround = 44;
constexpr double kLeastShare = 0.001;  ///< of the whole: what is narrower is not seen
constexpr double kLeastTold = 0.01;    ///< of the whole: in characters

/// What each call path held in the base, by the functions on it.
using Before = std::map<std::string, std::int64_t>;

std::string path_below(const std::string& path, const CallNode& node) { return path + "\n" + compare::name_of(node.frame); }

void add_before(const CallNode& node, const std::string& path, std::size_t level, Before& before) {
  if (level > kMostLevels) return;
  for (const CallNode& child : node.children) {
    const std::string below = path_below(path, child);
    before[below] += child.all.bytes;
    add_before(child, below, level + 1, before);
  }
}

/// A case, as its last version held it.
struct Flame {
  std::string id;
  const Attribution* head = nullptr;
  const Attribution* base = nullptr;  ///< null: there is one version
};

/// The heaviest first.
std::vector<Flame> flames_of(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  const std::vector<compare::Source> sources = compare::sources_of(snapshots);
  std::vector<Flame> flames;
  for (const Snapshot& snapshot : snapshots) {
    for (const CaseInfo& info : snapshot.cases) {
      const bool wanted = options.case_id.empty() ? options.compare.filter.matches(info.id, info.dims) : info.id == options.case_id;
      const bool known = std::any_of(flames.begin(), flames.end(), [&](const Flame& flame) { return flame.id == info.id; });
      if (!wanted || known) continue;
      Flame flame{.id = info.id};
      for (const compare::Source& source : sources) {
        const Attribution* const found = compare::attribution_of(*source.snapshot, source.version, info.id);
        if (found == nullptr) continue;
        if (flame.head != nullptr && flame.base == nullptr) flame.base = flame.head;
        flame.head = found;
      }
      if (flame.head != nullptr && compare::whole_of(flame.head->paths) > 0) flames.push_back(std::move(flame));
    }
  }
  std::stable_sort(flames.begin(), flames.end(),
                   [](const Flame& left, const Flame& right) { return left.head->paths.peak_bytes > right.head->paths.peak_bytes; });
  return flames;
}

/// Pale enough for ink to be read on; one for each file of code.
const char* tint_of(const Frame& frame, bool dark) {
  constexpr std::array<const char*, 5> kLight{"#f7c99a", "#f3b8a0", "#f1dca6", "#e9c8c8", "#dcd3ea"};
  constexpr std::array<const char*, 5> kDark{"#7a4a1f", "#6d3b2a", "#6e5a23", "#5e3a45", "#4a4160"};
  const std::size_t place = base::hash_bytes(frame.module.empty() ? frame.file : frame.module) % kLight.size();
  return dark ? kDark[place] : kLight[place];
}

/// Draws one case.
class Drawer {
 public:
  Drawer(const Flame& flame, const ViewOptions& options)
      : flame_(flame), options_(options), look_(theme(options.dark)), whole_(static_cast<double>(compare::whole_of(flame.head->paths))) {
    const double values[] = {whole_};
    scale_ = base::scale_for(values, "B");
    if (flame.base != nullptr) add_before(compare::call_tree(flame.base->paths), {}, 0, before_);
  }

  void draw(Panel& panel, TextChart& chart) {
    const CallNode root = compare::call_tree(flame_.head->paths);
    double at = 0;
    for (const CallNode& child : root.children) {
      add(child, {}, at, 0, chart);
      at += static_cast<double>(child.all.bytes);
    }
    panel.x = {.name = fmt::format("held at the peak ({})", scale_.unit), .low = 0, .high = whole_ / scale_.factor};
    panel.x.label = {{"$", "plain"}};
    panel.y = {.name = {}, .low = -0.5, .high = static_cast<double>(deepest_) + 0.5, .hidden = true};
    panel.height = kAround + kLevelHeight * static_cast<double>(deepest_ + 1);
    panel.series.push_back(
        {{"type", "custom"},
         {"clip", true},
         {"renderItem", {{"$", "rectangles"}, {"names", names_}, {"fills", fills_}, {"ink", look_.ink}, {"font", font(11)}}},
         {"encode", {{"x", {0, 1}}, {"y", 2}}},
         {"data", std::move(rectangles_)}});
  }

 private:
  void add(const CallNode& node, const std::string& above, double at, std::size_t level, TextChart& chart) {
    const double share = static_cast<double>(node.all.bytes) / whole_;
    if (share < kLeastShare || level > kMostLevels) return;
    deepest_ = std::max(deepest_, level);
    const std::string path = path_below(above, node);
    const std::string name = base::printable(compare::name_of(node.frame));  // a Python name may hold what no picture may
    const double wide = static_cast<double>(node.all.bytes);
    std::string tip = fmt::format("{}\n{}{}\n{} ({}), itself {}, {} blocks", name, base::printable(node.frame.file),
                                  node.frame.line > 0 ? fmt::format(":{}", node.frame.line) : std::string(), base::format_value(wide, "B"),
                                  share_text(share), base::format_value(static_cast<double>(node.self.bytes), "B"), node.all.allocations);
    std::string shown = name;
    const char* fill = tint_of(node.frame, options_.dark);
    if (flame_.base != nullptr) fill = told_growth(node, path, shown, tip);
    rectangles_.push_back(item({at / scale_.factor, (at + wide) / scale_.factor, level}, tip));
    names_.push_back(shown);
    fills_.emplace_back(fill);
    if (share >= kLeastTold)
      chart.rows.push_back({.label = shown,
                            .text = fmt::format("{}  {}", base::format_value(wide, "B"), share_text(share)),
                            .values = {share},
                            .depth = level});
    double below = at;
    for (const CallNode& child : node.children) {
      add(child, path, below, level + 1, chart);
      below += static_cast<double>(child.all.bytes);
    }
  }

  /// How much it grew since the base: in the name and the tip, and the colour.
  const char* told_growth(const CallNode& node, const std::string& path, std::string& shown, std::string& tip) const {
    const auto found = before_.find(path);
    const std::int64_t before = found == before_.end() ? 0 : found->second;
    const auto growth = static_cast<double>(node.all.bytes - before);
    tip += fmt::format("\nbefore: {}", base::format_value(static_cast<double>(before), "B"));
    if (std::fabs(growth) < kLeastShare * whole_) return look_.cell;
    shown = fmt::format("{}{} {}", growth > 0 ? "+" : "-", base::format_value(std::fabs(growth), "B"), shown);
    constexpr double kMuch = 0.05;
    const bool much = std::fabs(growth) > kMuch * whole_;
    if (options_.dark) return growth > 0 ? (much ? "#b3541e" : "#6b3a1d") : (much ? "#1f6ea8" : "#1d4566");
    return growth > 0 ? (much ? "#f2a36b" : "#f9d4b8") : (much ? "#7db8e0" : "#c3dff2");
  }

  const Flame& flame_;
  const ViewOptions& options_;
  const Theme& look_;
  double whole_ = 0;
  base::Scale scale_;
  Before before_;
  Json rectangles_ = Json::array();
  std::vector<std::string> names_, fills_;
  std::size_t deepest_ = 0;
};

Figure make(std::span<const Snapshot> snapshots, const ViewOptions& options) {
  std::vector<Flame> flames = flames_of(snapshots, options);
  if (flames.empty())
    throw Error("none of the cases that are selected has call paths", "--view memory",
                "keep them while measuring: run --metric peak --attribute");
  const std::size_t all = flames.size();
  if (flames.size() > kMostCases) flames.resize(kMostCases);
  Page page{.view = "memory", .title = {}, .subtitle = {}, .panels = {}, .legend = {}, .share_axes = false, .columns = 1};
  std::vector<TextChart> text;
  bool growth = false;
  for (const Flame& flame : flames) {
    growth = growth || flame.base != nullptr;
    page.panels.push_back({.title = flame.id, .x = {}, .y = {}, .xs = {}, .ys = {}, .series = {}});
    text.push_back({.title = flame.id, .form = Form::tree});
    Drawer(flame, options).draw(page.panels.back(), text.back());
  }
  page.title = growth ? "who holds the bytes at the peak, and what grew" : "who holds the bytes at the peak";
  page.subtitle = growth ? "widths: the last version; + and orange: more than in the first one, - and blue: less"
                         : "a call lies on its caller, as wide as what it and its calls held";
  if (flames.size() < all) page.subtitle = fmt::format("the {} heaviest of {} cases; ", flames.size(), all) + page.subtitle;
  return compose(page, options, std::move(text));
}

}  // namespace

ViewEntry memory_view() { return {"memory", "flame graphs of peaks, and of what grew", &make}; }

}  // namespace benchkit::plot
