#include "report/report.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/parallel.hpp"
#include "compare/align.hpp"
#include "report/cases.hpp"
#include "report/figures.hpp"
#include "report/json_text.hpp"
#include "report/metric.hpp"
#include "report/packed.hpp"
#include "report/page_template.hpp"
#include "report/parts.hpp"
#include "report/pivots.hpp"
#include "report/versions.hpp"

namespace benchkit::report {
namespace {

constexpr int kFormat = 1;

/// Notes that all metrics share are told once.
struct Notes {
  std::vector<std::string> of_all;
  std::vector<std::vector<std::string>> of_metric;
};

Notes notes_of(std::span<const Snapshot> snapshots, std::span<const compare::Comparison> comparisons) {
  Notes notes;
  for (const Snapshot& snapshot : snapshots) {
    if (snapshot.diagnostics.empty()) continue;
    const Diagnostic& first = snapshot.diagnostics.front();
    const std::string more = snapshot.diagnostics.size() > 1 ? fmt::format(" (and {} more)", snapshot.diagnostics.size() - 1) : "";
    notes.of_all.push_back(fmt::format("{}: {}{}", first.where, first.message, more));
  }
  notes.of_metric.resize(comparisons.size());
  const auto has = [](const compare::Comparison& comparison, const std::string& note) {
    return std::find(comparison.notes.begin(), comparison.notes.end(), note) != comparison.notes.end();
  };
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    for (const std::string& note : comparisons[i].notes) {
      const bool shared = std::all_of(comparisons.begin(), comparisons.end(), [&](const auto& other) { return has(other, note); });
      if (!shared) notes.of_metric[i].push_back(note);
      else if (i == 0) notes.of_all.push_back(note);
    }
  }
  return notes;
}

std::string title_of(const std::vector<compare::Source>& sources, std::span<const compare::Comparison> comparisons) {
  if (sources.size() == 1 || comparisons.empty()) return sources.front().title;
  const std::string base = compare::describe_base(comparisons.front().columns);
  if (sources.size() == 2) return fmt::format("{} against {}", sources[1].title, base);
  return fmt::format("{} and {} more against {}", sources[1].title, sources.size() - 2, base);
}

/// The page up to its data. `follows`: it asks the server that it comes from, and its policy allows that.
std::string beginning(std::string_view head, bool follows) {
  std::string text(head);
  if (!follows) return text;
  const Following more = following();
  text.insert(text.find(kPolicyEnd) + kPolicyEnd.size(), "; connect-src 'self'");
  text.insert(text.find(kScripts) + kScripts.size(), std::string(more.allowed) + ' ');
  return text.append(more.script);
}

std::string block(const std::string& name, const std::string& text) {
  return fmt::format("<script type=\"application/octet-stream\" id=\"benchkit-{}\">{}</script>\n", name, text);
}

}  // namespace

std::string page(std::span<const Snapshot> snapshots, std::span<const compare::Comparison> comparisons, const ReportOptions& options) {
  const std::string_view whole = page_template();
  const std::size_t place = whole.find(kPlace);
  const std::vector<compare::Source> sources = compare::sources_of(snapshots);
  const CaseList cases(comparisons);
  const Parts parts = parts_of(snapshots, sources, comparisons, cases);
  const std::vector<plot::Figure> figures =
      options.figures ? figures_of(snapshots, comparisons, options.compare) : std::vector<plot::Figure>();
  const std::vector<Pivot> pivots = pivots_of(snapshots, comparisons, options.compare, cases);
  const Notes notes = notes_of(snapshots, comparisons);

  ObjectText report;
  report.add("format", kFormat)
      .add("title", options.title.empty() ? title_of(sources, comparisons) : options.title)
      .add("made", options.made);
  if (!options.follow.empty()) report.add("follow", options.follow);
  report.add("notes", notes.of_all).add("gate", options.gate);
  report.add_raw("versions", versions_json(sources));
  report.add_raw("cases", cases.json(parts.of_case));
  ListText metrics;
  for (std::size_t i = 0; i < comparisons.size(); ++i) metrics.add_raw(metric_json(comparisons[i], cases, notes.of_metric[i]));
  report.add_raw("metrics", std::move(metrics).text());
  Json heads = Json::array();
  for (const plot::Figure& figure : figures) heads.push_back({{"view", figure.view}, {"title", figure.title}, {"dark", figure.dark}});
  report.add("figures", heads);
  Json dims = Json::array();
  for (const Pivot& pivot : pivots) dims.push_back(pivot.dim);
  report.add("pivots", dims);

  std::string text = beginning(whole.substr(0, place), !options.follow.empty());
  text += block("report", packed(std::move(report).text()));
  for (std::size_t i = 0; i < parts.packed.size(); ++i) text += block(fmt::format("part-{}", i), parts.packed[i]);
  std::vector<std::string> drawings(figures.size());
  base::parallel_for(figures.size(), 1, [&](std::size_t i) {
    drawings[i] = packed(std::move(ObjectText().add("option", figures[i].option).add("height", figures[i].height)).text());
  });
  for (std::size_t i = 0; i < drawings.size(); ++i) text += block(fmt::format("figure-{}", i), drawings[i]);
  for (std::size_t i = 0; i < pivots.size(); ++i) text += block(fmt::format("pivot-{}", i), packed(pivots[i].json));
  text += whole.substr(place + kPlace.size());
  return text;
}

}  // namespace benchkit::report
