#include "compare/rows.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "compare/machines.hpp"

namespace benchkit::compare {
namespace {

/// The samples behind a cell as one series. Blocks of different sessions are different blocks.
struct Series {
  Side side;
  std::size_t not_finite = 0;  ///< samples that are left out: NaN, Infinity
  [[nodiscard]] stats::BlockedValues view() const { return {side.values, side.blocks}; }
  [[nodiscard]] bool empty() const { return side.values.empty(); }
};

/// All blocks of a session without workers of its own were one process: they are one block, whatever the file calls them.
bool in_one_process(const Session& session) {
  const auto processes = session.header.find("processes");
  return processes != session.header.end() && *processes == "in process";
}

/// The block that a sample counts to.
std::int64_t block_of(const Source& source, std::size_t session, std::int64_t block) {
  const auto found = source.same_layouts.find({session, block});
  return found == source.same_layouts.end() ? block : found->second;
}

Series series_of(const Entry& entry, const Source& source) {
  constexpr std::int64_t kBlocksOfSession = std::int64_t{1} << 32;
  constexpr std::int64_t kPairsOfBlock = std::int64_t{1} << 20;
  Series series;
  for (const Record* record : entry.records) {
    const Samples& samples = record->samples;
    const bool one_process = in_one_process(source.snapshot->sessions[record->session]);
    // The number of a block is the same for all versions of a file, which may lack different ones.
    const auto first_block = static_cast<std::int64_t>(record->session) * kBlocksOfSession;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (!std::isfinite(samples.value[i])) {
        ++series.not_finite;
        continue;
      }
      series.side.values.push_back(samples.value[i]);
      series.side.blocks.push_back(first_block + (one_process ? 0 : block_of(source, record->session, samples.block[i])));
      series.side.pairs.push_back(samples.pair[i] < 0 ? -1 : samples.block[i] * kPairsOfBlock + samples.pair[i]);
    }
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

using Numbers = std::vector<std::pair<std::string, double>>;

/// What is worked through in a second: only a time of some work has rates.
Numbers rates_of(const Cell& cell, const Metric& metric, const Numbers& work) {
  constexpr double kNanosecondsPerSecond = 1e9;
  Numbers rates;
  if (metric.unit != "ns" || !cell.has_value || !(cell.centre.value > 0)) return rates;
  for (const auto& [name, amount] : work) {
    if (amount > 0) rates.emplace_back(name, amount * kNanosecondsPerSecond / cell.centre.value);
  }
  return rates;
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
  if (series.not_finite > 0) {
    cell.warnings.push_back(fmt::format("{} of {} samples are no finite numbers: they are left out, and nothing is compared",
                                        series.not_finite, series.not_finite + series.side.values.size()));
  }
  if (!series.empty()) {
    cell.centre = stats::centre(series.view(), options.statistic, options.judge.alpha);
    cell.has_value = true;
  } else if (!entry.records.empty()) {
    if (const auto value = summary_value(entry.records.back()->summary, options.statistic)) {
      cell.centre.value = *value;
      cell.has_value = true;
    }
  }
  return cell;
}

/// Whether a cell can be one side of a ratio: it went well, and its numbers are numbers.
bool comparable(const Cell& cell, const Series& series) { return cell.has_value && cell.status == Status::ok && series.not_finite == 0; }

std::vector<std::string> families_of(const Dims& dims) {
  std::vector<std::string> families;
  for (const auto& [name, value] : dims) families.push_back(name + "=" + value.text());
  return families;
}

/// A side that has no number of its own to be compared by, and why.
std::optional<Standing> standing_of_side(const Cell& cell, const Series& series) {
  if (cell.status == Status::skipped || cell.status == Status::absent) return Standing::skipped;
  if (cell.status != Status::ok) return Standing::failed;
  if (series.empty() || series.not_finite > 0) return Standing::missing_head;
  return std::nullopt;
}

Standing standing_of(const Entry& base, const Cell& base_cell, const Series& base_series, const Entry& head, const Cell& head_cell,
                     const Series& head_series) {
  // Of a file that knows the case and has not this metric of it, the metric is what is missing.
  if (head.info == nullptr) return Standing::vanished;
  if (base.info == nullptr) return Standing::added;
  if (const auto standing = standing_of_side(head_cell, head_series)) return *standing;
  // A base that failed is no fault of the head's.
  if (const auto standing = standing_of_side(base_cell, base_series))
    return *standing == Standing::skipped ? Standing::skipped : Standing::missing_base;
  const bool one_case = base.info->id == head.info->id;  // with a pivot it is two, whose bodies differ by nature
  if (one_case && !base.info->body_hash.empty() && !head.info->body_hash.empty() && base.info->body_hash != head.info->body_hash)
    return Standing::changed_body;
  return Standing::compared;
}

/// The noise between runs of a metric, as sessions tell it who have measured it: the largest.
std::optional<double> floor_of(const Snapshot& snapshot, const std::string& metric) {
  std::optional<double> floor;
  for (const Session& session : snapshot.sessions) {
    const auto floors = session.header.find("noise_floor");
    if (floors == session.header.end() || !floors->is_object()) continue;
    const auto found = floors->find(metric);
    if (found != floors->end() && found->is_number()) floor = std::max(floor.value_or(0), found->get<double>());
  }
  return floor;
}

/// What the two files say of how they were measured.
void add_sources(Evidence& evidence, const Source& base, const Source& head, const Metric& metric) {
  if (base.snapshot == head.snapshot) return;
  evidence.solo = has_design(*base.snapshot, "solo") || has_design(*head.snapshot, "solo");
  if (evidence.standing == Standing::compared && !machine_differences(*base.snapshot, *head.snapshot).empty())
    evidence.standing = Standing::other_machine;
  const auto before = floor_of(*base.snapshot, metric.name);
  const auto after = floor_of(*head.snapshot, metric.name);
  if (before && after) evidence.known_floor = std::max(*before, *after);
}

}  // namespace

JudgedRow row_of(AlignedRow& aligned, const Alignment& alignment, const std::vector<Source>& sources, const Metric& metric,
                 const CompareOptions& options) {
  JudgedRow result;
  Row& row = result.row;
  std::vector<std::string> families = families_of(aligned.dims);
  row = {.id = std::move(aligned.id), .dims = std::move(aligned.dims), .group = std::move(aligned.group), .cells = {}};
  const std::vector<ColumnHead>& columns = alignment.columns;
  std::vector<Series> series;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Entry& entry = aligned.entries[i];
    series.push_back(series_of(entry, sources[alignment.source_of_column[i]]));
    Cell cell = cell_of(entry, series.back(), options);
    cell.rates = rates_of(cell, metric, aligned.work);
    row.cells.push_back(std::move(cell));
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t base = columns[i].base;
    if (base == i || !comparable(row.cells[i], series[i]) || !comparable(row.cells[base], series[base])) continue;
    if (!series[i].empty() && !series[base].empty()) {
      row.cells[i].ratio = stats::unpaired_ratio(series[base].view(), series[i].view(), options.statistic, options.judge.alpha);
    } else {
      row.cells[i].ratio = stats::Ratio{.value = row.cells[i].centre.value / row.cells[base].centre.value};
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].base == i) continue;
    Evidence evidence{.metric = metric.name, .better = metric.better, .paired = columns[i].paired, .families = families};
    const std::size_t base = columns[i].base;
    evidence.standing = standing_of(aligned.entries[base], row.cells[base], series[base], aligned.entries[i], row.cells[i], series[i]);
    add_sources(evidence, sources[alignment.source_of_column[base]], sources[alignment.source_of_column[i]], metric);
    add_samples(evidence, series[base].side, series[i].side, options.statistic);
    result.evidence.emplace_back(i, std::move(evidence));
  }
  return result;
}

}  // namespace benchkit::compare
