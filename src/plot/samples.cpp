#include "plot/samples.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "compare/align.hpp"
#include "compare/rows.hpp"
#include "plot/arrange.hpp"
#include "stats/moments.hpp"

namespace benchkit::plot {
namespace {

void add(SampleSeries& series, const Record& record) {
  const Samples& samples = record.samples;
  constexpr double kNanoseconds = 1e-9;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double value = samples.value[i];
    if (!std::isfinite(value)) continue;
    series.samples.push_back({.value = value,
                              .session = record.session,
                              .block = samples.block[i],
                              .order = samples.order[i],
                              .seconds = static_cast<double>(samples.start_ns[i]) * kNanoseconds,
                              .disturbed = samples.steal_ns[i] > 0 || samples.switches[i] > 0});
  }
}

const Metric* first_with_samples(const std::vector<compare::Source>& sources, const std::vector<std::string>& wanted) {
  for (const compare::Source& source : sources) {
    const Metric* const first = first_metric_with(*source.snapshot, [&](const Record& record) {
      return !record.samples.empty() && (wanted.empty() || source.snapshot->metrics[record.metric].name == wanted[0]);
    });
    if (first != nullptr) return first;
  }
  return nullptr;
}

/// The same numbers as a table of these files has.
void add_centres(AllSamples& all, const std::vector<compare::Source>& sources, const ViewOptions& options) {
  compare::CompareOptions chosen = options.compare;
  chosen.pivot.clear();
  chosen.statistic = all.statistic;
  const compare::Alignment alignment = compare::align(sources, all.metric.name, chosen);
  const compare::RowMaker maker(alignment, sources, all.metric, chosen);
  std::map<std::string, std::vector<compare::Cell>> cells;
  for (const compare::AlignedRow& aligned : alignment.rows) {
    compare::Row row = maker.row(aligned).row;
    cells[row.id] = std::move(row.cells);
  }
  for (SampleSeries& one : all.series) {
    const auto found = cells.find(one.info->id);
    one.centre = found == cells.end() ? std::nan("") : found->second[one.column].centre.value;
    if (std::isfinite(one.centre)) continue;  // else there are samples that are no numbers: of the others
    std::vector<double> values;
    for (const OneSample& sample : one.samples) values.push_back(sample.value);
    one.centre = stats::median(std::move(values));
  }
}

}  // namespace

AllSamples samples_for(std::span<const Snapshot> snapshots, const ViewOptions& options, const std::string& view) {
  const std::vector<compare::Source> sources = compare::sources_of(snapshots);
  const Metric* const metric = first_with_samples(sources, options.compare.metrics);
  AllSamples all;
  std::map<std::pair<std::string, std::size_t>, std::size_t> known;
  for (std::size_t column = 0; column < sources.size() && metric != nullptr; ++column) {
    const Snapshot& snapshot = *sources[column].snapshot;
    for (const Record& record : snapshot.records) {
      const CaseInfo& info = snapshot.cases[record.case_index];
      if (record.version != sources[column].version || record.samples.empty() || snapshot.metrics[record.metric].name != metric->name ||
          !options.compare.filter.matches(info.id, info.dims))
        continue;
      const auto [found, is_new] = known.try_emplace({info.id, column}, all.series.size());
      if (is_new) all.series.push_back({.info = &info, .column = column, .samples = {}});
      add(all.series[found->second], record);
    }
  }
  std::erase_if(all.series, [](const SampleSeries& one) { return one.samples.empty(); });
  if (all.series.empty()) {
    throw Error("no selected case has samples" + (options.compare.metrics.empty() ? std::string() : " of " + options.compare.metrics[0]),
                "--view " + view, "files of some tools hold statistics alone: --view compare shows those");
  }
  all.metric = *metric;
  for (const compare::Source& source : sources) all.columns.push_back(source.title);
  all.statistic = options.compare.statistic == stats::Statistic::stddev ? stats::Statistic::median : options.compare.statistic;
  for (SampleSeries& one : all.series) {
    std::stable_sort(one.samples.begin(), one.samples.end(), [](const OneSample& left, const OneSample& right) {
      return std::pair(left.session, left.order) < std::pair(right.session, right.order);
    });
  }
  add_centres(all, sources, options);
  return all;
}

Extent without_far_ones(std::vector<double> values) {
  constexpr std::size_t kFewest = 100;
  std::sort(values.begin(), values.end());
  const std::size_t cut = values.size() / kFewest;
  const double low = values[cut];
  const double high = values[values.size() - 1 - cut];
  Extent extent{values.front(), values.back()};
  if (cut == 0 || high == low) return extent;
  return {std::max(extent.low, low - (high - low)), std::min(extent.high, high + (high - low))};
}

std::vector<std::string> note_of_far_ones(std::size_t beyond, std::size_t all, const std::string& farthest) {
  if (beyond == 0) return {};
  return {fmt::format("{} of {} samples beyond the edge, drawn at it as triangles; the farthest: {}", beyond, all, farthest)};
}

}  // namespace benchkit::plot
