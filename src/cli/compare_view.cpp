#include "cli/compare_view.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/parallel.hpp"
#include "base/units.hpp"
#include "cli/dim_columns.hpp"
#include "cli/verdict_text.hpp"

namespace benchkit::cli {
namespace {

using compare::Cell;
using compare::ColumnHead;
using compare::Comparison;
using compare::Row;

constexpr std::size_t kMostRemarks = 8;

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
      return first != nullptr && value != nullptr && value->text() == first->text();
    };
    if (rows.size() > 1 && std::all_of(rows.begin(), rows.end(), shares)) naming.shared.push_back(dim + "=" + first->text());
    else naming.dims.push_back(dim);
  }
  std::vector<std::string> names(rows.size());  // empty: no dim of the row says anything
  base::parallel_for(rows.size(), 1024, [&](std::size_t i) {
    bool says_something = false;
    for (const std::string& dim : naming.dims) {
      const std::string text = dim_text(rows[i]->dims, dim);
      says_something = says_something || !text.empty();
      names[i] += fmt::format("{}:{}", text.size(), text);  // the length keeps two texts from running into one
    }
    if (!says_something) names[i].clear();
  });
  const bool nameless = std::any_of(names.begin(), names.end(), [](const std::string& name) { return name.empty(); });
  const std::unordered_set<std::string_view> seen(names.begin(), names.end());
  naming.by_id = nameless || seen.size() < rows.size();
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

/// What stands in a table instead of an interval that says nothing.
constexpr const char* kUnknown = "unknown";
/// A centre whose interval is wider than itself.
constexpr double kWidestHalf = 1;

/// The marks that a table explains below it.
enum class Mark { within_process, one_sample, few_samples, stated, unknown };
using Marks = std::set<Mark>;

std::string_view meaning_of(Mark mark) {
  switch (mark) {
    case Mark::within_process: return "~ within one process: knows nothing of what differs from process to process";
    case Mark::one_sample: return "~ alone: one sample, no interval";
    case Mark::few_samples: return "~ alone: too few samples of one process for an interval";
    case Mark::stated: return "~ alone: as the file states it, without the samples behind it: no interval";
    case Mark::unknown: break;
  }
  return "unknown: too few blocks, or too unlike each other, for an interval that says anything";
}

std::string half_width_text(const stats::Centre& centre, Marks& marks) {
  if (centre.samples == 0) {
    marks.insert(Mark::stated);
    return "~";
  }
  if (centre.within_process && !centre.interval) {
    marks.insert(centre.samples == 1 ? Mark::one_sample : Mark::few_samples);
    return "~";
  }
  if (!centre.interval || !(centre.value > 0)) return {};
  const double half = stats::relative_half_width(centre);
  if (!(half <= kWidestHalf)) marks.insert(Mark::unknown);
  if (centre.within_process) marks.insert(Mark::within_process);
  const std::string text = half <= kWidestHalf ? fmt::format("±{:.{}f}%", half * 100, half < 0.1 ? 1 : 0) : kUnknown;
  return (centre.within_process ? "~" : "") + text;
}

std::string ratio_text(const Cell& cell, Marks& marks) {
  if (!cell.ratio || std::isnan(cell.ratio->value)) return {};
  const stats::Ratio& ratio = *cell.ratio;
  std::string text =
      ratio.interval ? base::format_change(ratio.value, ratio.interval->low, ratio.interval->high) : base::format_change(ratio.value);
  if (text.ends_with("[unknown]")) marks.insert(Mark::unknown);
  if (ratio.within_process) {
    marks.insert(Mark::within_process);
    text = "~" + text;
  }
  return text;
}

/// What is worked through in a second, by name; the columns that a table of one column has for it.
std::vector<std::string> rate_names(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const compare::Group& group : comparison.groups) {
    for (const Row& row : group.rows) {
      for (const Cell& cell : row.cells) {
        for (const auto& [name, rate] : cell.rates) {
          if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
      }
    }
  }
  return names;
}

const double* rate_of(const Cell& cell, const std::string& name) {
  for (const auto& [known, rate] : cell.rates) {
    if (known == name) return &rate;
  }
  return nullptr;
}

/// The table of one metric, with the remarks of its cells gathered below.
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
      for (const Row& row : group.rows) add_row(row);
    }
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
    for (const std::string& dim : naming_.dims)
      table_.columns.push_back(
          {.title = dim, .align = numeric(dim) ? base::Align::right : base::Align::left, .shrink = !numeric(dim), .key = true});
    for (std::size_t i = 0; i < comparison_.columns.size(); ++i) {
      const ColumnHead& head = comparison_.columns[i];
      table_.columns.push_back({.title = head.title, .align = base::Align::right});
      table_.columns.push_back({.title = "", .align = base::Align::right, .joined = true});
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

  void add_row(const Row& row) {
    base::Table::Row cells;
    if (naming_.by_id) cells.cells.push_back({row.id});
    for (const std::string& dim : naming_.dims) cells.cells.push_back({dim_text(row.dims, dim)});
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      add_cell(row, i, cells.cells);
      if (comparison_.columns[i].base == i) continue;
      cells.cells.push_back({ratio_text(row.cells[i], marks_)});
      cells.cells.push_back(verdict_cell(row.cells[i]));
    }
    for (const std::string& name : rates_) {
      const double* rate = rate_of(row.cells.front(), name);
      cells.cells.push_back({rate == nullptr ? "" : base::format_value(*rate, name == "bytes" ? "B" : "")});
    }
    table_.rows.push_back(std::move(cells));
  }

  void add_cell(const Row& row, std::size_t i, std::vector<base::Cell>& cells) {
    const Cell& cell = row.cells[i];
    const std::string where = comparison_.columns.size() > 1 ? fmt::format("{} ({})", row.id, comparison_.columns[i].title) : row.id;
    if (cell.status != Status::ok) {
      if (!cell.reason.empty()) remarks_.push_back(fmt::format("{}: {}: {}", where, to_string(cell.status), cell.reason));
      const bool calm = cell.status == Status::skipped || cell.status == Status::absent;
      cells.push_back({std::string(to_string(cell.status)), calm ? base::Tone::dim : base::Tone::bad});
      cells.push_back({});
      return;
    }
    for (const std::string& warning : cell.warnings) remarks_.push_back("! " + where + ": " + warning);
    cells.push_back({cell.has_value ? unit_.text(cell.centre.value) + (cell.warnings.empty() ? "" : " !") : "-"});
    cells.push_back({cell.has_value ? half_width_text(cell.centre, marks_) : "", base::Tone::dim});
  }

  void add_notes() {
    table_.notes = verdict_notes(comparison_);
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

/// A finite number to its last digit.
std::string number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

/// What makes a cell's number or its ratio weaker.
std::vector<std::string> labels_of(const ColumnHead& head, const Cell& cell) {
  std::vector<std::string> labels = head.labels;
  if (cell.has_value && cell.centre.samples == 0) labels.emplace_back("no samples");
  if (cell.has_value && cell.centre.samples == 1) labels.emplace_back("one sample");
  if (cell.has_value && cell.centre.within_process) labels.emplace_back("within process");
  if (cell.ratio && cell.ratio->within_process) labels.emplace_back("ratio within process");
  return labels;
}

/// One line a case and column, with everything on it, for a data frame.
class Csv {
 public:
  explicit Csv(const std::vector<Comparison>& comparisons) {
    for (const Comparison& comparison : comparisons) {
      for (const compare::Group& group : comparison.groups) {
        for (const Row& row : group.rows) add_dim_names(dims_, row.dims);
      }
      for (const std::string& name : rate_names(comparison)) {
        if (std::find(rates_.begin(), rates_.end(), name) == rates_.end()) rates_.push_back(name);
      }
    }
    make_columns();
    for (const Comparison& comparison : comparisons) {
      for (const compare::Group& group : comparison.groups) {
        for (const Row& row : group.rows) {
          for (std::size_t i = 0; i < row.cells.size(); ++i) add(comparison, row, i);
        }
      }
    }
  }
  [[nodiscard]] std::string text() const { return base::render_csv(table_); }

 private:
  static constexpr std::array<const char*, 4> kBefore{"metric", "unit", "statistic", "case"};
  static constexpr std::array<const char*, 20> kBehind{
      "group",   "column",  "status", "value",          "low",         "high", "samples", "blocks", "ratio",   "ratio_low", "ratio_high",
      "verdict", "outcome", "level",  "adjusted_level", "noise_floor", "why",  "labels",  "reason", "warnings"};

  /// Every column has a name of its own: a dim or a rate that is called as a column of ours gets a prefix.
  void add_column(std::string title, const char* prefix) {
    const auto taken = [&] {
      return std::any_of(table_.columns.begin(), table_.columns.end(), [&](const base::TableColumn& one) { return one.title == title; }) ||
             (*prefix != 0 && std::find(kBehind.begin(), kBehind.end(), title) != kBehind.end());
    };
    while (taken()) title = prefix + title;
    table_.columns.push_back({.title = std::move(title)});
  }

  void make_columns() {
    for (const char* title : kBefore) add_column(title, "");
    for (const std::string& dim : dims_) add_column(dim, "dim:");
    for (const char* title : kBehind) add_column(title, "");
    for (const std::string& rate : rates_) add_column(rate + "/s", "rate:");
  }

  void add(const Comparison& comparison, const Row& row, std::size_t i) {
    const Cell& cell = row.cells[i];
    if (!cell.present) return;
    base::Table::Row line;
    const auto put = [&](std::string text) { line.cells.push_back({std::move(text)}); };
    const auto put_interval = [&](const std::optional<stats::Interval>& interval) {
      put(interval ? number(interval->low) : "");
      put(interval ? number(interval->high) : "");
    };
    put(comparison.metric.name);
    put(comparison.metric.unit);
    put(std::string(stats::to_string(comparison.statistic)));
    put(row.id);
    for (const std::string& dim : dims_) put(dim_text(row.dims, dim));
    put(row.group);
    put(comparison.columns[i].title);
    put(std::string(to_string(cell.status)));
    put(cell.has_value ? number(cell.centre.value) : "");
    put_interval(cell.centre.interval);
    put(std::to_string(cell.centre.samples));
    put(std::to_string(cell.centre.blocks));
    put(cell.ratio ? number(cell.ratio->value) : "");
    put_interval(cell.ratio ? cell.ratio->interval : std::nullopt);
    put_judgement(line, cell.judgement);
    put(fmt::format("{}", fmt::join(labels_of(comparison.columns[i], cell), "; ")));
    put(cell.reason);
    put(fmt::format("{}", fmt::join(cell.warnings, "; ")));
    for (const std::string& name : rates_) {
      const double* rate = rate_of(cell, name);
      put(rate == nullptr ? "" : number(*rate));
    }
    table_.rows.push_back(std::move(line));
  }

  static void put_judgement(base::Table::Row& line, const std::optional<compare::Judgement>& judgement) {
    const auto put = [&](std::string text) { line.cells.push_back({std::move(text)}); };
    put(judgement ? std::string(to_string(judgement->verdict)) : "");
    put(judgement ? std::string(to_string(judgement->standing)) : "");
    put(judgement ? number(judgement->level) : "");
    put(judgement ? number(judgement->adjusted_level) : "");
    put(judgement && judgement->floor ? number(*judgement->floor) : "");
    put(judgement ? judgement->reason : "");
  }

  std::vector<std::string> dims_;
  std::vector<std::string> rates_;
  base::Table table_;
};

Json interval_json(const std::optional<stats::Interval>& interval) {
  if (!interval) return nullptr;
  return Json::array({base::number_to_json(interval->low), base::number_to_json(interval->high)});
}

Json cell_json(const Cell& cell) {
  if (!cell.present) return cell.judgement ? Json{{"judgement", judgement_json(*cell.judgement)}} : Json();
  Json json{{"status", to_string(cell.status)}};
  if (!cell.reason.empty()) json["reason"] = cell.reason;
  if (cell.has_value) {
    json["value"] = base::number_to_json(cell.centre.value);
    json["interval"] = interval_json(cell.centre.interval);
    json["samples"] = cell.centre.samples;
    json["blocks"] = cell.centre.blocks;
    if (cell.centre.within_process) json["within_process"] = true;
  }
  if (cell.ratio) {
    json["ratio"] = {{"value", base::number_to_json(cell.ratio->value)}, {"interval", interval_json(cell.ratio->interval)}};
    if (cell.ratio->within_process) json["ratio"]["within_process"] = true;
  }
  if (cell.judgement) json["judgement"] = judgement_json(*cell.judgement);
  for (const auto& [name, rate] : cell.rates) json["rates"][name] = base::number_to_json(rate);
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
            {"threshold", {{"amount", base::number_to_json(comparison.threshold.amount)}, {"relative", comparison.threshold.relative}}},
            {"alpha", base::number_to_json(comparison.alpha)},
            {"columns", Json::array()},
            {"groups", Json::array()},
            {"notes", comparison.notes}};
  for (const ColumnHead& head : comparison.columns)
    json["columns"].push_back({{"title", head.title}, {"base", head.base}, {"paired", head.paired}, {"labels", head.labels}});
  for (const compare::Group& group : comparison.groups) {
    Json rows = Json::array();
    for (const Row& row : group.rows) rows.push_back(row_json(row));
    json["groups"].push_back({{"title", group.title}, {"rows", std::move(rows)}});
  }
  return json;
}

}  // namespace

Json to_json(const std::vector<Comparison>& comparisons) {
  Json all = Json::array();
  for (const Comparison& comparison : comparisons) all.push_back(comparison_json(comparison));
  return all;
}

std::string render(const std::vector<Comparison>& comparisons, const std::string& format, const base::TextStyle& style) {
  if (format == "csv") return Csv(comparisons).text();
  if (format == "json") return to_json(comparisons).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  std::string text;
  for (const Comparison& comparison : comparisons) {
    TableMaker maker(comparison);
    if (!text.empty()) text += "\n";
    if (format == "md") text += "### " + base::markdown_text(maker.title()) + "\n\n" + base::render_markdown(maker.make());
    else text += maker.title() + "\n\n" + base::render_text(maker.make(), style);
  }
  return text;
}

}  // namespace benchkit::cli
