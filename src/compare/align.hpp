// Alignment: which record of which file stands in which row and column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <benchkit/base/error.hpp>

#include "compare/compare.hpp"

namespace benchkit::compare {

/// A version of a snapshot as a column of samples.
struct Source {
  const Snapshot* snapshot = nullptr;
  std::size_t version = 0;
  std::string title;
  /// Blocks (by session and number) in which all versions had the layouts of code that they had in an earlier one, and that one: what a layout does
  /// to a time it does in each of its blocks, so they are not independent of one another, and count as one.
  std::map<std::pair<std::size_t, std::int64_t>, std::int64_t> same_layouts{};
};

/// The labels that the last session which added to a sweep names under `name` ("order", "unplaced"); none where it names none.
[[nodiscard]] std::vector<std::string> named_by_sweep(const Snapshot& snapshot, const std::string& name);

/// A file's versions by number, the oldest first: as the last session says that added to a sweep, else as they stand in the file.
[[nodiscard]] std::vector<std::size_t> versions_in_order(const Snapshot& snapshot);

/// Every version of every snapshot that was measured, in the order given, and of a snapshot the oldest first; a label that two files share is told apart by the files' names, then their paths,
/// then their places. No two titles are the same.
[[nodiscard]] std::vector<Source> sources_of(std::span<const Snapshot> snapshots);

/// The column that a version is compared with, its own place where there is none: the version that it states to have been measured beside, else the first one or,
/// where they are `successive`, the one before.
[[nodiscard]] std::size_t base_of(const std::vector<Source>& sources, std::size_t index, bool successive);
/// What changes are from, in words: the title of the one base that all columns have, or "the version before", or "the base of each".
[[nodiscard]] std::string describe_base(const std::vector<ColumnHead>& columns);

/// Dims as a key, whatever their order: two are one if their values are of one kind and equal (100 and 100.0 are, 100 and "100" are not).
[[nodiscard]] std::string key_of(const Dims& dims);
[[nodiscard]] Dims without(const Dims& dims, const std::string& name);

/// The error for an option that names a dim which no case has: says which there are.
[[nodiscard]] Error no_such_dim(const std::string& option, const std::string& dim, const std::vector<Source>& sources);

/// What is known of one case × metric × version: the records of all sessions.
struct Entry {
  std::span<const Record* const> records;  ///< in Alignment::records
  const CaseInfo* info = nullptr;          ///< empty: the file knows no such case
};

struct AlignedRow {
  const CaseInfo* first = nullptr;   ///< the first case in it
  std::string title;                 ///< with a pivot: what its cases share; else empty, and the row is that of its case
  Dims dims;                         ///< with a pivot: the others; else empty
  bool one_work = true;              ///< all its cases work through the same amounts
  std::span<const Entry> entries{};  ///< one for each column, in Alignment::entries
};

struct Alignment {
  std::vector<ColumnHead> columns;  ///< titles, bases and sources; labels are added later
  std::vector<AlignedRow> rows;
  std::vector<std::string> notes;
  // Behind the rows: two lists for all of them, for one of each for every cell would take as long to make as the samples do to read.
  std::vector<Entry> entries;
  std::vector<const Record*> records;

  Alignment() = default;
  Alignment(Alignment&&) = default;
  Alignment& operator=(Alignment&&) = default;
  Alignment(const Alignment&) = delete;
  Alignment& operator=(const Alignment&) = delete;
  ~Alignment() = default;
};

/// Rows in the order in which the files name their cases.
[[nodiscard]] Alignment align(const std::vector<Source>& sources, const std::string& metric, const CompareOptions& options);

}  // namespace benchkit::compare
