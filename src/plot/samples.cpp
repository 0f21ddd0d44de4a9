#include "plot/samples.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "compare/align.hpp"
#include "plot/arrange.hpp"
#include "stats/moments.hpp"

namespace benchkit::plot {
namespace {

void add(SampleSeries& series, const Samples& samples) {
  constexpr double kNanoseconds = 1e-9;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double value = samples.value[i];
    if (!std::isfinite(value)) continue;
    series.samples.push_back({.value = value,
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
      add(all.series[found->second], record.samples);
    }
  }
  std::erase_if(all.series, [](const SampleSeries& one) { return one.samples.empty(); });
  if (all.series.empty()) {
    throw Error("no selected case has samples" + (options.compare.metrics.empty() ? std::string() : " of " + options.compare.metrics[0]),
                "--view " + view, "files of some tools hold statistics alone: --view compare shows those");
  }
  all.metric = *metric;
  for (const compare::Source& source : sources) all.columns.push_back(source.title);
  for (SampleSeries& one : all.series) {
    std::stable_sort(one.samples.begin(), one.samples.end(),
                     [](const OneSample& left, const OneSample& right) { return left.order < right.order; });
    std::vector<double> values;
    for (const OneSample& sample : one.samples) values.push_back(sample.value);
    one.median = stats::median(values);
  }
  return all;
}

}  // namespace benchkit::plot
