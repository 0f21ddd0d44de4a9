#include "report/pivots.hpp"

#include <algorithm>
#include <utility>

#include <benchkit/base/error.hpp>

#include "report/json_text.hpp"
#include "report/metric.hpp"

namespace benchkit::report {
namespace {

constexpr std::size_t kMostCases = 5000;
constexpr std::size_t kMostValues = 12;

using DimsWithValues = std::vector<std::pair<std::string, std::vector<std::string>>>;

void note_values(const Dims& of_case, DimsWithValues& dims) {
  for (const auto& [name, value] : of_case) {
    auto dim = std::find_if(dims.begin(), dims.end(), [&](const auto& known) { return known.first == name; });
    if (dim == dims.end()) dim = dims.insert(dim, {name, {}});
    std::vector<std::string>& values = dim->second;
    const std::string text = value.text();
    if (values.size() <= kMostValues && std::find(values.begin(), values.end(), text) == values.end()) values.push_back(text);
  }
}

/// The values of each dim that has at least two and not too many, in the order in which the files name them: the first one is the base.
DimsWithValues dims_to_pivot(std::span<const Snapshot> snapshots, const CaseList& cases) {
  DimsWithValues dims;
  for (const Snapshot& snapshot : snapshots) {
    for (const CaseInfo& info : snapshot.cases) {
      if (cases.place_of(info.id, info.dims) < cases.size()) note_values(info.dims, dims);
    }
  }
  std::erase_if(dims, [](const auto& dim) { return dim.second.size() < 2 || dim.second.size() > kMostValues; });
  return dims;
}

/// What was found of a case, and beside which one.
struct Found {
  const compare::Cell* cell = nullptr;
  std::size_t base = 0;
};
using ByCase = std::vector<Found>;

/// By version and case.
std::vector<ByCase> found_in(const compare::Comparison& pivoted, std::size_t versions, const CaseList& cases) {
  std::vector<ByCase> found(versions, ByCase(cases.size()));
  for (const compare::Group& group : pivoted.groups) {
    for (const compare::Row& row : group.rows) {
      for (std::size_t column = 0; column < row.cells.size(); ++column) {
        const compare::ColumnHead& head = pivoted.columns[column];
        const compare::Cell& cell = row.cells[column];
        const compare::Cell& base = row.cells[head.base];
        if (head.base == column || cell.info == nullptr || base.info == nullptr) continue;
        const std::size_t place = cases.place_of(cell.info->id, cell.info->dims);
        if (place < cases.size()) found[head.source][place] = {&cell, cases.place_of(base.info->id, base.info->dims)};
      }
    }
  }
  return found;
}

std::string column_json(const ByCase& found, const std::string& unit, bool relative) {
  ListText bases;
  ChangeLists changes(true);
  for (std::size_t i = 0; i < found.size(); ++i) {
    bases.add_integer(found[i].cell == nullptr ? -1 : static_cast<long long>(found[i].base));
    changes.add(found[i].cell, i, unit, relative);
  }
  ObjectText json;
  json.add_raw("base", std::move(bases).text());
  std::move(changes).write(json);
  return std::move(json).text();
}

/// Empty where nothing of the dim can be compared.
std::string pivot_json(std::span<const Snapshot> snapshots, std::span<const compare::Comparison> comparisons,
                       compare::CompareOptions options, const std::string& dim, const std::vector<std::string>& values,
                       const CaseList& cases) {
  options.pivot = dim;
  options.by.clear();
  options.sort.clear();
  options.gate.clear();
  options.history = false;
  std::vector<compare::Comparison> pivoted;
  try {
    pivoted = compare::compare(snapshots, options);
  } catch (const Error&) {
    return {};
  }
  ListText metrics;
  for (const compare::Comparison& comparison : comparisons) {
    const auto own =
        std::find_if(pivoted.begin(), pivoted.end(), [&](const auto& other) { return other.metric.name == comparison.metric.name; });
    const bool relative = own == pivoted.end() || is_relative(*own);
    ListText columns;
    if (own != pivoted.end()) {
      for (const ByCase& found : found_in(*own, comparison.columns.size(), cases))
        columns.add_raw(column_json(found, comparison.metric.unit, relative));
    }
    metrics.add_raw(std::move(ObjectText().add("relative", relative).add_raw("columns", std::move(columns).text())).text());
  }
  return std::move(ObjectText().add("values", values).add_raw("metrics", std::move(metrics).text())).text();
}

}  // namespace

std::vector<Pivot> pivots_of(std::span<const Snapshot> snapshots, std::span<const compare::Comparison> comparisons,
                             const compare::CompareOptions& options, const CaseList& cases) {
  std::vector<Pivot> pivots;
  if (cases.size() > kMostCases) return pivots;
  for (const auto& [dim, values] : dims_to_pivot(snapshots, cases)) {
    std::string json = pivot_json(snapshots, comparisons, options, dim, values, cases);
    if (!json.empty()) pivots.push_back({dim, std::move(json)});
  }
  return pivots;
}

}  // namespace benchkit::report
