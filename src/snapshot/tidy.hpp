// Result files as one tidy table: a row a sample, a column a variable, as data frames want it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "model/snapshot.hpp"

namespace benchkit::snapshot {

/// Texts that repeat: each once, and which of them stands in each row.
struct TidyTexts {
  std::vector<std::string> words;
  std::vector<std::uint32_t> rows;
};

struct TidyColumn {
  std::string name;
  std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<bool>, TidyTexts> values;
  std::vector<bool> known{};  ///< by row; empty: all are
};

/// Columns of equal length: version, case, one for each dim, metric, unit, block, sample (its number in the series, from 0), value (in `unit`). A dim whose
/// name one of the others has is called "dim_" and its name; one that holds integers and reals is real, and one of other mixed kinds text. Where a
/// case has no such dim, nothing is known. Samples of blocks that were cut off are left out, as in every analysis, and so are those of cases that failed or are above a limit.
[[nodiscard]] std::vector<TidyColumn> tidy(std::span<const Snapshot> snapshots);

}  // namespace benchkit::snapshot
