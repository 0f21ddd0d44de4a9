// junit: test reports as Jenkins, GitLab and others read them.
//
// There is no one standard of this format. What is written here is what all of the readers have in common: suites of test cases with a name and a
// class, `failure` and `skipped` with a message, and properties of a suite. Readers know a test by its class and name (GitLab ignores the suite's
// name, and all but the first of two cases that share both), so the class names metric and versions, and two cases of one name are told apart.
// Jenkins takes what stands before the last dot of a class for its package.
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/units.hpp"
#include "base/xml.hpp"
#include "cli/formats/cell_text.hpp"
#include "cli/formats/format.hpp"

namespace benchkit::cli {
namespace {

using compare::Comparison;
using compare::Policy;
using compare::Row;
using compare::Ruling;

std::string attribute(std::string_view name, std::string_view value) { return fmt::format(" {}=\"{}\"", name, base::xml_text(value)); }

/// Text between tags, whose lines stay lines.
std::string body(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + base::xml_text(line);
  return text;
}

/// One metric of one version against its base.
class Suite {
 public:
  Suite(const Comparison& comparison, std::size_t column, const compare::GateOptions& gate)
      : comparison_(comparison), column_(column), head_(comparison.columns[column]), gate_(gate) {
    const std::string versions = compare::versions_of(comparison, column);
    name_ = comparison.metric.name + ": " + versions;
    class_ = without_dots(comparison.metric.name) + "." + without_dots(versions);
  }

  void write() {
    for (const compare::Group& group : comparison_.groups) {
      for (const Row& row : group.rows) add(row);
    }
  }
  [[nodiscard]] std::string text() const {
    return fmt::format("  <testsuite{}{} errors=\"0\">\n    <properties>\n{}    </properties>\n{}  </testsuite>\n",
                       attribute("name", name_), counts(), properties(), cases_);
  }
  [[nodiscard]] std::size_t tests() const { return tests_; }
  [[nodiscard]] std::size_t failures() const { return failures_; }

 private:
  static std::string without_dots(std::string text) {
    std::replace(text.begin(), text.end(), '.', '_');
    return text;
  }

  [[nodiscard]] std::string counts() const {
    return fmt::format(" tests=\"{}\" failures=\"{}\" skipped=\"{}\"", tests_, failures_, skipped_);
  }

  [[nodiscard]] std::string properties() const {
    std::string text;
    const auto put = [&](std::string_view name, std::string_view value) {
      if (!value.empty()) text += fmt::format("      <property{}{}/>\n", attribute("name", name), attribute("value", value));
    };
    put("metric", comparison_.metric.name);
    put("unit", head_.unit);
    put("statistic", stats::to_string(comparison_.statistic));
    put("head", head_.title);
    put("base", head_.lacks_base ? "" : comparison_.columns[head_.base].title);
    put("alpha", fmt::format("{}", comparison_.alpha));
    put("labels", fmt::format("{}", fmt::join(head_.labels, "; ")));
    for (const std::string& note : comparison_.notes) put("note", note);
    for (const std::string& turn : turns_) put("turn", turn);
    return text;
  }

  void add(const Row& row) {
    const auto ruling = compare::ruling_of(comparison_, row, column_, gate_);
    if (!ruling && !row.cells[column_].present) return;  // a case of another column
    ++tests_;
    const std::string name = name_of(row);
    if (const compare::Turn* const turn = compare::turn_at(row, column_)) turns_.push_back(name + ": " + turn_text(comparison_, *turn));
    cases_ += fmt::format("    <testcase{}{}{}", attribute("classname", class_), attribute("name", name), time_of(row));
    const std::string result = ruling ? result_of(row, *ruling) : "";
    cases_ += result.empty() ? "/>\n" : ">\n" + result + "    </testcase>\n";
  }

  std::string name_of(const Row& row) {
    std::string name = row.id;
    if (!names_.insert(name).second) {
      for (const auto& [dim, value] : row.dims) name += fmt::format(" {}={}", dim, value.text());
      const std::string with_dims = name;
      for (int i = 2; !names_.insert(name).second; ++i) name = fmt::format("{} ({})", with_dims, i);
    }
    return name;
  }

  /// What these systems show as the duration of a test.
  [[nodiscard]] std::string time_of(const Row& row) const {
    const compare::Cell& cell = row.cells[column_];
    return head_.unit == "ns" && cell.has_value ? attribute("time", fmt::format("{:.9f}", cell.centre.value * 1e-9)) : "";
  }

  std::string result_of(const Row& row, const Ruling& ruling) {
    const std::string message = ruling.outcome + (ruling.why.empty() ? "" : ": " + ruling.why);
    if (compare::fails(ruling, gate_)) {
      ++failures_;
      return fmt::format("      <failure{}{}>{}</failure>\n", attribute("type", ruling.outcome), attribute("message", message),
                         body(details(row, message)));
    }
    if (ruling.compared && ruling.policy == Policy::pass) return {};
    ++skipped_;
    return fmt::format("      <skipped{}/>\n", attribute("message", message));
  }

  [[nodiscard]] std::vector<std::string> details(const Row& row, const std::string& message) const {
    std::vector<std::string> lines{message};
    const auto add_side = [&](std::size_t column) {
      const compare::Cell& cell = row.cells[column];
      const compare::ColumnHead& head = comparison_.columns[column];
      if (!cell.has_value) return;
      Marks marks;
      lines.push_back(fmt::format("{}: {} {} ({} samples, {} blocks)", head.title, base::format_value(cell.centre.value, head.unit),
                                  half_width_text(cell.centre, marks), cell.centre.samples, cell.centre.blocks));
      lines.insert(lines.end(), cell.warnings.begin(), cell.warnings.end());
    };
    if (!head_.lacks_base) add_side(head_.base);
    add_side(column_);
    for (const std::string& label : head_.labels) lines.push_back(label);
    return lines;
  }

  const Comparison& comparison_;
  std::size_t column_;
  const compare::ColumnHead& head_;
  const compare::GateOptions& gate_;
  std::string name_;
  std::string class_;
  std::set<std::string> names_;
  std::vector<std::string> turns_;  ///< those that begin at this version
  std::string cases_;
  std::size_t tests_ = 0;
  std::size_t failures_ = 0;
  std::size_t skipped_ = 0;
};

std::string render(const Shown& shown) {
  std::string suites;
  std::size_t tests = 0;
  std::size_t failures = 0;
  for (const Comparison& comparison : shown.comparisons) {
    for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
      if (comparison.columns[i].base == i && !comparison.columns[i].lacks_base) continue;
      Suite suite(comparison, i, shown.gate);
      suite.write();
      suites += suite.text();
      tests += suite.tests();
      failures += suite.failures();
    }
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"benchkit\" tests=\"{}\" failures=\"{}\" "
      "errors=\"0\">\n{}</testsuites>\n",
      tests, failures, suites);
}

}  // namespace

FormatEntry junit_format() { return {.name = "junit", .render = &render, .holds_call_paths = false}; }

}  // namespace benchkit::cli
