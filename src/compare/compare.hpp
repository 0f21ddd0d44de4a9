// Snapshots side by side: cases aligned by id, one column a version, centres and ratios with their intervals.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/rare.hpp"
#include "compare/verdict.hpp"
#include "model/filter.hpp"
#include "model/snapshot.hpp"
#include "stats/centre.hpp"

namespace benchkit::compare {

/// A limit of the gate: `time:5%`, `peak:1MiB where n<100`.
struct GateLimit {
  std::string metric;  ///< by name; empty: every one
  Threshold threshold;
  Filter where;  ///< the cases that it is for
};

struct CompareOptions {
  std::vector<std::string> metrics;  ///< by name; empty: every one that has values
  stats::Statistic statistic = stats::Statistic::median;
  Filter filter;
  std::vector<std::string> by;  ///< dims whose values become headings
  std::string pivot;            ///< a dim whose values become columns; empty: none
  bool successive =
      false;             ///< each version is compared with the one before it, where its file says nothing else; false: all with the first
  std::string sort;      ///< "", "id", "value", "change" or a dim's name
  bool history = false;  ///< tell of each case at which versions it changed
  JudgeOptions judge;    ///< its alpha is 1 - confidence of every interval
  std::vector<GateLimit>
      gate;  ///< of several that are for a case the last one counts; the metrics that they name are compared whatever `metrics` says
};

/// One column of the table: a version of a snapshot, or one value of the pivot within it.
struct ColumnHead {
  std::string title;
  std::size_t base = 0;             ///< the column it is compared with; itself: none
  bool lacks_base = false;          ///< there should have been a base, and there is none
  bool paired = false;              ///< both were measured in one run, in pairs
  std::string unit;                 ///< of its values; those of the base may have another one
  bool earlier_session = false;     ///< it was measured in a session before the last one of its file
  std::size_t sessions = 1;         ///< of a file that was added to, in how many it was measured: its value is of all of them
  std::vector<std::string> labels;  ///< what makes the comparison weaker: "unpaired", "different machine (cpu)"
  std::size_t source = 0;           ///< which of the versions that sources_of() names
};

/// A change as the gate sees it.
struct Gated {
  Threshold limit;
  Judgement judgement;  ///< at this limit
};

/// A case in a column.
struct Cell {
  bool present = false;  ///< false: this file knows no such case or metric
  Status status = Status::ok;
  std::string reason;    ///< for a status that is not ok
  stats::Centre centre;  ///< meaningful where `has_value`
  bool has_value = false;
  std::optional<stats::Ratio> ratio;                  ///< to the base column, where both went well and have finite values
  std::optional<Judgement> judgement;                 ///< of the change from the base column; none in a base column
  base::Rare<Gated> gated;                            ///< the same, where a limit of the gate is for it
  std::vector<std::pair<std::string, double>> rates;  ///< a second, of what the case says it works through ("items", "bytes")
  std::vector<std::string> warnings;
  const CaseInfo* info = nullptr;  ///< the case, in its snapshot, which must be there still; null where this file knows none
};

/// A version from which on a case was another than before.
struct Turn {
  std::size_t column = 0;     ///< the first one that differs
  double change = 1;          ///< as a ratio: of the versions from here on to those before, each up to the next turn
  double adjusted_level = 1;  ///< the error level of there being one, corrected for all cases of the metric
};

struct Row {
  std::string id;  ///< of the first column's case; with a pivot, what the cases share
  Dims dims;
  std::string group;        ///< a heading that the case names
  std::vector<Cell> cells;  ///< one for each column
  std::vector<Turn> turns;  ///< where the history was asked for, in the order of the columns
};

/// The turn that begins at a column; null: none does.
[[nodiscard]] inline const Turn* turn_at(const Row& row, std::size_t column) {
  const auto found = std::find_if(row.turns.begin(), row.turns.end(), [&](const Turn& turn) { return turn.column == column; });
  return found == row.turns.end() ? nullptr : &*found;
}

struct Group {
  std::string title;  ///< "op=sort n=100", or a group of the cases; may be empty
  std::vector<Row> rows;
};

/// All of one metric.
struct Comparison {
  Metric metric;
  stats::Statistic statistic = stats::Statistic::median;
  Threshold threshold;    ///< of its verdicts
  double alpha = 0.05;    ///< of its verdicts and intervals
  bool has_gate = false;  ///< limits were given, for this metric or another one
  std::vector<ColumnHead> columns;
  std::vector<Group> groups;
  std::vector<std::string> unfinished;  ///< files whose run did not come to its end
  std::vector<std::string> notes;       ///< what a reader must know before trusting the numbers
};

/// Aligns and compares. The first column is the base of all others; with a pivot, its first value is, within each version.
/// A column's cases are judged against its base with those of all chosen metrics together, and at the gate with all that it has limits for.
/// Throws benchkit::Error for a metric, a dim or a sort key that no snapshot has, where no case is selected, and for a history of fewer than three
/// versions.
[[nodiscard]] std::vector<Comparison> compare(std::span<const Snapshot> snapshots, const CompareOptions& options);

}  // namespace benchkit::compare
