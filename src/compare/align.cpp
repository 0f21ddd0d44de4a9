#include "compare/align.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/index_table.hpp"
#include "base/json.hpp"

namespace benchkit::compare {
namespace {

constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

std::string stem_of(const std::string& path) { return std::filesystem::path(path).stem().string(); }

std::string_view kind_of(const DimValue& value) { return value.is_number() ? "number" : value.type_name(); }

/// A value as a key: two are one if they are of one kind and equal (100 and 100.0 are, 100 and "100" are not).
std::string value_key(const DimValue& value) { return fmt::format("{}:{}", kind_of(value), value.text()); }

std::string title_of(const Dims& dims) {
  std::string title;
  for (const auto& [name, value] : dims) title += (title.empty() ? "" : " ") + name + "=" + value.text();
  return title;
}

class Aligner {
 public:
  Aligner(const std::vector<Source>& sources, std::string metric, const CompareOptions& options)
      : sources_(sources), metric_(std::move(metric)), options_(options) {}

  Alignment align() {
    find_repeated_ids();
    make_columns();
    if (!sources_.empty()) {
      result_.rows.reserve(sources_.front().snapshot->cases.size());
      result_.entries.reserve(result_.rows.capacity() * result_.columns.size());
    }
    for (std::size_t i = 0; i < sources_.size(); ++i) place_source(i);
    gather();
    for (const std::string& dim : dims_of_two_types_) {
      result_.notes.push_back(fmt::format("the dim \"{}\" has values of different types in different cases or files", dim));
    }
    if (differing_dims_ > 0)
      result_.notes.push_back(
          fmt::format("{} cases have other dims in one file than in another; the first file's are shown", differing_dims_));
    if (without_pivot_ > 0)
      result_.notes.push_back(fmt::format("{} without the dim \"{}\" {} left out", counted(without_pivot_, "case"), options_.pivot,
                                          without_pivot_ == 1 ? "is" : "are"));
    name_unclear_rows();
    return std::move(result_);
  }

 private:
  static std::string counted(std::size_t count, const char* what) { return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"); }

  /// Rows under a pivot whose dims do not name them take the id of their first case.
  void name_unclear_rows() {
    if (options_.pivot.empty()) return;
    std::map<std::string, std::size_t> rows;
    for (const AlignedRow& row : result_.rows) ++rows[row.title];
    for (AlignedRow& row : result_.rows) {
      if (row.title.empty() || rows[row.title] > 1) row.title = row.first->id;
    }
    for (const auto& [title, count] : repeated_) {
      result_.notes.push_back(fmt::format("{} cases share \"{}\" and differ in nothing but their ids: each stands in a row of its own",
                                          count + 1, title.empty() ? "no other dim" : title));
    }
  }

  /// Ids that one file has twice: what tells these cases apart are their dims.
  void find_repeated_ids() {
    for (const Source& source : sources_) {
      if (source.snapshot->format.starts_with("benchkit ")) continue;  // whose ids are unique
      std::unordered_set<std::string_view> ids;
      ids.reserve(source.snapshot->cases.size());
      for (const CaseInfo& info : source.snapshot->cases) {
        if (!ids.insert(info.id).second) repeated_ids_.insert(info.id);
      }
    }
  }

  void make_columns() {
    if (options_.pivot.empty()) {
      for (std::size_t i = 0; i < sources_.size(); ++i) {
        result_.columns.push_back({.title = sources_[i].title, .base = base_of(sources_, i, options_.successive), .source = i});
      }
      return;
    }
    const std::vector<DimValue> values = pivot_values();
    if (values.empty()) throw no_such_dim("--pivot", options_.pivot, sources_);
    const std::string base = value_key(values.front());
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const std::set<std::string> there = pivot_keys(*sources_[i].snapshot);
      for (const DimValue& value : values) {
        if (!there.contains(value_key(value))) continue;
        const std::string title = sources_.size() > 1 ? sources_[i].title + ": " + value.text() : value.text();
        const std::size_t column = result_.columns.size();
        column_of_value_[{i, value_key(value)}] = column;
        // One base value for all sources; each is compared with its own, so that only one thing differs.
        const auto found = column_of_value_.find({i, base});
        const bool lacks_base = found == column_of_value_.end();
        result_.columns.push_back({.title = title, .base = lacks_base ? column : found->second, .lacks_base = lacks_base, .source = i});
      }
      if (!there.empty() && !there.contains(base))
        result_.notes.push_back(fmt::format("{} has no case with {}={}, so nothing of it is compared", sources_[i].title, options_.pivot,
                                            values.front().text()));
    }
  }

  /// The pivot's values in the order in which the selected cases of all sources name them.
  [[nodiscard]] std::vector<DimValue> pivot_values() const {
    std::vector<DimValue> values;
    std::set<std::string> known;
    for (const Source& source : sources_) {
      for (const CaseInfo& info : source.snapshot->cases) {
        const DimValue* value = info.dims.find(options_.pivot);
        if (value != nullptr && options_.filter.matches(info.id, info.dims) && known.insert(value_key(*value)).second)
          values.push_back(*value);
      }
    }
    return values;
  }

  [[nodiscard]] std::set<std::string> pivot_keys(const Snapshot& snapshot) const {
    std::set<std::string> keys;
    for (const CaseInfo& info : snapshot.cases) {
      const DimValue* value = info.dims.find(options_.pivot);
      if (value != nullptr && options_.filter.matches(info.id, info.dims)) keys.insert(value_key(*value));
    }
    return keys;
  }

  /// Column and row of every selected case of a source, then its records into them.
  void place_source(std::size_t index) {
    const Source& source = sources_[index];
    const Snapshot& snapshot = *source.snapshot;
    std::vector<std::pair<std::size_t, std::size_t>> places(snapshot.cases.size(), {kNoColumn, 0});
    std::map<std::pair<std::size_t, std::string>, std::size_t> seen;
    for (std::size_t i = 0; i < snapshot.cases.size(); ++i) {
      const CaseInfo& info = snapshot.cases[i];
      if (!options_.filter.empty() && !options_.filter.matches(info.id, info.dims)) continue;
      note_types(info.dims);
      if (options_.pivot.empty()) {
        places[i] = {index, row_of_case(info)};
        entry(places[i].second, index).info = &info;
        continue;
      }
      const DimValue* value = info.dims.find(options_.pivot);
      if (value == nullptr) {
        ++without_pivot_;
        continue;
      }
      const std::size_t column = column_of_value_.at({index, value_key(*value)});
      const Dims rest = without(info.dims, options_.pivot);
      const std::string key = key_of(rest);
      const std::size_t repeat = seen[{column, key}]++;
      const std::size_t row = row_under_pivot(fmt::format("{}#{}", repeat, key), rest, info);
      if (repeat > 0) repeated_[title_of(rest)] = std::max(repeated_[title_of(rest)], repeat);
      places[i] = {column, row};
      entry(row, column).info = &info;
    }
    std::vector<bool> wanted;
    for (const Metric& metric : snapshot.metrics) wanted.push_back(metric.name == metric_);
    for (const Record& record : snapshot.records) {
      if (record.version != source.version || !wanted[record.metric]) continue;
      const auto [column, row] = places[record.case_index];
      if (column != kNoColumn) placed_.push_back({row * result_.columns.size() + column, &record});
    }
  }

  Entry& entry(std::size_t row, std::size_t column) { return result_.entries[row * result_.columns.size() + column]; }

  /// The records of each entry beside each other, in the order in which they were placed; then nothing moves any more.
  void gather() {
    std::vector<std::size_t> ends(result_.entries.size() + 1);
    for (const Placed& one : placed_) ++ends[one.entry + 1];
    std::partial_sum(ends.begin(), ends.end(), ends.begin());
    result_.records.resize(placed_.size());
    std::vector<std::size_t> next(ends.begin(), ends.end() - 1);
    for (const Placed& one : placed_) result_.records[next[one.entry]++] = one.record;
    for (std::size_t i = 0; i < result_.entries.size(); ++i)
      result_.entries[i].records = std::span<const Record* const>(result_.records).subspan(ends[i], ends[i + 1] - ends[i]);
    const std::size_t columns = result_.columns.size();
    for (std::size_t i = 0; i < result_.rows.size(); ++i)
      result_.rows[i].entries = std::span<const Entry>(result_.entries).subspan(i * columns, columns);
  }

  std::size_t row_of_case(const CaseInfo& info) {
    // Those that share an id are told apart by their dims.
    const bool repeated = !repeated_ids_.empty() && repeated_ids_.contains(info.id);
    const std::string dims = repeated ? key_of(info.dims) : "";
    const std::size_t hash = std::hash<std::string>()(info.id) + std::hash<std::string>()(dims);
    const auto [found, is_new] = rows_.insert(hash, result_.rows.size(), [&](std::size_t at) {
      const CaseInfo& there = *result_.rows[at].first;
      return there.id == info.id && (!repeated || key_of(there.dims) == dims);
    });
    if (is_new) return add_row(info);
    AlignedRow& row = result_.rows[found];
    note_work(row, info);
    if (!(row.first->dims == info.dims)) ++differing_dims_;
    return found;
  }

  std::size_t row_under_pivot(const std::string& key, const Dims& rest, const CaseInfo& info) {
    const auto [found, is_new] = pivot_rows_.try_emplace(key, result_.rows.size());
    if (is_new) {
      add_row(info);
      result_.rows.back().title = title_of(rest);
      result_.rows.back().dims = rest;
    } else {
      note_work(result_.rows[found->second], info);
    }
    return found->second;
  }

  std::size_t add_row(const CaseInfo& info) {
    result_.rows.push_back({.first = &info, .title = {}, .dims = {}});
    result_.entries.resize(result_.entries.size() + result_.columns.size());
    return result_.rows.size() - 1;
  }

  /// A rate over both columns would compare different amounts of work.
  static void note_work(AlignedRow& row, const CaseInfo& info) { row.one_work = row.one_work && row.first->work == info.work; }

  void note_types(const Dims& dims) {
    std::size_t place = 0;  // nearly all cases name the same dims in the same order
    for (const auto& [name, value] : dims) {
      if (place >= type_of_dim_.size() || type_of_dim_[place].name != name)
        place = static_cast<std::size_t>(
            std::find_if(type_of_dim_.begin(), type_of_dim_.end(), [&](const Typed& known) { return known.name == name; }) -
            type_of_dim_.begin());
      if (place == type_of_dim_.size()) type_of_dim_.push_back({name, kind_of(value)});
      else if (type_of_dim_[place].kind != kind_of(value)) dims_of_two_types_.insert(name);
      ++place;
    }
  }

  const std::vector<Source>& sources_;
  std::string metric_;
  const CompareOptions& options_;
  /// A record, and where it belongs in the list of entries.
  struct Placed {
    std::size_t entry;
    const Record* record;
  };

  Alignment result_;
  std::vector<Placed> placed_;
  base::IndexTable rows_;
  std::unordered_map<std::string, std::size_t> pivot_rows_;
  std::unordered_set<std::string_view> repeated_ids_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> column_of_value_;
  struct Typed {
    std::string_view name, kind;
  };
  std::vector<Typed> type_of_dim_;
  std::set<std::string> dims_of_two_types_;
  std::map<std::string, std::size_t> repeated_;
  std::size_t differing_dims_ = 0;
  std::size_t without_pivot_ = 0;
};

std::map<std::pair<std::size_t, std::int64_t>, std::int64_t> same_layouts_in(const Snapshot& snapshot) {
  std::map<std::pair<std::size_t, std::int64_t>, std::int64_t> same;
  std::map<std::pair<std::size_t, std::string>, std::int64_t> first;
  for (const Block& block : snapshot.blocks) {
    const auto layouts = block.details.find("layouts");
    if (layouts == block.details.end()) continue;
    same[{block.session, block.block}] = first.try_emplace({block.session, base::dump_line(*layouts)}, block.block).first->second;
  }
  return same;
}

}  // namespace

std::string key_of(const Dims& dims) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : dims) {
    const std::string text = value_key(value);
    parts.push_back(fmt::format("{}:{}{}:{}", name.size(), name, text.size(), text));
  }
  std::sort(parts.begin(), parts.end());
  std::string key;
  for (const std::string& part : parts) key += part;
  return key;
}

Dims without(const Dims& dims, const std::string& name) {
  Dims rest;
  for (const auto& [key, value] : dims) {
    if (key != name) rest.set(key, value);
  }
  return rest;
}

std::vector<std::string> named_by_sweep(const Snapshot& snapshot, const std::string& name) {
  std::vector<std::string> labels;
  if (snapshot.sessions.empty()) return labels;
  const Json sweep = snapshot.sessions.back().header.value("sweep", Json());
  const Json named = sweep.is_object() ? sweep.value(name, Json()) : Json();
  if (!named.is_array()) return labels;
  for (const Json& label : named) {
    if (label.is_string()) labels.push_back(label.get<std::string>());
  }
  return labels;
}

std::vector<std::size_t> versions_in_order(const Snapshot& snapshot) {
  std::vector<std::size_t> order(snapshot.versions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::vector<std::string> said = named_by_sweep(snapshot, "order");
  const auto place = [&](std::size_t number) { return std::find(said.begin(), said.end(), snapshot.versions[number].label); };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) { return place(left) < place(right); });
  return order;
}

std::vector<Source> sources_of(std::span<const Snapshot> snapshots) {
  std::vector<Source> sources;
  for (const Snapshot& snapshot : snapshots) {
    const auto same_layouts = same_layouts_in(snapshot);
    for (const std::size_t i : versions_in_order(snapshot)) {
      if (was_measured(snapshot.versions[i])) sources.push_back({&snapshot, i, snapshot.versions[i].label, same_layouts});
    }
  }
  // Each step names what the one before could not tell apart: by the label, by the file's name, by its path, by its place.
  const auto tell_apart = [&](const auto& name) {
    std::map<std::string, std::size_t> titles;
    for (const Source& source : sources) ++titles[source.title];
    std::size_t place = 0;
    for (Source& source : sources) {
      ++place;
      if (source.title.empty() || titles[source.title] > 1) source.title = name(source, place);
    }
  };
  const auto with_label = [](const Source& source, const std::string& file) {
    const std::string& label = source.snapshot->versions[source.version].label;
    return label.empty() || source.snapshot->versions.size() == 1 ? file : file + ": " + label;
  };
  tell_apart([&](const Source& source, std::size_t) { return with_label(source, stem_of(source.snapshot->path)); });
  tell_apart([&](const Source& source, std::size_t) { return with_label(source, source.snapshot->path); });
  tell_apart([](const Source& source, std::size_t place) { return fmt::format("{} ({})", source.title, place); });
  return sources;
}

Error no_such_dim(const std::string& option, const std::string& dim, const std::vector<Source>& sources) {
  std::set<std::string> names;
  for (const Source& source : sources) {
    for (const CaseInfo& info : source.snapshot->cases) {
      for (const auto& [name, value] : info.dims) names.insert(name);
    }
  }
  const std::string hint = names.empty() ? "these cases have no dims" : fmt::format("there are: {}", fmt::join(names, ", "));
  return Error(fmt::format("no selected case has the dim \"{}\"", dim), option, hint);
}

std::size_t base_of(const std::vector<Source>& sources, std::size_t index, bool successive) {
  const Source& source = sources[index];
  const std::vector<Version>& versions = source.snapshot->versions;
  const std::size_t otherwise = successive && index > 0 ? index - 1 : 0;
  const auto stated = versions[source.version].details.find("base");
  if (stated == versions[source.version].details.end() || !stated->is_string()) {
    // Where the others name theirs, this one is what they name.
    const bool is_named = index > 0 && sources[index - 1].snapshot == source.snapshot &&
                          std::any_of(versions.begin(), versions.end(), [](const Version& one) { return one.details.contains("base"); });
    return is_named ? index : otherwise;
  }
  const auto& name = stated->get_ref<const std::string&>();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].snapshot == source.snapshot && source.snapshot->versions[sources[i].version].label == name) return i;
  }
  return otherwise;
}

std::string describe_base(const std::vector<ColumnHead>& columns) {
  std::set<std::size_t> bases;
  bool is_before = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].base == i) continue;
    bases.insert(columns[i].base);
    is_before = is_before && columns[i].base + 1 == i;
  }
  if (bases.size() <= 1) return columns[bases.empty() ? 0 : *bases.begin()].title;
  return is_before ? "the version before" : "the base of each";
}

Alignment align(const std::vector<Source>& sources, const std::string& metric, const CompareOptions& options) {
  return Aligner(sources, metric, options).align();
}

}  // namespace benchkit::compare
