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

Series series_of(const Entry& entry, const Snapshot& snapshot) {
  constexpr std::int64_t kBlocksOfSession = std::int64_t{1} << 32;
  Series series;
  for (const Record* record : entry.records) {
    const Samples& samples = record->samples;
    const bool one_process = in_one_process(snapshot.sessions[record->session]);
    // The number of a block is the same for all versions of a file, which may lack different ones.
    const auto first_block = static_cast<std::int64_t>(record->session) * kBlocksOfSession;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (!std::isfinite(samples.value[i])) {
        ++series.not_finite;
        continue;
      }
      series.side.values.push_back(samples.value[i]);
      series.side.blocks.push_back(first_block + (one_process ? 0 : samples.block[i]));
      series.side.pairs.push_back(samples.pair[i]);
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

/// What is judged, and where its judgement belongs.
struct Judged {
  std::size_t row = 0;
  std::size_t column = 0;
  Evidence evidence;
};

/// A comparison in the making.
struct Table {
  Comparison comparison;
  std::vector<Row> rows;
  std::vector<Judged> judged;
};

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
  if (const auto standing = standing_of_side(base_cell, base_series))
    return *standing == Standing::missing_head ? Standing::missing_base : *standing;
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

bool has_design(const Snapshot& snapshot, const char* design) {
  return std::any_of(snapshot.sessions.begin(), snapshot.sessions.end(), [&](const Session& session) {
    const auto found = session.header.find("design");
    return found != session.header.end() && *found == design;
  });
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

void add_row(Table& table, const AlignedRow& aligned, const Alignment& alignment, const std::vector<Source>& sources,
             const CompareOptions& options) {
  const Metric& metric = table.comparison.metric;
  Row row{.id = aligned.id, .dims = aligned.dims, .group = aligned.group};
  const std::vector<ColumnHead>& columns = alignment.columns;
  std::vector<Series> series;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Entry& entry = aligned.entries[i];
    series.push_back(series_of(entry, *sources[alignment.source_of_column[i]].snapshot));
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
    Evidence evidence{.metric = metric.name, .better = metric.better, .paired = columns[i].paired, .families = families_of(aligned.dims)};
    const std::size_t base = columns[i].base;
    evidence.standing = standing_of(aligned.entries[base], row.cells[base], series[base], aligned.entries[i], row.cells[i], series[i]);
    add_sources(evidence, sources[alignment.source_of_column[base]], sources[alignment.source_of_column[i]], metric);
    add_samples(evidence, series[base].side, series[i].side, options.statistic);
    table.judged.push_back({.row = table.rows.size(), .column = i, .evidence = std::move(evidence)});
  }
  table.rows.push_back(std::move(row));
}

/// The number that is shown is the one that was judged: with the interval that holds the noise between runs, and of pairs where there are
/// any. An unpaired one stays the ratio of the two centres beside it.
void show_judgement(Cell& cell, Judgement judgement) {
  if (cell.ratio && judgement.relative && judgement.effect && judgement.interval) {
    if (!judgement.unpaired) cell.ratio->value = *judgement.effect;
    const double value = cell.ratio->value;
    cell.ratio->interval = stats::Interval{std::min(judgement.interval->low, value), std::max(judgement.interval->high, value)};
  }
  cell.judgement = std::move(judgement);
}

/// Each column against its base, over all metrics.
void judge_tables(std::vector<Table>& tables, const JudgeOptions& options) {
  std::size_t columns = 0;
  for (const Table& table : tables) columns = std::max(columns, table.comparison.columns.size());
  for (std::size_t column = 0; column < columns; ++column) {
    std::vector<Evidence> evidence;
    std::vector<Cell*> cells;
    for (Table& table : tables) {
      for (Judged& judged : table.judged) {
        if (judged.column != column) continue;
        evidence.push_back(std::move(judged.evidence));
        cells.push_back(&table.rows[judged.row].cells[column]);
      }
    }
    std::vector<Judgement> judgements = judge(evidence, options);
    for (std::size_t i = 0; i < cells.size(); ++i) show_judgement(*cells[i], std::move(judgements[i]));
  }
}

/// What makes the comparison of two columns weaker, and what that means.
void label_column(ColumnHead& head, const Source& base, const Source& source, std::vector<std::string>& notes) {
  // Two values of a pivot, or two versions measured in turn, shared every block.
  head.paired = base.snapshot == source.snapshot && (base.version == source.version || has_design(*base.snapshot, "paired"));
  if (!head.paired) head.labels.emplace_back("unpaired");
  const auto add = [&](std::string label, const char* meaning) {
    notes.push_back(fmt::format("{}: {}: {}", head.title, label, meaning));
    head.labels.push_back(std::move(label));
  };
  if (!states_machine(*base.snapshot) || !states_machine(*source.snapshot)) {
    add("unknown machine", "a file does not say where it was measured");
  } else if (const auto different = machine_differences(*base.snapshot, *source.snapshot); !different.empty()) {
    add(fmt::format("different machine ({})", fmt::join(different, ", ")), "a ratio between two machines says little about the code");
  }
  const auto builds = build_differences(base.snapshot->versions[base.version], source.snapshot->versions[source.version]);
  if (!builds.empty())
    add(fmt::format("different build ({})", fmt::join(builds, ", ")), "the ratio is that of the builds as much as that of the code");
}

void label_columns(Alignment& alignment, const std::vector<Source>& sources) {
  for (std::size_t i = 0; i < alignment.columns.size(); ++i) {
    const std::size_t base = alignment.columns[i].base;
    if (base == i) continue;
    label_column(alignment.columns[i], sources[alignment.source_of_column[base]], sources[alignment.source_of_column[i]], alignment.notes);
  }
}

/// The last column's number, by which rows are sorted, the largest first; rows without one, or with none that has a place, come last.
double sort_value(const Row& row, bool change) {
  for (auto cell = row.cells.rbegin(); cell != row.cells.rend(); ++cell) {
    const double value = change ? (cell->ratio ? cell->ratio->value : std::nan("")) : (cell->has_value ? cell->centre.value : std::nan(""));
    if (!std::isnan(value)) return value;
  }
  return -std::numeric_limits<double>::infinity();
}

bool any_row_has(const std::vector<Row>& rows, const std::string& dim) {
  return std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return row.dims.find(dim) != nullptr; });
}

void sort_rows(std::vector<Row>& rows, const std::string& key, const std::vector<Source>& sources) {
  if (key.empty()) return;
  if (key == "id") {
    std::stable_sort(rows.begin(), rows.end(), [](const Row& left, const Row& right) { return left.id < right.id; });
  } else if (key == "value" || key == "change") {
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& left, const Row& right) {
      return sort_value(left, key == "change") > sort_value(right, key == "change");
    });
  } else {
    if (!any_row_has(rows, key)) {
      throw Error(fmt::format("\"{}\" is neither id, value, change nor a dim of these rows", key), "--sort",
                  no_such_dim("--sort", key, sources).hint());
    }
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& left, const Row& right) {
      const DimValue* a = left.dims.find(key);
      const DimValue* b = right.dims.find(key);
      if (a == nullptr || b == nullptr) return a != nullptr && b == nullptr;
      return *a < *b;
    });
  }
}

/// Rows under headings: by dims where `by` names some, else by the groups that the cases name themselves.
std::vector<Group> group_rows(std::vector<Row> rows, const CompareOptions& options, const std::vector<Source>& sources) {
  for (const std::string& dim : options.by) {
    if (dim == options.pivot) throw Error(fmt::format("\"{}\" is the pivot: it stands in the columns already", dim), "--by");
    if (!any_row_has(rows, dim)) throw no_such_dim("--by", dim, sources);
  }
  std::vector<Group> groups;
  std::map<std::string, std::size_t> index;
  for (Row& row : rows) {
    std::string title = options.by.empty() ? row.group : "";
    for (const std::string& dim : options.by) {
      const DimValue* value = row.dims.find(dim);
      title += (title.empty() ? "" : " ") + dim + "=" + (value == nullptr ? "-" : value->text());
    }
    const auto [found, is_new] = index.emplace(title, groups.size());
    if (is_new) groups.push_back({.title = title, .rows = {}});
    groups[found->second].rows.push_back(std::move(row));
  }
  // What has no heading may not stand under another's.
  std::stable_partition(groups.begin(), groups.end(), [](const Group& group) { return group.title.empty(); });
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

[[noreturn]] void complain_of_nothing(std::span<const Snapshot> snapshots, const Filter& filter) {
  std::vector<const Dims*> cases;
  for (const Snapshot& snapshot : snapshots) {
    for (const CaseInfo& info : snapshot.cases) cases.push_back(&info.dims);
  }
  const std::string why = filter.why_nothing(cases);
  throw Error("no case with a result is selected", {}, why.empty() ? "check -k, --where and --metric" : why);
}

}  // namespace

std::vector<Comparison> compare(std::span<const Snapshot> snapshots, const CompareOptions& options) {
  const std::vector<Source> sources = sources_of(snapshots);
  std::vector<Table> tables;
  for (const Metric& metric : chosen_metrics(snapshots, options.metrics)) {
    check_units(snapshots, metric);
    Alignment alignment = align(sources, metric.name, options);
    label_columns(alignment, sources);
    Table table{.comparison = {.metric = metric, .statistic = options.statistic}, .rows = {}, .judged = {}};
    for (const AlignedRow& aligned : alignment.rows) {
      // A metric that a case never had is no row of its table.
      const bool known =
          std::any_of(aligned.entries.begin(), aligned.entries.end(), [](const Entry& entry) { return !entry.records.empty(); });
      if (known) add_row(table, aligned, alignment, sources, options);
    }
    if (table.rows.empty()) continue;
    table.comparison.columns = std::move(alignment.columns);
    table.comparison.notes = std::move(alignment.notes);
    tables.push_back(std::move(table));
  }
  // A verdict rests on all that is judged with it, so there is none before the last row.
  judge_tables(tables, options.judge);
  std::vector<Comparison> comparisons;
  for (Table& table : tables) {
    sort_rows(table.rows, options.sort, sources);
    table.comparison.groups = group_rows(std::move(table.rows), options, sources);
    comparisons.push_back(std::move(table.comparison));
  }
  if (comparisons.empty()) complain_of_nothing(snapshots, options.filter);
  return comparisons;
}

}  // namespace benchkit::compare
