// A row of a comparison: its cells, and what they are to be judged by.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "compare/align.hpp"
#include "compare/compare.hpp"
#include "compare/evidence.hpp"
#include "stats/block_steps.hpp"

namespace benchkit::compare {

/// What a cell is to be judged by.
struct Question {
  std::size_t column = 0;
  Evidence evidence;
  const CaseInfo* info = nullptr;  ///< of the head's case, or of the base's where there is no other
  std::size_t place = 0;           ///< among all questions about the column
};

struct JudgedRow {
  Row row;
  std::vector<Question> questions;  ///< in the order of the columns, of those that are to be compared with another one
};

/// What a case's versions say (history.cpp): logarithms.
struct Course {
  bool paired = false;  ///< all versions were measured in turn, in one run
  /// Not paired: a number a version at the most. Paired: its blocks' values where `constant`.
  std::vector<std::vector<double>> versions;
  std::vector<std::vector<stats::BlockMember>> blocks;  ///< paired: what each block holds
  bool constant = false;                                ///< paired: all blocks of a version agree to the last digit
};

/// Makes the rows of one metric. Refers to what it was made of.
class RowMaker {
 public:
  RowMaker(const Alignment& alignment, const std::vector<Source>& sources, const Metric& metric, const CompareOptions& options);
  ~RowMaker();
  RowMaker(const RowMaker&) = delete;
  RowMaker& operator=(const RowMaker&) = delete;

  /// Of one of the alignment's rows. A ratio has no interval yet: most get that of their judgement.
  [[nodiscard]] JudgedRow row(const AlignedRow& aligned) const;
  /// What its versions say one after the other.
  [[nodiscard]] Course course(const AlignedRow& aligned) const;
  /// The ratio with an interval of its own, from nothing but the samples of the two cells.
  [[nodiscard]] stats::Ratio whole_ratio(const AlignedRow& aligned, std::size_t column) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace benchkit::compare
