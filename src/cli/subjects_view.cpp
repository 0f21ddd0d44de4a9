#include "cli/subjects_view.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

namespace benchkit::cli {
namespace {

bool holds(const std::vector<std::int64_t>& values, std::int64_t value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

std::size_t present_cases(const SuiteDescription& suite) {
  return static_cast<std::size_t>(
      std::count_if(suite.cases.begin(), suite.cases.end(), [](const auto& one) { return one.absent.empty(); }));
}

std::vector<CountedSubject> subjects_of(const SuiteDescription& suite, const std::string& kind) {
  if (suite.info.empty()) throw Error("this host has cases alone, no subjects", {}, "`list` shows the cases");
  std::set<std::string> kinds;
  for (const protocol::SubjectInfo& subject : suite.info.subjects) kinds.insert(subject.kind);
  if (!kind.empty() && !kinds.contains(kind))
    throw Error(fmt::format("no subject is a \"{}\"", kind), "--kind", fmt::format("there are {}", fmt::join(kinds, ", ")));
  std::map<std::string, std::size_t> counts;  // by the subject's name
  for (const protocol::CaseDescription& one : suite.cases) {
    if (const DimValue* subject = one.info.dims.find(suite.info.subject_dim)) counts[subject->text()] += one.absent.empty() ? 1 : 0;
  }
  std::vector<CountedSubject> subjects;
  for (const protocol::SubjectInfo& subject : suite.info.subjects) {
    const auto count = counts.find(subject.name);
    if (count != counts.end() && (kind.empty() || subject.kind == kind)) subjects.push_back({&subject, count->second});
  }
  return subjects;
}

std::string ladder_text(const protocol::SubjectInfo& subject) {
  std::string text;
  for (const std::int64_t value : subject.sizes) {
    const char* shape = holds(subject.long_sizes, value) ? "({})" : "{}";
    text += (text.empty() ? "" : " ") + fmt::format(fmt::runtime(shape), value) + (holds(subject.quick, value) ? "*" : "");
  }
  return text;
}

base::Table subjects_table(const std::vector<CountedSubject>& subjects) {
  base::Table table;
  table.columns = {{.title = "subject"}, {.title = "kind"}, {.title = "ladder"}, {.title = "cases", .align = base::Align::right}};
  const bool remarks = std::any_of(subjects.begin(), subjects.end(), [](const auto& one) { return !one.subject->absent.empty(); });
  if (remarks) table.columns.push_back({.title = "remark", .shrink = true});
  for (const auto& [subject, cases] : subjects) {
    const base::Tone tone = subject->absent.empty() ? base::Tone::plain : base::Tone::dim;
    base::Table::Row row{.cells = {{subject->name, tone},
                                   {subject->kind, tone},
                                   {subject->axis + " = " + ladder_text(*subject), tone},
                                   {std::to_string(cases), tone}}};
    if (!subject->absent.empty()) row.cells.push_back({"absent: " + subject->absent, tone});
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string subjects_text(const std::vector<CountedSubject>& subjects) {
  std::string text;
  for (const auto& [subject, cases] : subjects) {
    text += fmt::format("{}{} ({}): {} = {} · {} cases\n", text.empty() ? "" : "\n", subject->name, subject->kind, subject->axis,
                        ladder_text(*subject), cases);
    const auto add = [&](const char* what, const std::string& value) {
      if (!value.empty()) text += fmt::format("  {}{}\n", what, base::printable(value));
    };
    add("", subject->description);
    add("features: ", fmt::format("{}", fmt::join(subject->features, ", ")));
    add("requires: ", fmt::format("{}", fmt::join(subject->requirements, ", ")));
    add("absent: ", subject->absent);
  }
  return text;
}

base::Table subject_facts(const protocol::SubjectInfo& subject) {
  base::Table table;
  table.columns = {{.title = subject.kind}, {.title = subject.name}};
  const auto add = [&](const char* name, const std::string& value, base::Tone tone = base::Tone::plain) {
    if (!value.empty()) table.rows.push_back({.cells = {{name, base::Tone::dim}, {value, tone}}});
  };
  const auto list = [](const auto& values) { return fmt::format("{}", fmt::join(values, ", ")); };
  add("description", subject.description);
  add("dial", subject.axis);
  add("ladder", list(subject.sizes));
  add("quick tier", subject.quick.empty() ? "none" : list(subject.quick));
  add("long tier", list(subject.long_sizes));
  add("features", list(subject.features));
  add("operations", list(subject.operations));
  add("requires", list(subject.requirements));
  add("absent", subject.absent, base::Tone::warning);
  return table;
}

}  // namespace benchkit::cli
