// The options that say on which terms verdicts are passed.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "compare/terms.hpp"
#include "model/snapshot.hpp"

namespace benchkit::cli {

/// The share that --alpha gives. Throws benchkit::Error for what is none.
[[nodiscard]] double error_level(const std::string& text);

struct TermsOptions {
  std::vector<std::string> thresholds;
  std::string alpha, power;  ///< empty: not given
  std::string looks;         ///< how --until-decided looks at what comes in: "always", "looks"; empty: always
  const Argument* until_decided = nullptr;

  /// --threshold and --alpha.
  void declare(Arguments& command);
  void declare_power(Arguments& command);
  /// --until-decided; `when`: beside what it is meaningful.
  Argument* declare_until_decided(Arguments& command, const std::string& when);
  /// What was given in place of `otherwise`. Throws benchkit::Error for levels that are none.
  [[nodiscard]] compare::Terms terms(compare::Terms otherwise = {}) const;
};

/// The terms of the first file that states some, with those options that were given in their place.
[[nodiscard]] compare::JudgeOptions judge_options(std::span<const Snapshot> snapshots, const TermsOptions& given);

}  // namespace benchkit::cli
