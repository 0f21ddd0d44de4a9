#include "tools_snapshot.hpp"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "arrow.hpp"
#include "base/json.hpp"
#include "cli/run_table.hpp"
#include "snapshot/read.hpp"
#include "snapshot/tidy.hpp"

namespace nb = nanobind;

namespace benchkit::python {
namespace {

using Words = std::vector<std::string>;
using Snapshots = std::vector<Snapshot>;

/// How measuring one case under one metric ended.
struct CaseOutcome {
  std::string case_id, status, reason, details;
};

std::vector<CaseOutcome> outcomes_of(const std::string& path) {
  const Snapshot snapshot = snapshot::read(path);
  std::vector<CaseOutcome> outcomes;
  for (const Record& record : snapshot.records) {
    const Outcome& outcome = record.outcome;
    outcomes.push_back(
        {snapshot.cases[record.case_index].id, std::string(to_string(outcome.status)), outcome.reason, base::dump_line(outcome.details)});
  }
  return outcomes;
}

/// Result files that were read, whatever wrote them.
class Results {
 public:
  explicit Results(const Words& paths) : snapshots_(snapshot::read_all(paths)) {}

  [[nodiscard]] nb::object arrow(nb::handle /*requested_schema*/) const { return arrow_stream(snapshot::tidy(snapshots_)); }

  /// The same table for whoever has no Arrow: a list a column.
  [[nodiscard]] nb::dict columns() const {
    nb::dict result;
    for (const snapshot::TidyColumn& column : snapshot::tidy(snapshots_)) {
      nb::list rows = std::visit([](const auto& values) { return list_of(values); }, column.values);
      for (std::size_t i = 0; i < column.known.size(); ++i) {
        if (!column.known[i]) rows[i] = nb::none();
      }
      result[column.name.c_str()] = std::move(rows);
    }
    return result;
  }

  [[nodiscard]] std::string table(std::size_t width, bool colour) const { return cli::RunTable(snapshots_).text({width, colour}); }
  [[nodiscard]] std::string html() const { return cli::RunTable(snapshots_).html(); }

  /// What is to be known before the numbers are trusted.
  [[nodiscard]] Words warnings() const {
    Words warnings;
    for (const Snapshot& snapshot : snapshots_) {
      for (const Diagnostic& one : snapshot.diagnostics) warnings.push_back(one.where + ": " + one.message);
      for (const Record& record : snapshot.records) {
        warnings.insert(warnings.end(), record.warnings.begin(), record.warnings.end());
        if (record.samples.size() == 0 || record.outcome.status == Status::ok) continue;
        warnings.push_back(snapshot.cases[record.case_index].id + ": its samples of " + snapshot.metrics[record.metric].name +
                           " are left out (" + std::string(to_string(record.outcome.status)) +
                           (record.outcome.reason.empty() ? "" : ": " + record.outcome.reason) + ")");
      }
    }
    return warnings;
  }

 private:
  template <class Values>
  static nb::list list_of(const Values& values) {
    nb::list rows;
    for (const auto value : values) rows.append(value);
    return rows;
  }
  static nb::list list_of(const snapshot::TidyTexts& texts) {
    std::vector<nb::object> words;
    for (const std::string& word : texts.words) words.push_back(nb::cast(word));
    nb::list rows;
    for (const std::uint32_t row : texts.rows) rows.append(words[row]);
    return rows;
  }
  static nb::list list_of(const std::vector<bool>& bits) {
    nb::list rows;
    for (const bool bit : bits) rows.append(nb::bool_(bit));
    return rows;
  }

  Snapshots snapshots_;
};

}  // namespace

void bind_snapshot(nb::module_& module) {
  nb::class_<CaseOutcome>(module, "CaseOutcome", "How measuring one case under one metric ended.")
      .def_ro("case_id", &CaseOutcome::case_id)
      .def_ro("status", &CaseOutcome::status)
      .def_ro("reason", &CaseOutcome::reason)
      .def_ro("details", &CaseOutcome::details, "As JSON.");
  module.def("outcomes", &outcomes_of, nb::arg("path"));
  nb::class_<Results>(module, "Results", "Result files that were read, whatever wrote them.")
      .def(nb::init<const Words&>(), nb::arg("paths"))
      .def("columns", &Results::columns, "The table as a list a column.")
      .def("table", &Results::table, nb::arg("width") = 0, nb::arg("colour") = false)
      .def("html", &Results::html)
      .def_prop_ro("warnings", &Results::warnings)
      .def("__arrow_c_stream__", &Results::arrow, nb::arg("requested_schema").none() = nb::none());
}

}  // namespace benchkit::python
