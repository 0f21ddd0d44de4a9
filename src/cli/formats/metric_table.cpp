#include "cli/formats/metric_table.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/index_table.hpp"
#include "base/parallel.hpp"
#include "base/units.hpp"
#include "cli/dim_columns.hpp"
#include "cli/formats/cell_text.hpp"
#include "cli/verdict_text.hpp"

namespace benchkit::cli {
namespace {

using compare::Cell;
using compare::ColumnHead;
using compare::Comparison;
using compare::Row;

constexpr std::size_t kMostRemarks = 8;
/// Rows that one thread takes at a time.
constexpr std::size_t kRowsAtATime = 1024;

/// How the cases are named in a table: by their dims where these tell all of them apart, else by their ids; a dim that all share is told once.
struct Naming {
  bool by_id = true;
  std::vector<std::string> dims;
  std::vector<std::string> shared;
};

Naming naming_of(const Comparison& comparison) {
  Naming naming;
  std::vector<std::string> all;
  std::vector<const Row*> rows;
  for (const compare::Group& group : comparison.groups) {
    for (const Row& row : group.rows) {
      rows.push_back(&row);
      add_dim_names(all, row.dims);
    }
  }
  for (const std::string& dim : all) {
    const DimValue* first = rows.front()->dims.find(dim);
    const auto shares = [&](const Row* row) {
      const DimValue* value = row->dims.find(dim);
      return first != nullptr && value != nullptr && (*value == *first || value->text() == first->text());
    };
    if (rows.size() > 1 && std::all_of(rows.begin(), rows.end(), shares)) naming.shared.push_back(dim + "=" + first->text());
    else naming.dims.push_back(dim);
  }
  std::vector<std::string> names(rows.size());  // empty: no dim of the row says anything
  std::vector<std::size_t> hashes(rows.size());
  base::parallel_for(rows.size(), kRowsAtATime, [&](std::size_t i) {
    bool says_something = false;
    for (const std::string& dim : naming.dims) {
      const std::string text = dim_text(rows[i]->dims, dim);
      says_something = says_something || !text.empty();
      names[i] += fmt::format("{}:{}", text.size(), text);  // the length keeps two texts from running into one
    }
    if (!says_something) names[i].clear();
    hashes[i] = std::hash<std::string>()(names[i]);
  });
  naming.by_id = std::any_of(names.begin(), names.end(), [](const std::string& name) { return name.empty(); });
  base::IndexTable seen;
  for (std::size_t i = 0; i < names.size() && !naming.by_id; ++i)
    naming.by_id = !seen.insert(hashes[i], i, [&](std::size_t other) { return names[other] == names[i]; }).second;
  if (naming.by_id) naming.dims.clear();
  return naming;
}

/// The unit of a table's values: one for all, or, where they lie more than four decades apart, each value's own.
class Unit {
 public:
  explicit Unit(const Comparison& comparison) : unit_(comparison.metric.unit) {
    std::vector<double> values;
    for (const compare::Group& group : comparison.groups) {
      for (const Row& row : group.rows) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
          const Cell& cell = row.cells[i];
          if (comparison.columns[i].unit != unit_) continue;
          if (cell.has_value && cell.centre.value != 0) values.push_back(std::fabs(cell.centre.value));
        }
      }
    }
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    if (values.empty() || *most <= kDecades * *least) scale_ = base::scale_for(values, unit_);
  }
  [[nodiscard]] std::string title() const { return scale_ && !scale_->unit.empty() ? ", " + scale_->unit : ""; }
  [[nodiscard]] std::string text(double value) const {
    return scale_ ? base::format_scaled(value, *scale_) : base::format_value(value, unit_);
  }

 private:
  static constexpr double kDecades = 1e4;
  std::string unit_;
  std::optional<base::Scale> scale_;
};

/// Makes the table, with the remarks of its cells gathered below.
class TableMaker {
 public:
  explicit TableMaker(const Comparison& comparison) : comparison_(comparison), naming_(naming_of(comparison)), unit_(comparison) {
    // Side by side a rate says what the time says, upside down.
    if (comparison.columns.size() == 1) rates_ = rate_names(comparison);
  }

  base::Table make() {
    make_columns();
    for (const compare::Group& group : comparison_.groups) {
      if (!group.title.empty()) table_.rows.push_back({.cells = {{group.title}}, .heading = true});
      add_rows(group.rows);
    }
    add_turns();
    add_notes();
    return std::move(table_);
  }

  [[nodiscard]] std::string title() const {
    std::string title = fmt::format("{} ({}{})", comparison_.metric.name, stats::to_string(comparison_.statistic), unit_.title());
    if (!naming_.shared.empty()) title += fmt::format(" · {}", fmt::join(naming_.shared, " "));
    return base::printable(title);
  }

 private:
  void make_columns() {
    if (naming_.by_id) table_.columns.push_back({.title = "case", .shrink = true, .key = true});
    for (const std::string& dim : naming_.dims) {
      const bool is_numeric = numeric(dim);
      table_.columns.push_back(
          {.title = dim, .align = is_numeric ? base::Align::right : base::Align::left, .shrink = !is_numeric, .key = true});
    }
    for (std::size_t i = 0; i < comparison_.columns.size(); ++i) {
      const ColumnHead& head = comparison_.columns[i];
      table_.columns.push_back({.title = head.title, .align = base::Align::right});
      table_.columns.push_back({.title = "", .align = base::Align::right, .joined = true});
      if (head.lacks_base) table_.columns.push_back({.title = "verdict", .joined = true});
      if (head.base == i) continue;
      const std::string labels = head.labels.empty() ? "" : fmt::format(" ({})", fmt::join(short_labels(head), ", "));
      // With more than two columns it must be said whose change it is.
      const std::string whose = comparison_.columns.size() > 2 ? head.title + " " : "";
      table_.columns.push_back(
          {.title = whose + "vs " + comparison_.columns[head.base].title + labels, .align = base::Align::right, .joined = true});
      table_.columns.push_back({.title = "verdict", .joined = true});
    }
    for (const std::string& name : rates_) table_.columns.push_back({.title = name + "/s", .align = base::Align::right, .joined = true});
  }

  /// A label without what stands in parentheses behind it, which goes to the notes.
  static std::vector<std::string> short_labels(const ColumnHead& head) {
    std::vector<std::string> labels;
    for (const std::string& label : head.labels) labels.push_back(label.substr(0, label.find(" (")));
    return labels;
  }

  [[nodiscard]] bool numeric(const std::string& dim) const {
    for (const compare::Group& group : comparison_.groups) {
      for (const Row& row : group.rows) {
        if (const DimValue* value = row.dims.find(dim); value != nullptr && !value->is_number()) return false;
      }
    }
    return true;
  }

  /// What is told below the table, of some rows.
  struct Told {
    std::vector<std::string> remarks;
    Marks marks;
  };

  void add_rows(std::span<const Row> rows) {
    const std::size_t first = table_.rows.size();
    table_.rows.resize(first + rows.size());
    std::vector<Told> told((rows.size() + kRowsAtATime - 1) / kRowsAtATime);
    base::parallel_for(told.size(), 1, [&](std::size_t piece) {
      const std::size_t end = std::min(rows.size(), (piece + 1) * kRowsAtATime);
      for (std::size_t i = piece * kRowsAtATime; i < end; ++i) table_.rows[first + i] = cells_of(rows[i], told[piece]);
    });
    for (Told& piece : told) {
      remarks_.insert(remarks_.end(), std::make_move_iterator(piece.remarks.begin()), std::make_move_iterator(piece.remarks.end()));
      marks_.insert(piece.marks.begin(), piece.marks.end());
    }
  }

  [[nodiscard]] base::Table::Row cells_of(const Row& row, Told& told) const {
    base::Table::Row cells;
    cells.cells.reserve(table_.columns.size());
    if (naming_.by_id) cells.cells.push_back({row.id});
    for (const std::string& dim : naming_.dims) cells.cells.push_back({dim_text(row.dims, dim)});
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      add_cell(row, i, cells.cells, told);
      const ColumnHead& head = comparison_.columns[i];
      if (head.base != i) cells.cells.push_back({change_text(row.cells[i], head.unit, told.marks)});
      if (head.base != i || head.lacks_base) cells.cells.push_back(verdict_cell(row.cells[i]));
    }
    for (const std::string& name : rates_) {
      const double* rate = rate_of(row.cells.front(), name);
      cells.cells.push_back({rate == nullptr ? "" : base::format_value(*rate, name == "bytes" ? "B" : "")});
    }
    return cells;
  }

  void add_cell(const Row& row, std::size_t i, std::vector<base::Cell>& cells, Told& told) const {
    const Cell& cell = row.cells[i];
    const auto where = [&] {
      return comparison_.columns.size() > 1 ? fmt::format("{} ({})", row.id, comparison_.columns[i].title) : row.id;
    };
    if (cell.status != Status::ok) {
      if (!cell.reason.empty()) told.remarks.push_back(fmt::format("{}: {}: {}", where(), to_string(cell.status), cell.reason));
      cells.push_back({std::string(to_string(cell.status)), is_left_out(cell.status) ? base::Tone::dim : base::Tone::bad});
      cells.push_back({});
      return;
    }
    for (const std::string& warning : cell.warnings) told.remarks.push_back("! " + where() + ": " + warning);
    const std::string& unit = comparison_.columns[i].unit;
    const auto text = [&] {
      return unit == comparison_.metric.unit ? unit_.text(cell.centre.value) : base::format_value(cell.centre.value, unit);
    };
    cells.push_back({cell.has_value ? text() + (cell.warnings.empty() ? "" : " !") : "-"});
    cells.push_back({cell.has_value ? half_width_text(cell.centre, told.marks) : "", base::Tone::dim});
  }

  void add_turns() {
    for (const compare::Group& group : comparison_.groups) {
      for (const Row& row : group.rows) {
        std::vector<std::string> turns;
        for (const compare::Turn& turn : row.turns) turns.push_back(turn_text(comparison_, turn));
        if (!turns.empty()) table_.notes.push_back(fmt::format("{}: {}", row.id, fmt::join(turns, ", ")));
      }
    }
  }

  void add_notes() {
    const std::vector<std::string> of_verdicts = verdict_notes(comparison_);
    table_.notes.insert(table_.notes.end(), of_verdicts.begin(), of_verdicts.end());
    table_.notes.insert(table_.notes.end(), comparison_.notes.begin(), comparison_.notes.end());
    for (std::size_t i = 0; i < std::min(remarks_.size(), kMostRemarks); ++i) table_.notes.push_back(remarks_[i]);
    if (remarks_.size() > kMostRemarks)
      table_.notes.push_back(fmt::format("and {} more remarks (--format json has all)", remarks_.size() - kMostRemarks));
    for (const Mark mark : marks_) table_.notes.emplace_back(meaning_of(mark));
  }

  const Comparison& comparison_;
  Naming naming_;
  Unit unit_;
  base::Table table_;
  std::vector<std::string> rates_;
  std::vector<std::string> remarks_;
  Marks marks_;
};

}  // namespace

MetricTable table_of(const Comparison& comparison) {
  TableMaker maker(comparison);
  std::string title = maker.title();
  return {std::move(title), maker.make()};
}

}  // namespace benchkit::cli
