#include "report/parts.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/parallel.hpp"
#include "compare/explain.hpp"
#include "report/json_text.hpp"
#include "report/packed.hpp"

namespace benchkit::report {
namespace {

constexpr int kSampleDigits = 5;
/// A part is closed at so many cases or samples: it is unpacked in a blink, and large enough to be packed well.
constexpr std::size_t kCasesAPart = 50;
constexpr std::size_t kSamplesAPart = 20'000;
/// Of call paths that grew or shrank; behind these come crumbs.
constexpr std::size_t kPathsShown = 20;

/// The samples of a case in a metric and a column, in the order of the file's sessions.
struct Series {
  std::size_t metric = 0, column = 0;
  std::vector<const Record*> records;
};

struct CaseData {
  std::vector<Series> series;
  std::size_t samples = 0;
  bool has_call_paths = false;
  [[nodiscard]] bool empty() const noexcept { return samples == 0 && !has_call_paths; }
};

/// By place among the report's metrics; their number for one that it does not have, or has in another unit.
std::size_t metric_of(const Metric& metric, std::span<const compare::Comparison> comparisons) {
  const auto found = std::find_if(comparisons.begin(), comparisons.end(), [&](const compare::Comparison& comparison) {
    return comparison.metric.name == metric.name && comparison.metric.unit == metric.unit;
  });
  return static_cast<std::size_t>(found - comparisons.begin());
}

std::vector<CaseData> data_by_case(const std::vector<compare::Source>& sources, std::span<const compare::Comparison> comparisons,
                                   const CaseList& cases) {
  std::vector<CaseData> data(cases.size());
  for (std::size_t column = 0; column < sources.size(); ++column) {
    const Snapshot& snapshot = *sources[column].snapshot;
    std::vector<std::size_t> places;
    for (const CaseInfo& info : snapshot.cases) places.push_back(cases.place_of(info.id, info.dims));
    std::vector<std::size_t> metrics;
    for (const Metric& metric : snapshot.metrics) metrics.push_back(metric_of(metric, comparisons));
    for (const Record& record : snapshot.records) {
      const std::size_t place = places[record.case_index];
      const std::size_t metric = metrics[record.metric];
      if (record.version != sources[column].version || record.samples.empty() || place == cases.size() || metric == comparisons.size())
        continue;
      CaseData& one = data[place];
      auto series = std::find_if(one.series.begin(), one.series.end(),
                                 [&](const Series& other) { return other.metric == metric && other.column == column; });
      if (series == one.series.end()) series = one.series.insert(series, {metric, column, {}});
      series->records.push_back(&record);
      one.samples += record.samples.size();
    }
    if (sources.size() < 2) continue;
    for (const Attribution& one : snapshot.call_paths) {
      if (one.version == sources[column].version && places[one.case_index] < cases.size())
        data[places[one.case_index]].has_call_paths = true;
    }
  }
  return data;
}

/// Whole numbers that mostly count on, as steps from one to the next: what repeats is packed small, and in a blink.
class StepsText {
 public:
  void add(std::int64_t value) {
    steps_.add_integer(value - before_);
    before_ = value;
  }
  [[nodiscard]] std::string text() && { return std::move(steps_).text(); }

 private:
  ListText steps_;
  std::int64_t before_ = 0;
};

/// Sessions count their blocks and samples from 0: the later ones follow.
void add_series(ListText& list, std::size_t index, Series series) {
  std::stable_sort(series.records.begin(), series.records.end(),
                   [](const Record* left, const Record* right) { return left->session < right->session; });
  ListText values;
  StepsText blocks;
  StepsText orders;
  std::int64_t first_block = 0;
  std::int64_t first_order = 0;
  for (const Record* const record : series.records) {
    std::int64_t last_block = -1;
    std::int64_t last_order = -1;
    const Samples& samples = record->samples;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (!std::isfinite(samples.value[i])) continue;
      values.add_number(samples.value[i], kSampleDigits);
      blocks.add(first_block + samples.block[i]);
      orders.add(first_order + samples.order[i]);
      last_block = std::max(last_block, samples.block[i]);
      last_order = std::max(last_order, samples.order[i]);
    }
    first_block += last_block + 1;
    first_order += last_order + 1;
  }
  ObjectText json;
  json.add("case", index).add("metric", series.metric).add("column", series.column);
  json.add_raw("value", std::move(values).text());
  json.add_raw("block_steps", std::move(blocks).text());
  json.add_raw("order_steps", std::move(orders).text());
  list.add_raw(std::move(json).text());
}

Json paths_json(const compare::Explanation& explanation) {
  Json paths = Json::array();
  for (const auto* const changes : {&explanation.grown, &explanation.shrunk}) {
    for (std::size_t i = 0; i < std::min(changes->size(), kPathsShown); ++i) {
      const compare::PathChange& change = (*changes)[i];
      paths.push_back({{"frames", change.functions}, {"before", change.base.bytes}, {"after", change.head.bytes}});
    }
  }
  return paths;
}

void add_growth(ListText& list, std::size_t index, std::span<const Snapshot> snapshots, const std::string& id,
                std::span<const compare::Comparison> comparisons) {
  for (const compare::Explanation& one : compare::explain(snapshots, id)) {
    if (!one.reason.empty()) continue;
    const std::size_t metric = metric_of(one.metric, comparisons);
    if (metric == comparisons.size()) continue;
    list.add_raw(
        base::dump_line({{"case", index}, {"metric", metric}, {"column", one.column}, {"paths", paths_json(one)}, {"notes", one.notes}}));
  }
}

/// Cases from `first` to before `last` are a part.
struct Range {
  std::size_t first = 0, last = 0;
};

std::vector<Range> cut(const std::vector<CaseData>& data) {
  std::vector<Range> ranges;
  std::size_t count = 0;
  std::size_t samples = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data[i].empty()) continue;
    if (count == 0 || count >= kCasesAPart || samples + data[i].samples > kSamplesAPart) {
      ranges.push_back({i, i + 1});
      count = 0;
      samples = 0;
    }
    ranges.back().last = i + 1;
    ++count;
    samples += data[i].samples;
  }
  return ranges;
}

}  // namespace

Parts parts_of(std::span<const Snapshot> snapshots, const std::vector<compare::Source>& sources,
               std::span<const compare::Comparison> comparisons, const CaseList& cases) {
  const std::vector<CaseData> data = data_by_case(sources, comparisons, cases);
  const std::vector<Range> ranges = cut(data);
  Parts parts;
  parts.of_case.assign(cases.size(), -1);
  parts.packed.resize(ranges.size());
  base::parallel_for(ranges.size(), 1, [&](std::size_t part) {
    ListText samples;
    ListText growth;
    for (std::size_t i = ranges[part].first; i < ranges[part].last; ++i) {
      if (!data[i].empty()) parts.of_case[i] = static_cast<int>(part);
      for (const Series& series : data[i].series) add_series(samples, i, series);
      if (data[i].has_call_paths) add_growth(growth, i, snapshots, cases.all()[i].row->id, comparisons);
    }
    ObjectText json;
    json.add_raw("samples", std::move(samples).text()).add_raw("growth", std::move(growth).text());
    parts.packed[part] = packed(std::move(json).text());
  });
  return parts;
}

}  // namespace benchkit::report
