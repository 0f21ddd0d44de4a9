#include "compare/compare.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "compare/align.hpp"
#include "compare/machines.hpp"

namespace benchkit::compare {
namespace {

/// The samples behind a cell as one series. Blocks of different sessions are different blocks.
struct Series {
  std::vector<double> values;
  std::vector<std::int64_t> blocks;
  [[nodiscard]] stats::BlockedValues view() const { return {values, blocks}; }
};

Series series_of(const Entry& entry) {
  Series series;
  std::int64_t first_block = 0;
  for (const Record* record : entry.records) {
    const Samples& samples = record->samples;
    std::int64_t last_block = -1;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      series.values.push_back(samples.value[i]);
      series.blocks.push_back(first_block + samples.block[i]);
      last_block = std::max(last_block, samples.block[i]);
    }
    first_block += last_block + 1;
  }
  return series;
}

std::optional<double> summary_value(const Summary& summary, stats::Statistic statistic) {
  switch (statistic) {
    case stats::Statistic::mean: return summary.mean;
    case stats::Statistic::min: return summary.min;
    case stats::Statistic::max: return summary.max;
    case stats::Statistic::stddev: return summary.stddev;
    case stats::Statistic::median: break;
  }
  return summary.median;
}

Cell cell_of(const Entry& entry, const Series& series, const CompareOptions& options) {
  Cell cell;
  cell.present = !entry.records.empty();
  for (const Record* record : entry.records) {
    if (record->outcome.status != Status::ok) {
      cell.status = record->outcome.status;
      cell.reason = record->outcome.reason;
    }
    cell.warnings.insert(cell.warnings.end(), record->warnings.begin(), record->warnings.end());
  }
  if (!series.values.empty()) {
    cell.centre = stats::centre(series.view(), options.statistic, options.alpha);
    cell.has_value = true;
  } else if (!entry.records.empty()) {
    if (const auto value = summary_value(entry.records.back()->summary, options.statistic)) {
      cell.centre.value = *value;
      cell.has_value = true;
    }
  }
  return cell;
}

Row row_of(const AlignedRow& aligned, const std::vector<ColumnHead>& columns, const CompareOptions& options) {
  Row row{.id = aligned.id, .dims = aligned.dims};
  std::vector<Series> series;
  for (const Entry& entry : aligned.entries) {
    series.push_back(series_of(entry));
    row.cells.push_back(cell_of(entry, series.back(), options));
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t base = columns[i].base;
    if (base == i || !row.cells[i].has_value || !row.cells[base].has_value) continue;
    if (!series[i].values.empty() && !series[base].values.empty()) {
      row.cells[i].ratio = stats::unpaired_ratio(series[base].view(), series[i].view(), options.statistic, options.alpha);
    } else {
      row.cells[i].ratio = stats::Ratio{.value = row.cells[i].centre.value / row.cells[base].centre.value};
    }
  }
  return row;
}

void label_columns(std::vector<ColumnHead>& columns, const std::vector<std::size_t>& source_of_column, const std::vector<Source>& sources) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t base = columns[i].base;
    if (base == i) continue;
    columns[i].labels.emplace_back("unpaired");
    const auto different = machine_differences(*sources[source_of_column[base]].snapshot, *sources[source_of_column[i]].snapshot);
    if (!different.empty()) columns[i].labels.push_back(fmt::format("different machine ({})", fmt::join(different, ", ")));
  }
}

double sort_value(const Row& row, bool change) {
  for (auto cell = row.cells.rbegin(); cell != row.cells.rend(); ++cell) {
    if (change ? cell->ratio.has_value() : cell->has_value) return change ? cell->ratio->value : cell->centre.value;
  }
  return -std::numeric_limits<double>::infinity();
}

bool any_row_has(const std::vector<Row>& rows, const std::string& dim) {
  return std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return row.dims.find(dim) != nullptr; });
}

void sort_rows(std::vector<Row>& rows, const std::string& key) {
  if (key.empty()) return;
  if (key == "id") {
    std::stable_sort(rows.begin(), rows.end(), [](const Row& left, const Row& right) { return left.id < right.id; });
  } else if (key == "value" || key == "change") {
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& left, const Row& right) {
      return sort_value(left, key == "change") > sort_value(right, key == "change");
    });
  } else {
    if (!any_row_has(rows, key)) throw Error(fmt::format("\"{}\" is neither id, value, change nor a dim of these cases", key), "--sort");
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& left, const Row& right) {
      const DimValue* a = left.dims.find(key);
      const DimValue* b = right.dims.find(key);
      if (a == nullptr || b == nullptr) return a != nullptr && b == nullptr;
      return *a < *b;
    });
  }
}

std::vector<Group> group_rows(std::vector<Row> rows, const std::vector<std::string>& by) {
  for (const std::string& dim : by) {
    if (!any_row_has(rows, dim)) throw Error(fmt::format("no case has the dim \"{}\"", dim), "--by", "`list` shows the dims of the cases");
  }
  std::vector<Group> groups;
  std::map<std::string, std::size_t> index;
  for (Row& row : rows) {
    std::string title;
    for (const std::string& dim : by) {
      const DimValue* value = row.dims.find(dim);
      title += (title.empty() ? "" : " ") + dim + "=" + (value == nullptr ? "-" : value->text());
    }
    const auto [found, is_new] = index.emplace(title, groups.size());
    if (is_new) groups.push_back({.title = title, .rows = {}});
    groups[found->second].rows.push_back(std::move(row));
  }
  return groups;
}

/// The metrics to show, in the order in which the files name them.
std::vector<Metric> chosen_metrics(std::span<const Snapshot> snapshots, const std::vector<std::string>& wanted) {
  std::vector<Metric> known;
  for (const Snapshot& snapshot : snapshots) {
    for (const Metric& metric : snapshot.metrics) {
      if (std::none_of(known.begin(), known.end(), [&](const Metric& other) { return other.name == metric.name; })) known.push_back(metric);
    }
  }
  if (wanted.empty()) return known;
  std::vector<Metric> chosen;
  for (const std::string& name : wanted) {
    const auto found = std::find_if(known.begin(), known.end(), [&](const Metric& metric) { return metric.name == name; });
    if (found == known.end()) {
      std::vector<std::string> names;
      for (const Metric& metric : known) names.push_back(metric.name);
      throw Error(fmt::format("no snapshot has the metric \"{}\"", name), "--metric", fmt::format("there are: {}", fmt::join(names, ", ")));
    }
    chosen.push_back(*found);
  }
  return chosen;
}

void check_units(std::span<const Snapshot> snapshots, const Metric& metric) {
  for (const Snapshot& snapshot : snapshots) {
    for (const Metric& other : snapshot.metrics) {
      if (other.name == metric.name && other.unit != metric.unit) {
        throw Error(fmt::format("the metric \"{}\" is in \"{}\" here and in \"{}\" in another file", metric.name, other.unit, metric.unit),
                    snapshot.path);
      }
    }
  }
}

}  // namespace

std::vector<Comparison> compare(std::span<const Snapshot> snapshots, const CompareOptions& options) {
  const std::vector<Source> sources = sources_of(snapshots);
  std::vector<Comparison> comparisons;
  for (const Metric& metric : chosen_metrics(snapshots, options.metrics)) {
    check_units(snapshots, metric);
    Alignment alignment = align(sources, metric.name, options);
    label_columns(alignment.columns, alignment.source_of_column, sources);
    std::vector<Row> rows;
    for (const AlignedRow& aligned : alignment.rows) {
      // A metric that a case never had is no row of its table.
      const bool known =
          std::any_of(aligned.entries.begin(), aligned.entries.end(), [](const Entry& entry) { return !entry.records.empty(); });
      if (known) rows.push_back(row_of(aligned, alignment.columns, options));
    }
    if (rows.empty()) continue;
    sort_rows(rows, options.sort);
    Comparison comparison{
        .metric = metric, .statistic = options.statistic, .columns = std::move(alignment.columns), .notes = std::move(alignment.notes)};
    comparison.groups = group_rows(std::move(rows), options.by);
    comparisons.push_back(std::move(comparison));
  }
  if (comparisons.empty()) throw Error("no case with a result is selected", {}, "check -k, --where and --metric");
  return comparisons;
}

}  // namespace benchkit::compare
