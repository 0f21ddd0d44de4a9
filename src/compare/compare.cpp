#include "compare/compare.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/parallel.hpp"
#include "base/utf8.hpp"
#include "compare/align.hpp"
#include "compare/history.hpp"
#include "compare/machines.hpp"
#include "compare/rows.hpp"
#include "compare/ways.hpp"

namespace benchkit::compare {
namespace {

/// Rows that one thread takes at a time: some milliseconds of work.
constexpr std::size_t kRowsAtATime = 256;

/// A comparison in the making; its parts refer to each other.
struct Table {
  Metric metric;
  Alignment alignment;
  std::unique_ptr<RowMaker> maker;
  std::vector<JudgedRow> rows;
};
using Tables = std::vector<std::unique_ptr<Table>>;

/// The number that is shown is the one that was judged: with the interval that holds the noise between runs, and of pairs where there are
/// any. An unpaired one stays the ratio of the two centres beside it.
void show_judgement(Cell& cell, Judgement judgement) {
  if (cell.ratio && judgement.relative && judgement.effect && judgement.interval) {
    if (!judgement.unpaired) cell.ratio->value = *judgement.effect;
    const double value = cell.ratio->value;
    cell.ratio->interval = stats::Interval{std::min(judgement.interval->low, value), std::max(judgement.interval->high, value)};
  }
  // Of values that are not above 0 the difference was judged, and a ratio of them says nothing.
  if (judgement.standing == Standing::compared && !judgement.relative) cell.ratio.reset();
  cell.judgement = std::move(judgement);
}

/// All that is to be judged of one column, over all metrics; the lists run side by side.
struct Family {
  std::vector<Evidence> evidence;
  std::vector<const CaseInfo*> cases;
  std::vector<Cell*> cells;  ///< where the answers go
};

std::vector<Family> families_of(Tables& tables) {
  std::vector<std::size_t> sizes;
  for (const auto& table : tables) {
    sizes.resize(std::max(sizes.size(), table->alignment.columns.size()));
    for (JudgedRow& row : table->rows) {
      for (Question& question : row.questions) question.place = sizes[question.column]++;
    }
  }
  std::vector<Family> families(sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    families[i].evidence.resize(sizes[i]);
    families[i].cases.resize(sizes[i]);
    families[i].cells.resize(sizes[i]);
  }
  for (const auto& table : tables) {
    base::parallel_for(table->rows.size(), kRowsAtATime, [&](std::size_t i) {
      JudgedRow& row = table->rows[i];
      for (Question& question : row.questions) {
        Family& family = families[question.column];
        family.evidence[question.place] = std::move(question.evidence);
        family.cases[question.place] = question.info;
        family.cells[question.place] = &row.row.cells[question.column];
      }
      row.questions = {};
    });
  }
  return families;
}

const Threshold* limit_for(const std::string& metric, const CaseInfo& info, const std::vector<GateLimit>& limits) {
  const auto found = std::find_if(limits.rbegin(), limits.rend(), [&](const GateLimit& limit) {
    return (limit.metric.empty() || limit.metric == metric) && limit.where.matches(info.id, info.dims);
  });
  return found == limits.rend() ? nullptr : &found->threshold;
}

/// At the thresholds of the table, then all of it once more with those of the gate where it has one: at equal thresholds both say the same.
void judge_family(Family& family, const CompareOptions& options) {
  std::vector<Judgement> judgements = judge(family.evidence, options.judge);
  base::parallel_for(judgements.size(), kRowsAtATime, [&](std::size_t i) { show_judgement(*family.cells[i], std::move(judgements[i])); });
  if (options.gate.empty()) return;
  for (std::size_t i = 0; i < family.evidence.size(); ++i) {
    if (const Threshold* limit = limit_for(family.evidence[i].metric, *family.cases[i], options.gate))
      family.evidence[i].threshold = *limit;
  }
  judgements = judge(family.evidence, options.judge);
  for (std::size_t i = 0; i < judgements.size(); ++i) {
    if (family.evidence[i].threshold) family.cells[i]->gated = Gated{*family.evidence[i].threshold, std::move(judgements[i])};
  }
}

/// A ratio whose judgement brought no interval has one of its own, where its samples can carry one.
void complete_ratios(Table& table) {
  base::parallel_for(table.rows.size(), kRowsAtATime, [&](std::size_t i) {
    std::vector<Cell>& cells = table.rows[i].row.cells;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const Cell& base = cells[table.alignment.columns[column].base];
      const bool has_samples = cells[column].centre.samples > 0 && base.centre.samples > 0;
      if (has_samples && cells[column].ratio && !cells[column].ratio->interval)
        cells[column].ratio = table.maker->whole_ratio(table.alignment.rows[i], column);
    }
  });
}

/// Each column against its base, over all metrics.
void judge_tables(Tables& tables, const CompareOptions& options) {
  std::vector<Family> families = families_of(tables);
  base::parallel_for(families.size(), 1, [&](std::size_t column) { judge_family(families[column], options); });
  for (const auto& table : tables) complete_ratios(*table);
}

/// The unit in which a file states a metric; the metric's own where it has none of it. Throws benchkit::Error for a file that has two.
std::string unit_in(const Snapshot& snapshot, const Metric& metric) {
  const Metric* found = nullptr;
  for (const Metric& other : snapshot.metrics) {
    if (other.name != metric.name) continue;
    if (found != nullptr && found->unit != other.unit)
      throw Error(fmt::format("the metric \"{}\" is in \"{}\" and in \"{}\" in one file", metric.name, found->unit, other.unit),
                  snapshot.path);
    found = &other;
  }
  return found == nullptr ? metric.unit : found->unit;
}

/// Which direction is better, by the files that say so; where two of them say otherwise, none is believed.
Metric agreed(Metric metric, std::span<const Snapshot> snapshots, std::vector<std::string>& notes) {
  for (const Snapshot& snapshot : snapshots) {
    for (const Metric& other : snapshot.metrics) {
      if (other.name != metric.name || other.better == Better::unknown || other.better == metric.better) continue;
      if (metric.better != Better::unknown) {
        notes.push_back(fmt::format("the files differ in which direction of {} is better: no change of it is called", metric.name));
        metric.better = Better::unknown;
        return metric;
      }
      metric.better = other.better;
    }
  }
  return metric;
}

/// What makes the comparison of two columns weaker, and what that means.
void label_column(ColumnHead& head, const std::string& base_unit, const Source& base, const Source& source, const std::string& metric,
                  std::vector<std::string>& notes) {
  // Two values of a pivot, or two versions measured in turn, shared every block.
  head.paired = base.snapshot == source.snapshot && (base.version == source.version || has_design(*base.snapshot, "paired"));
  if (!head.paired) head.labels.emplace_back("unpaired");
  const auto add = [&](std::string label, const char* meaning) {
    notes.push_back(fmt::format("{}: {}: {}", head.title, label, meaning));
    head.labels.push_back(std::move(label));
  };
  if (head.unit != base_unit)
    add(fmt::format("other unit (\"{}\", not \"{}\")", head.unit, base_unit), "nothing of this metric is compared");
  if (!states_machine(*base.snapshot) || !states_machine(*source.snapshot)) {
    add("unknown machine", "a file does not say where it was measured");
  } else if (const auto different = machine_differences(*base.snapshot, *source.snapshot); !different.empty()) {
    add(fmt::format("different machine ({})", fmt::join(different, ", ")), "a ratio between two machines says little about the code");
  }
  if (ways_of(*base.snapshot, metric) != ways_of(*source.snapshot, metric))
    add("counted differently", "the ratio is that of two ways of counting as much as that of the code");
  const auto builds = build_differences(base.snapshot->versions[base.version], source.snapshot->versions[source.version]);
  if (!builds.empty())
    add(fmt::format("different build ({})", fmt::join(builds, ", ")), "the ratio is that of the builds as much as that of the code");
}

/// What was not counted as usual, of all columns or by their names.
void note_ways(Alignment& alignment, const std::vector<Source>& sources, const std::string& metric) {
  std::map<std::string, std::vector<std::string>> columns;
  for (std::size_t i = 0; i < alignment.columns.size(); ++i) {
    for (const auto& [name, note] : ways_of(*sources[alignment.columns[i].source].snapshot, metric))
      columns[note].push_back(alignment.columns[i].title);
  }
  for (const auto& [note, titles] : columns) {
    const bool all = titles.size() == alignment.columns.size();
    alignment.notes.push_back(all ? note : fmt::format("{}: {}", fmt::join(titles, ", "), note));
  }
}

void label_columns(Alignment& alignment, const std::vector<Source>& sources, const Metric& metric) {
  for (std::size_t i = 0; i < alignment.columns.size(); ++i)
    alignment.columns[i].unit = unit_in(*sources[alignment.columns[i].source].snapshot, metric);
  for (std::size_t i = 0; i < alignment.columns.size(); ++i) {
    const std::size_t base = alignment.columns[i].base;
    if (base == i) continue;
    label_column(alignment.columns[i], alignment.columns[base].unit, sources[alignment.columns[base].source],
                 sources[alignment.columns[i].source], metric.name, alignment.notes);
  }
}

/// A file that was added to holds numbers of different days: each is compared with what was measured beside it, and read beside the others with care.
void note_sessions(Alignment& alignment, const std::vector<Source>& sources) {
  std::map<std::string, std::vector<std::string>> earlier;  // titles by the session's start
  for (std::size_t i = 0; i < alignment.columns.size(); ++i) {
    const Source& source = sources[alignment.columns[i].source];
    const std::vector<Session>& sessions = source.snapshot->sessions;
    if (sessions.size() < 2 || !has_design(*source.snapshot, "paired")) continue;
    std::set<std::size_t> measured;
    for (const Record& record : source.snapshot->records) {
      if (record.version == source.version) measured.insert(record.session);
    }
    const std::size_t last = measured.empty() ? 0 : *measured.rbegin();
    if (measured.size() > 1) {
      alignment.columns[i].sessions = measured.size();
      alignment.notes.push_back(
          fmt::format("{}: measured in {} sessions: its value is of all of them, and its change from what was beside it",
                      alignment.columns[i].title, measured.size()));
    }
    if (last + 1 == sessions.size()) continue;
    alignment.columns[i].earlier_session = true;
    earlier[started_of(sessions[last])].push_back(alignment.columns[i].title);
  }
  for (const auto& [started, titles] : earlier)
    alignment.notes.push_back(fmt::format("{}: measured in an earlier session{}{}, beside other versions", fmt::join(titles, ", "),
                                          started.empty() ? "" : " of ", started.substr(0, started.find('T'))));
}

/// A version that was added to a sweep stands where it belongs, or last.
void note_unplaced(Alignment& alignment, const std::vector<Source>& sources) {
  for (std::size_t i = 0; i < alignment.columns.size(); ++i) {
    const Source& source = sources[alignment.columns[i].source];
    const std::vector<std::string> unplaced = named_by_sweep(*source.snapshot, "unplaced");
    if (std::find(unplaced.begin(), unplaced.end(), source.snapshot->versions[source.version].label) == unplaced.end()) continue;
    alignment.notes.push_back(
        fmt::format("{}: added later, and last, for nothing says where it belongs among the others", alignment.columns[i].title));
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

/// The metrics to show, in the order in which the files name them. What the gate guards is shown.
std::vector<Metric> chosen_metrics(std::span<const Snapshot> snapshots, const CompareOptions& options) {
  std::vector<Metric> known;
  for (const Snapshot& snapshot : snapshots) {
    for (const Metric& metric : snapshot.metrics) {
      if (std::none_of(known.begin(), known.end(), [&](const Metric& other) { return other.name == metric.name; })) known.push_back(metric);
    }
  }
  if (options.metrics.empty()) return known;
  std::vector<std::string> wanted = options.metrics;
  for (const GateLimit& limit : options.gate) {
    if (!limit.metric.empty() && std::find(wanted.begin(), wanted.end(), limit.metric) == wanted.end()) wanted.push_back(limit.metric);
  }
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

/// Whether a metric has numbers, but none under this statistic: files that state a mean alone have no median.
bool states_other_statistics(const std::vector<AlignedRow>& aligned, const std::vector<JudgedRow>& rows) {
  for (const JudgedRow& row : rows) {
    if (std::any_of(row.row.cells.begin(), row.row.cells.end(), [](const Cell& cell) { return cell.has_value; })) return false;
  }
  for (const AlignedRow& row : aligned) {
    for (const Entry& entry : row.entries) {
      for (const Record* record : entry.records) {
        if (record->summary == Summary{}) return false;
      }
    }
  }
  return true;
}

bool is_named(const std::vector<GateLimit>& limits, const std::string& metric) {
  return std::any_of(limits.begin(), limits.end(), [&](const GateLimit& limit) { return limit.metric == metric; });
}

[[noreturn]] void complain_of_nothing(std::span<const Snapshot> snapshots, const Filter& filter) {
  std::vector<const Dims*> cases;
  for (const Snapshot& snapshot : snapshots) {
    for (const CaseInfo& info : snapshot.cases) cases.push_back(&info.dims);
  }
  const std::string why = filter.why_nothing(cases);
  throw Error("no case with a result is selected", {}, why.empty() ? "check -k, --where and --metric" : why);
}

/// A limit that is for nothing that is compared would pass whatever happens.
void refuse_idle_limits(const Tables& tables, std::span<const GateLimit> limits) {
  for (const GateLimit& limit : limits) {
    const bool is_for_something = std::any_of(tables.begin(), tables.end(), [&](const auto& table) {
      return (limit.metric.empty() || limit.metric == table->metric.name) &&
             std::any_of(table->alignment.rows.begin(), table->alignment.rows.end(), [&](const AlignedRow& aligned) {
               return std::any_of(aligned.entries.begin(), aligned.entries.end(), [&](const Entry& entry) {
                 return entry.info != nullptr && limit.where.matches(entry.info->id, entry.info->dims);
               });
             });
    });
    if (is_for_something) continue;
    throw Error(fmt::format("the limit of {}{}{} is for nothing that is compared", limit.metric.empty() ? "every metric" : limit.metric,
                            limit.where.empty() ? "" : " where ", fmt::join(limit.where.conditions(), " and ")),
                "--fail-on", "the selected cases (-k, --where) have none of it");
  }
}

Comparison comparison_of(Table& table, const CompareOptions& options, const std::vector<Source>& sources) {
  std::vector<Row> rows;
  rows.reserve(table.rows.size());
  for (JudgedRow& row : table.rows) rows.push_back(std::move(row.row));
  sort_rows(rows, options.sort, sources);
  return {.metric = table.metric,
          .statistic = options.statistic,
          .threshold = threshold_of(table.metric.name, options.judge),
          .alpha = options.judge.alpha,
          .has_gate = !options.gate.empty(),
          .columns = std::move(table.alignment.columns),
          .groups = group_rows(std::move(rows), options, sources),
          .notes = std::move(table.alignment.notes)};
}

/// Versions of a sweep that could not be made runnable, or could not say what they hold.
void note_not_measured(std::span<const Snapshot> snapshots, std::vector<Comparison>& comparisons) {
  for (const Snapshot& snapshot : snapshots) {
    for (const Version& version : snapshot.versions) {
      const auto why = version.details.find("not_measured");
      if (why == version.details.end() || !why->is_string()) continue;
      const std::string reason = base::first_line(why->get_ref<const std::string&>());
      for (Comparison& comparison : comparisons) comparison.notes.push_back(fmt::format("{}: not measured: {}", version.label, reason));
    }
  }
}

void note_unfinished(std::span<const Snapshot> snapshots, std::vector<Comparison>& comparisons) {
  for (const Snapshot& snapshot : snapshots) {
    if (snapshot.ended) continue;
    const bool is_sweep = !snapshot.sessions.empty() && snapshot.sessions.back().header.contains("sweep");
    for (Comparison& comparison : comparisons) {
      comparison.unfinished.push_back(snapshot.path);
      comparison.notes.push_back(
          fmt::format("{}: unfinished: cases may lack blocks, or be missing; {} goes on with it", snapshot.path,
                      is_sweep ? "the same `sweep` with --resume" : fmt::format("`run --resume {}`", snapshot.path)));
    }
  }
}

}  // namespace

std::vector<Comparison> compare(std::span<const Snapshot> snapshots, const CompareOptions& options) {
  const std::vector<Source> sources = sources_of(snapshots);
  Tables tables;
  std::vector<std::string> under_others;
  for (const Metric& one : chosen_metrics(snapshots, options)) {
    auto table = std::make_unique<Table>();
    Alignment& alignment = table->alignment;
    alignment = align(sources, one.name, options);
    table->metric = agreed(one, snapshots, alignment.notes);
    note_ways(alignment, sources, one.name);
    label_columns(alignment, sources, table->metric);
    note_sessions(alignment, sources);
    note_unplaced(alignment, sources);
    // A metric that a case never had is no row of its table.
    std::erase_if(alignment.rows, [](const AlignedRow& aligned) {
      return std::all_of(aligned.entries.begin(), aligned.entries.end(), [](const Entry& entry) { return entry.records.empty(); });
    });
    if (alignment.rows.empty()) continue;
    table->maker = std::make_unique<RowMaker>(alignment, sources, table->metric, options);
    table->rows.resize(alignment.rows.size());
    base::parallel_for(table->rows.size(), kRowsAtATime, [&](std::size_t i) { table->rows[i] = table->maker->row(alignment.rows[i]); });
    if (options.metrics.empty() && !is_named(options.gate, one.name) && states_other_statistics(alignment.rows, table->rows)) {
      under_others.push_back(one.name);
      continue;
    }
    tables.push_back(std::move(table));
  }
  refuse_idle_limits(tables, options.gate);
  // A verdict rests on all that is judged with it, so there is none before the last row.
  judge_tables(tables, options);
  if (options.history) {
    for (const auto& table : tables) add_history(table->rows, *table->maker, table->alignment, table->metric.name, options);
  }
  std::vector<Comparison> comparisons;
  for (const auto& table : tables) comparisons.push_back(comparison_of(*table, options, sources));
  if (!under_others.empty()) {
    const std::string what = fmt::format("the files state no {} of {}", stats::to_string(options.statistic), fmt::join(under_others, ", "));
    if (comparisons.empty()) throw Error(what, "--stat", "another statistic is stated: try mean or min");
    comparisons.front().notes.push_back(what + " (--stat mean)");
  }
  if (comparisons.empty()) complain_of_nothing(snapshots, options.filter);
  note_not_measured(snapshots, comparisons);
  note_unfinished(snapshots, comparisons);
  return comparisons;
}

}  // namespace benchkit::compare
