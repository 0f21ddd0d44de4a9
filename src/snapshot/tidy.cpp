#include "snapshot/tidy.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace benchkit::snapshot {
namespace {

constexpr std::array<std::string_view, 7> kFixed{"version", "case", "metric", "unit", "block", "sample", "value"};

/// A text column while it grows.
class Words {
 public:
  void add(const std::string& word, std::size_t rows) {
    const auto [found, is_new] = index_.try_emplace(word, static_cast<std::uint32_t>(texts_.words.size()));
    if (is_new) texts_.words.push_back(word);
    texts_.rows.insert(texts_.rows.end(), rows, found->second);
  }
  [[nodiscard]] TidyTexts take() { return std::move(texts_); }

 private:
  TidyTexts texts_;
  std::unordered_map<std::string, std::uint32_t> index_;
};

/// A dim in all rows, before it is known what kind of column it makes.
struct DimRows {
  std::string name;
  std::vector<const DimValue*> values;  ///< by stretch of rows; null: the case has no such dim
};

/// Rows that belong to one record.
struct Stretch {
  const CaseInfo* info;
  std::size_t rows;
};

/// In the order in which the files name them, whatever was measured first.
std::vector<DimRows> dims_of(std::span<const Snapshot> snapshots, const std::vector<Stretch>& stretches) {
  std::unordered_set<const CaseInfo*> measured;
  for (const Stretch& stretch : stretches) measured.insert(stretch.info);
  std::vector<DimRows> dims;
  std::unordered_map<std::string, std::size_t> at;
  for (const Snapshot& snapshot : snapshots) {
    for (const CaseInfo& info : snapshot.cases) {
      if (!measured.contains(&info)) continue;
      for (const auto& [name, value] : info.dims) {
        if (at.try_emplace(name, dims.size()).second) dims.push_back({name, std::vector<const DimValue*>(stretches.size(), nullptr)});
      }
    }
  }
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    for (const auto& [name, value] : stretches[i].info->dims) dims[at.at(name)].values[i] = &value;
  }
  return dims;
}

template <class Value, class Convert>
std::vector<Value> spread(const DimRows& dim, const std::vector<Stretch>& stretches, Convert&& convert) {
  std::vector<Value> rows;
  for (std::size_t i = 0; i < stretches.size(); ++i)
    rows.insert(rows.end(), stretches[i].rows, dim.values[i] != nullptr ? convert(*dim.values[i]) : Value{});
  return rows;
}

TidyColumn column_of(const DimRows& dim, const std::vector<Stretch>& stretches) {
  const bool taken = std::find(kFixed.begin(), kFixed.end(), dim.name) != kFixed.end();
  TidyColumn column{.name = (taken ? "dim_" : "") + dim.name, .values = {}};
  const auto all = [&](auto&& is) {
    return std::all_of(dim.values.begin(), dim.values.end(), [&](const DimValue* value) { return value == nullptr || is(*value); });
  };
  if (all([](const DimValue& value) { return std::holds_alternative<std::int64_t>(value.variant()); })) {
    column.values = spread<std::int64_t>(dim, stretches, [](const DimValue& value) { return std::get<std::int64_t>(value.variant()); });
  } else if (all([](const DimValue& value) { return value.is_number(); })) {
    column.values = spread<double>(dim, stretches, [](const DimValue& value) { return value.number(); });
  } else if (all([](const DimValue& value) { return std::holds_alternative<bool>(value.variant()); })) {
    column.values = spread<bool>(dim, stretches, [](const DimValue& value) { return std::get<bool>(value.variant()); });
  } else {
    Words words;
    for (std::size_t i = 0; i < stretches.size(); ++i) words.add(dim.values[i] != nullptr ? dim.values[i]->text() : "", stretches[i].rows);
    column.values = words.take();
  }
  if (std::find(dim.values.begin(), dim.values.end(), nullptr) != dim.values.end())
    for (std::size_t i = 0; i < stretches.size(); ++i) column.known.insert(column.known.end(), stretches[i].rows, dim.values[i] != nullptr);
  return column;
}

}  // namespace

std::vector<TidyColumn> tidy(std::span<const Snapshot> snapshots) {
  std::vector<Stretch> stretches;
  Words versions, cases, metrics, units;
  std::vector<std::int64_t> blocks, numbers;
  std::vector<double> values;
  for (const Snapshot& snapshot : snapshots) {
    for (const Record& record : snapshot.records) {
      const std::size_t rows = record.samples.size();
      if (rows == 0 || record.outcome.status != Status::ok) continue;
      const Metric& metric = snapshot.metrics[record.metric];
      stretches.push_back({&snapshot.cases[record.case_index], rows});
      versions.add(snapshot.versions[record.version].label, rows);
      cases.add(stretches.back().info->id, rows);
      metrics.add(metric.name, rows);
      units.add(metric.unit, rows);
      for (std::size_t i = 0; i < rows; ++i) {
        blocks.push_back(record.samples.block[i]);
        numbers.push_back(static_cast<std::int64_t>(i));
        values.push_back(record.samples.value[i]);
      }
    }
  }
  std::vector<TidyColumn> columns;
  columns.push_back({"version", versions.take()});
  columns.push_back({"case", cases.take()});
  for (const DimRows& dim : dims_of(snapshots, stretches)) columns.push_back(column_of(dim, stretches));
  columns.push_back({"metric", metrics.take()});
  columns.push_back({"unit", units.take()});
  columns.push_back({"block", std::move(blocks)});
  columns.push_back({"sample", std::move(numbers)});
  columns.push_back({"value", std::move(values)});
  return columns;
}

}  // namespace benchkit::snapshot
