// Verdicts: whether a metric of a case got worse, better or stayed the same, or is not yet known.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compare/evidence.hpp"
#include "stats/interval.hpp"

namespace benchkit::compare {

/// `same` is proven as a change is; `undecided` says that neither is.
enum class Verdict { regressed, improved, same, undecided };
[[nodiscard]] std::string_view to_string(Verdict verdict) noexcept;

struct JudgeOptions {
  Threshold threshold;                                            ///< of every metric that has none of its own
  std::vector<std::pair<std::string, Threshold>> of_metric = {};  ///< by name; the last one counts
  double alpha = 0.05;    ///< the share of false ones among the changes that are called, and among the `same`
  double power = 0.8;     ///< for Judgement::detectable
  bool intervals = true;  ///< false: only the verdicts and their levels, which in the sequential design is much less work
};

/// What counts as a change of this metric.
[[nodiscard]] Threshold threshold_of(const std::string& metric, const JudgeOptions& options);

struct Judgement {
  Verdict verdict = Verdict::undecided;
  bool decided =
      false;  ///< measuring more would be idle: there is a verdict, or it changed and no direction is the better one, or nothing to compare
  Standing standing = Standing::compared;
  bool exact = false;
  bool unpaired = false;
  bool relative = true;  ///< the effect is head / base, else head - base
  std::optional<double> effect;
  std::optional<stats::Interval> interval;  ///< of the effect, confidence 1 - alpha, the noise floor included
  double level = 1;                         ///< the error level of the verdict (undecided: of the nearer one) taken alone
  double adjusted_level = 1;                ///< the same, corrected for all that were judged with it: decided where it is <= alpha
  std::optional<double> floor;              ///< the noise between runs that was added, as a standard deviation of the log-ratio
  std::optional<double> detectable;  ///< the smallest change, on the effect's scale, that such evidence shows with the power asked for
  std::string reason;                ///< why it is undecided
};

/// Judges all cases and metrics of a comparison together: in the order given, one judgement each. The runner that asks whether it may stop
/// and the table call this and nothing else.
[[nodiscard]] std::vector<Judgement> judge(std::span<const Evidence> evidence, const JudgeOptions& options);

}  // namespace benchkit::compare
