// The gate: verdicts as an exit code.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compare/compare.hpp"

namespace benchkit::compare {

/// What the gate makes of a case that cannot be compared.
enum class Policy { pass, undecided, fail };

struct GateOptions {
  bool strict = false;                                     ///< what is undecided does not pass
  std::vector<std::pair<Standing, Policy>> policies = {};  ///< in place of default_policy(); the last one counts
};

/// `vanished`, `failed`, `missing-head`: fail. `new`, `skipped`: pass. The others are undecided.
[[nodiscard]] Policy default_policy(Standing standing) noexcept;
/// `vanished=pass`, several of them with commas between. Throws benchkit::Error with `option` as place.
[[nodiscard]] std::vector<std::pair<Standing, Policy>> parse_policies(const std::vector<std::string>& texts, std::string_view option);

struct GateReport {
  std::vector<std::string> failures;   ///< a line each: what regressed, and what failed by its policy
  std::vector<std::string> undecided;  ///< a line each, with the reason
  int exit_code = 0;                   ///< 0: fine; 1: there are failures; 3: strict, and something is undecided
};

/// The comparisons must have been judged at the thresholds of the gate.
[[nodiscard]] GateReport gate(std::span<const Comparison> comparisons, const GateOptions& options);

}  // namespace benchkit::compare
