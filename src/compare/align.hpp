// Alignment: which record of which file stands in which row and column.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "compare/compare.hpp"

namespace benchkit::compare {

/// A version of a snapshot as a column of samples.
struct Source {
  const Snapshot* snapshot = nullptr;
  std::size_t version = 0;
  std::string title;
};

/// Every version of every snapshot, in the order given; a label that two files share is told apart by the files' names.
[[nodiscard]] std::vector<Source> sources_of(std::span<const Snapshot> snapshots);

/// What is known of one case × metric × version: the records of all sessions.
struct Entry {
  std::vector<const Record*> records;
};

struct AlignedRow {
  std::string id;
  Dims dims;
  std::vector<Entry> entries;  ///< one for each column
};

struct Alignment {
  std::vector<ColumnHead> columns;  ///< titles and bases; labels are added later
  std::vector<std::size_t> source_of_column;
  std::vector<AlignedRow> rows;
  std::vector<std::string> notes;
};

/// Rows in the order in which the files name their cases.
[[nodiscard]] Alignment align(const std::vector<Source>& sources, const std::string& metric, const CompareOptions& options);

}  // namespace benchkit::compare
