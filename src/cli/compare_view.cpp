#include "cli/compare_view.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/units.hpp"
#include "cli/dim_columns.hpp"

namespace benchkit::cli {
namespace {

using compare::Cell;
using compare::ColumnHead;
using compare::Comparison;
using compare::Row;

constexpr std::size_t kMostRemarks = 8;

/// How the cases are named in a table: by their dims where these tell them apart, else by their ids; a dim that all share is told once.
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
    const std::string first = dim_text(rows.front()->dims, dim);
    const bool constant =
        rows.size() > 1 && std::all_of(rows.begin(), rows.end(), [&](const Row* row) { return dim_text(row->dims, dim) == first; });
    if (constant) naming.shared.push_back(dim + "=" + first);
    else naming.dims.push_back(dim);
  }
  std::set<std::string> seen;
  for (const Row* row : rows) {
    std::string key;
    for (const std::string& dim : naming.dims) key += dim_text(row->dims, dim) + "\n";
    seen.insert(std::move(key));
  }
  naming.by_id = naming.dims.empty() || seen.size() < rows.size();
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
        for (const Cell& cell : row.cells) {
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

std::string half_width_text(const stats::Centre& centre) {
  const double half = stats::relative_half_width(centre);
  if (!std::isfinite(half)) return {};
  if (half >= 9.995) return "±>999%";
  return fmt::format("{}±{:.{}f}%", centre.within_process ? "~" : "", half * 100, half < 0.1 ? 1 : 0);
}

base::Tone tone_of(const stats::Ratio& ratio, Better better) {
  if (!ratio.interval || better == Better::unknown || ratio.within_process) return base::Tone::plain;
  const bool more = ratio.interval->low > 1;
  const bool less = ratio.interval->high < 1;
  if (!more && !less) return base::Tone::plain;
  return less == (better == Better::less) ? base::Tone::good : base::Tone::bad;
}

base::Cell ratio_cell(const Cell& cell, Better better) {
  if (!cell.ratio || std::isnan(cell.ratio->value)) return {};
  std::string text = base::format_change(cell.ratio->value);
  if (cell.ratio->interval)
    text += fmt::format(" [{}, {}]", base::format_change(cell.ratio->interval->low), base::format_change(cell.ratio->interval->high));
  if (cell.ratio->within_process) text = "~" + text;
  return {text, tone_of(*cell.ratio, better)};
}

/// The table of one metric, with the remarks of its cells gathered below.
class TableMaker {
 public:
  explicit TableMaker(const Comparison& comparison) : comparison_(comparison), naming_(naming_of(comparison)), unit_(comparison) {}

  base::Table make() {
    make_columns();
    for (const compare::Group& group : comparison_.groups) {
      if (!group.title.empty()) table_.rows.push_back({.cells = {{group.title}}, .heading = true});
      for (const Row& row : group.rows) add_row(row);
    }
    add_notes();
    return std::move(table_);
  }

  [[nodiscard]] std::string title() const {
    std::string title = fmt::format("{} ({}{})", comparison_.metric.name, stats::to_string(comparison_.statistic), unit_.title());
    if (!naming_.shared.empty()) title += fmt::format(" · {}", fmt::join(naming_.shared, " "));
    return title;
  }

 private:
  void make_columns() {
    if (naming_.by_id) table_.columns.push_back({.title = "case", .shrink = true, .key = true});
    for (const std::string& dim : naming_.dims)
      table_.columns.push_back(
          {.title = dim, .align = numeric(dim) ? base::Align::right : base::Align::left, .shrink = !numeric(dim), .key = true});
    for (std::size_t i = 0; i < comparison_.columns.size(); ++i) {
      const ColumnHead& head = comparison_.columns[i];
      table_.columns.push_back({.title = head.title, .align = base::Align::right});
      table_.columns.push_back({.title = "", .align = base::Align::right, .joined = true});
      if (head.base == i) continue;
      const std::string labels = head.labels.empty() ? "" : fmt::format(" ({})", fmt::join(short_labels(head), ", "));
      table_.columns.push_back(
          {.title = "vs " + comparison_.columns[head.base].title + labels, .align = base::Align::right, .joined = true});
    }
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

  void add_row(const Row& row) {
    base::Table::Row cells;
    if (naming_.by_id) cells.cells.push_back({row.id});
    for (const std::string& dim : naming_.dims) cells.cells.push_back({dim_text(row.dims, dim)});
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      add_cell(row, i, cells.cells);
      if (comparison_.columns[i].base != i) cells.cells.push_back(ratio_cell(row.cells[i], comparison_.metric.better));
    }
    table_.rows.push_back(std::move(cells));
  }

  void add_cell(const Row& row, std::size_t i, std::vector<base::Cell>& cells) {
    const Cell& cell = row.cells[i];
    const std::string where = comparison_.columns.size() > 1 ? fmt::format("{} ({})", row.id, comparison_.columns[i].title) : row.id;
    if (cell.status != Status::ok) {
      remarks_.push_back(fmt::format("{}: {}: {}", where, to_string(cell.status), cell.reason));
      const bool calm = cell.status == Status::skipped || cell.status == Status::absent;
      cells.push_back({std::string(to_string(cell.status)), calm ? base::Tone::dim : base::Tone::bad});
      cells.push_back({});
      return;
    }
    for (const std::string& warning : cell.warnings) remarks_.push_back("! " + where + ": " + warning);
    within_process_ = within_process_ || (cell.has_value && cell.centre.within_process && cell.centre.interval);
    cells.push_back({cell.has_value ? unit_.text(cell.centre.value) + (cell.warnings.empty() ? "" : " !") : "-"});
    cells.push_back({cell.has_value ? half_width_text(cell.centre) : "", base::Tone::dim});
  }

  void add_notes() {
    table_.notes = comparison_.notes;
    for (std::size_t i = 0; i < std::min(remarks_.size(), kMostRemarks); ++i) table_.notes.push_back(remarks_[i]);
    if (remarks_.size() > kMostRemarks)
      table_.notes.push_back(fmt::format("and {} more remarks (--format json has all)", remarks_.size() - kMostRemarks));
    for (const ColumnHead& head : comparison_.columns) {
      for (const std::string& label : head.labels) {
        if (label != "unpaired")
          table_.notes.push_back(fmt::format("{}: {}: a ratio between two machines says little about the code", head.title, label));
      }
    }
    if (within_process_) table_.notes.emplace_back("~ within one process: knows nothing of what differs from process to process");
  }

  const Comparison& comparison_;
  Naming naming_;
  Unit unit_;
  base::Table table_;
  std::vector<std::string> remarks_;
  bool within_process_ = false;
};

std::string number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

/// One line a case and column, with everything on it, for a data frame.
std::string csv(const std::vector<Comparison>& comparisons) {
  std::vector<std::string> dims;
  for (const Comparison& comparison : comparisons) {
    for (const compare::Group& group : comparison.groups) {
      for (const Row& row : group.rows) add_dim_names(dims, row.dims);
    }
  }
  base::Table table;
  for (const char* title : {"metric", "unit", "statistic", "case"}) table.columns.push_back({.title = title});
  for (const std::string& dim : dims) table.columns.push_back({.title = dim});
  for (const char* title : {"column", "status", "value", "low", "high", "samples", "blocks", "ratio", "ratio_low", "ratio_high", "labels"})
    table.columns.push_back({.title = title});
  const auto add = [&](const Comparison& comparison, const Row& row, std::size_t i) {
    const Cell& cell = row.cells[i];
    if (!cell.present) return;
    base::Table::Row line;
    for (const std::string& text :
         {comparison.metric.name, comparison.metric.unit, std::string(stats::to_string(comparison.statistic)), row.id})
      line.cells.push_back({text});
    for (const std::string& dim : dims) line.cells.push_back({dim_text(row.dims, dim)});
    const auto& interval = cell.centre.interval;
    const bool ratio = cell.ratio.has_value();
    const auto ratio_interval = ratio ? cell.ratio->interval : std::nullopt;
    std::vector<std::string> labels = comparison.columns[i].labels;
    if (cell.has_value && cell.centre.within_process) labels.emplace_back("within process");
    for (const std::string& text :
         {comparison.columns[i].title, std::string(to_string(cell.status)), cell.has_value ? number(cell.centre.value) : "",
          interval ? number(interval->low) : "", interval ? number(interval->high) : "", std::to_string(cell.centre.samples),
          std::to_string(cell.centre.blocks), ratio ? number(cell.ratio->value) : "", ratio_interval ? number(ratio_interval->low) : "",
          ratio_interval ? number(ratio_interval->high) : "", fmt::format("{}", fmt::join(labels, "; "))}) {
      line.cells.push_back({text});
    }
    table.rows.push_back(std::move(line));
  };
  for (const Comparison& comparison : comparisons) {
    for (const compare::Group& group : comparison.groups) {
      for (const Row& row : group.rows) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) add(comparison, row, i);
      }
    }
  }
  return base::render_csv(table);
}

Json interval_json(const std::optional<stats::Interval>& interval) {
  if (!interval) return nullptr;
  return Json::array({base::number_to_json(interval->low), base::number_to_json(interval->high)});
}

Json cell_json(const Cell& cell) {
  if (!cell.present) return nullptr;
  Json json{{"status", to_string(cell.status)}};
  if (!cell.reason.empty()) json["reason"] = cell.reason;
  if (cell.has_value) {
    json["value"] = base::number_to_json(cell.centre.value);
    json["interval"] = interval_json(cell.centre.interval);
    json["samples"] = cell.centre.samples;
    json["blocks"] = cell.centre.blocks;
    if (cell.centre.within_process) json["within_process"] = true;
  }
  if (cell.ratio) json["ratio"] = {{"value", base::number_to_json(cell.ratio->value)}, {"interval", interval_json(cell.ratio->interval)}};
  if (!cell.warnings.empty()) json["warnings"] = cell.warnings;
  return json;
}

Json row_json(const Row& row) {
  Json json{{"case", row.id}, {"dims", Json::object()}, {"cells", Json::array()}};
  for (const auto& [name, value] : row.dims) std::visit([&, key = name](const auto& plain) { json["dims"][key] = plain; }, value.variant());
  for (const Cell& cell : row.cells) json["cells"].push_back(cell_json(cell));
  return json;
}

Json comparison_json(const Comparison& comparison) {
  Json json{{"metric", comparison.metric.name},
            {"unit", comparison.metric.unit},
            {"better", to_string(comparison.metric.better)},
            {"statistic", stats::to_string(comparison.statistic)},
            {"columns", Json::array()},
            {"groups", Json::array()},
            {"notes", comparison.notes}};
  for (const ColumnHead& head : comparison.columns)
    json["columns"].push_back({{"title", head.title}, {"base", head.base}, {"labels", head.labels}});
  for (const compare::Group& group : comparison.groups) {
    Json rows = Json::array();
    for (const Row& row : group.rows) rows.push_back(row_json(row));
    json["groups"].push_back({{"title", group.title}, {"rows", std::move(rows)}});
  }
  return json;
}

}  // namespace

std::string render(const std::vector<Comparison>& comparisons, const std::string& format, const base::TextStyle& style) {
  if (format == "csv") return csv(comparisons);
  if (format == "json") {
    Json all = Json::array();
    for (const Comparison& comparison : comparisons) all.push_back(comparison_json(comparison));
    return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  std::string text;
  for (const Comparison& comparison : comparisons) {
    TableMaker maker(comparison);
    if (!text.empty()) text += "\n";
    if (format == "md") text += "### " + maker.title() + "\n\n" + base::render_markdown(maker.make());
    else text += maker.title() + "\n\n" + base::render_text(maker.make(), style);
  }
  return text;
}

}  // namespace benchkit::cli
