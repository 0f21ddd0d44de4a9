#include "compare/align.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

namespace benchkit::compare {
namespace {

constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

std::string stem_of(const std::string& path) { return std::filesystem::path(path).stem().string(); }

/// The row that a case belongs to under a pivot: what is left of its dims, and its group.
std::string row_title(const Dims& dims, const std::string& pivot) {
  std::string title;
  for (const auto& [name, value] : dims) {
    if (name != pivot) title += (title.empty() ? "" : " ") + name + "=" + value.text();
  }
  return title;
}

Dims without(const Dims& dims, const std::string& name) {
  Dims rest;
  for (const auto& [key, value] : dims) {
    if (key != name) rest.set(key, value);
  }
  return rest;
}

class Aligner {
 public:
  Aligner(const std::vector<Source>& sources, std::string metric, const CompareOptions& options)
      : sources_(sources), metric_(std::move(metric)), options_(options) {}

  Alignment align() {
    make_columns();
    for (std::size_t i = 0; i < sources_.size(); ++i) place_source(i);
    for (const std::string& dim : dims_of_two_types_) {
      result_.notes.push_back(fmt::format("the dim \"{}\" has values of different types in different cases or files", dim));
    }
    if (differing_dims_ > 0)
      result_.notes.push_back(
          fmt::format("{} cases have other dims in one file than in another; the first file's are shown", differing_dims_));
    for (const auto& [title, count] : repeated_) {
      result_.notes.push_back(
          fmt::format("{} cases share \"{}\" and differ in nothing but their ids: each stands in a row of its own", count + 1, title));
    }
    return std::move(result_);
  }

 private:
  void make_columns() {
    if (options_.pivot.empty()) {
      for (std::size_t i = 0; i < sources_.size(); ++i) {
        result_.columns.push_back({.title = sources_[i].title, .base = 0});
        result_.source_of_column.push_back(i);
      }
      return;
    }
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const std::size_t first = result_.columns.size();
      for (const std::string& value : pivot_values(*sources_[i].snapshot)) {
        const std::string title = sources_.size() > 1 ? sources_[i].title + ": " + value : value;
        column_of_value_[{i, value}] = result_.columns.size();
        result_.columns.push_back({.title = title, .base = first});
        result_.source_of_column.push_back(i);
      }
    }
    if (result_.columns.empty())
      throw Error(fmt::format("no case has the dim \"{}\"", options_.pivot), "--pivot", "`list` shows the dims of the cases");
  }

  /// The pivot's values in the order in which the selected cases name them.
  [[nodiscard]] std::vector<std::string> pivot_values(const Snapshot& snapshot) const {
    std::vector<std::string> values;
    for (const CaseInfo& info : snapshot.cases) {
      const DimValue* value = info.dims.find(options_.pivot);
      if (value == nullptr || !options_.filter.matches(info.id, info.dims)) continue;
      if (const std::string text = value->text(); std::find(values.begin(), values.end(), text) == values.end()) values.push_back(text);
    }
    return values;
  }

  /// Column and row of every selected case of a source, then its records into them.
  void place_source(std::size_t index) {
    const Source& source = sources_[index];
    const Snapshot& snapshot = *source.snapshot;
    std::vector<std::pair<std::size_t, std::size_t>> places(snapshot.cases.size(), {kNoColumn, 0});
    std::map<std::pair<std::size_t, std::string>, std::size_t> seen;
    for (std::size_t i = 0; i < snapshot.cases.size(); ++i) {
      const CaseInfo& info = snapshot.cases[i];
      if (!options_.filter.matches(info.id, info.dims)) continue;
      note_types(info.dims);
      if (options_.pivot.empty()) {
        places[i] = {index, row_named(info.id, info.id, info.dims)};
        continue;
      }
      const DimValue* value = info.dims.find(options_.pivot);
      if (value == nullptr) continue;
      const std::size_t column = column_of_value_.at({index, value->text()});
      const std::string title = row_title(info.dims, options_.pivot);
      const std::size_t repeat = seen[{column, title}]++;
      if (repeat > 0) repeated_[title] = std::max(repeated_[title], repeat);
      places[i] = {column, row_named(fmt::format("{}\n{}", title, repeat), title, without(info.dims, options_.pivot))};
    }
    for (const Record& record : snapshot.records) {
      if (record.version != source.version || snapshot.metrics[record.metric].name != metric_) continue;
      const auto [column, row] = places[record.case_index];
      if (column != kNoColumn) result_.rows[row].entries[column].records.push_back(&record);
    }
  }

  std::size_t row_named(const std::string& key, const std::string& title, const Dims& dims) {
    const auto [found, is_new] = row_of_.emplace(key, result_.rows.size());
    if (is_new) {
      result_.rows.push_back({.id = title, .dims = dims, .entries = std::vector<Entry>(result_.columns.size())});
    } else if (options_.pivot.empty() && !(result_.rows[found->second].dims == dims)) {
      ++differing_dims_;
    }
    return found->second;
  }

  void note_types(const Dims& dims) {
    for (const auto& [name, value] : dims) {
      const std::string_view kind = value.is_number() ? "number" : value.type_name();
      const auto [known, is_new] = type_of_dim_.emplace(name, kind);
      if (!is_new && known->second != kind) dims_of_two_types_.insert(name);
    }
  }

  const std::vector<Source>& sources_;
  std::string metric_;
  const CompareOptions& options_;
  Alignment result_;
  std::unordered_map<std::string, std::size_t> row_of_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> column_of_value_;
  std::map<std::string, std::string_view> type_of_dim_;
  std::set<std::string> dims_of_two_types_;
  std::map<std::string, std::size_t> repeated_;
  std::size_t differing_dims_ = 0;
};

}  // namespace

std::vector<Source> sources_of(std::span<const Snapshot> snapshots) {
  std::vector<Source> sources;
  for (const Snapshot& snapshot : snapshots) {
    for (std::size_t i = 0; i < snapshot.versions.size(); ++i) sources.push_back({&snapshot, i, snapshot.versions[i].label});
  }
  std::map<std::string, std::size_t> titles;
  for (const Source& source : sources) ++titles[source.title];
  for (Source& source : sources) {
    if (!source.title.empty() && titles[source.title] == 1) continue;
    const std::string stem = stem_of(source.snapshot->path);
    source.title = source.title.empty() || source.snapshot->versions.size() == 1 ? stem : stem + ": " + source.title;
  }
  return sources;
}

Alignment align(const std::vector<Source>& sources, const std::string& metric, const CompareOptions& options) {
  return Aligner(sources, metric, options).align();
}

}  // namespace benchkit::compare
