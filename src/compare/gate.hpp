// The gate: verdicts as an exit code.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compare/compare.hpp"

namespace benchkit::compare {

/// What the gate makes of a case; of one that cannot be compared it is a choice.
enum class Policy { pass, undecided, fail };

struct GateOptions {
  bool strict = false;                                     ///< what is undecided does not pass
  std::vector<std::pair<Standing, Policy>> policies = {};  ///< in place of default_policy(); the last one counts
};

/// `vanished`, `failed`, `missing-head`: fail. `new`, `absent`, `skipped`: pass. The others are undecided.
[[nodiscard]] Policy default_policy(Standing standing) noexcept;
/// `vanished=pass`, several of them with commas between. Throws benchkit::Error with `option` as place.
[[nodiscard]] std::vector<std::pair<Standing, Policy>> parse_policies(const std::vector<std::string>& texts, std::string_view option);

/// What the gate makes of one case.
struct Ruling {
  Policy policy = Policy::pass;
  std::string outcome;    ///< "regressed", "same", "vanished", ...
  std::string why;        ///< the change and the limit, or why it is undecided; may be empty
  bool compared = false;  ///< false: there was nothing to compare
};
/// By the gate's judgement of the cell, where limits were given; else by the table's, at its threshold. Empty for a cell that no limit is
/// for, and for one of a base column.
[[nodiscard]] std::optional<Ruling> ruling_of(const Comparison& comparison, const Row& row, std::size_t column, const GateOptions& options);

/// Whether it does not pass.
[[nodiscard]] bool fails(const Ruling& ruling, const GateOptions& options) noexcept;

/// What a column is about: `v2 vs v1`, or `v2` where it has no base.
[[nodiscard]] std::string versions_of(const Comparison& comparison, std::size_t column);
/// How a case is named in a line of its own: `sort[10] (time, v2 vs v1)`.
[[nodiscard]] std::string place_of(const Comparison& comparison, const Row& row, std::size_t column);

struct GateReport {
  std::vector<std::string> failures;           ///< a line each: what regressed, and what failed by its policy
  std::vector<std::string> undecided;          ///< a line each, with the reason
  std::vector<std::string> doubts;             ///< the same, counted: "3 undecided", "1 missing-base", "nothing compared"
  std::vector<std::string> passed_uncompared;  ///< what passes by its policy beside what was compared, counted: "1 skipped", "2 new"
  int exit_code = 0;                           ///< 0: fine; 1: there are failures; 3: strict, and something is undecided
};

/// A gate that compared nothing is undecided. Throws benchkit::Error where there is nothing to compare with: a single version.
[[nodiscard]] GateReport gate(std::span<const Comparison> comparisons, const GateOptions& options);

}  // namespace benchkit::compare
