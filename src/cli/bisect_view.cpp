#include "cli/bisect_view.hpp"

#include <cmath>
#include <ostream>

#include <fmt/format.h>

#include "base/table.hpp"
#include "base/units.hpp"

namespace benchkit::cli {
namespace {

std::string change_text(double effect, bool logarithmic, const std::string& unit) {
  if (logarithmic) return base::format_change(std::exp(effect));
  return base::format_difference(effect, unit);
}

/// Nothing is certain.
std::string probability_text(double probability) { return probability > 0.999 ? "over 99.9%" : fmt::format("{:.1f}%", 100 * probability); }

/// Where the step is, in words.
std::string place_text(const std::vector<sweep::VersionSpec>& specs, const stats::Bisection::Answer& answer) {
  if (answer.first_new == answer.last_old + 1) return specs[answer.first_new].label;
  return fmt::format("between {} and {}", specs[answer.last_old].label, specs[answer.first_new].label);
}

/// A probability that takes a step for granted says so.
const char* condition_text(const stats::Bisection::Answer& answer) { return answer.is_proven ? "" : ", if there is a step"; }

}  // namespace

std::string step_line(const sweep::BisectStep& step, const std::vector<sweep::VersionSpec>& specs) {
  const std::string best = step.best ? fmt::format(" · most probable{}: {} ({})", condition_text(*step.best), place_text(specs, *step.best),
                                                   probability_text(step.best->probability))
                                     : "";
  return base::printable(fmt::format("{}: {}{}", step.label, change_text(step.change, step.logarithmic, step.unit), best));
}

int tell_found(const Streams& streams, const sweep::BisectReport& report, const sweep::BisectOptions& search) {
  using State = stats::Bisection::State;
  std::ostream& out = streams.out;
  for (const std::string& label : report.ruled_out) out << fmt::format("not measured: {}\n", label);
  const std::string what = fmt::format("{} {}", search.case_id, search.metric);
  if (report.state == State::alike) {
    const std::string by = report.logarithmic ? " by 1%" : "";
    out << fmt::format("{}: the two ends do not differ{}, after {} blocks: there is nothing to be found\n", what, by, report.blocks);
    return 1;
  }
  const auto& answer = report.answer;
  const std::string most =
      answer ? fmt::format("{}, with a probability of {}", place_text(report.specs, *answer), probability_text(answer->probability)) : "";
  if (report.state == State::found) {
    const bool neighbours = answer->first_new == answer->last_old + 1;
    out << fmt::format("{}: {} from {}{} ({} blocks)\n", what, change_text(answer->step, report.logarithmic, report.unit), most,
                       neighbours ? "" : "; what is between cannot be measured", report.blocks);
    return 0;
  }
  if (answer) {
    out << fmt::format("{}: not found in {} blocks; most probable{}: {}\n", what, report.blocks, condition_text(*answer), most);
  } else {
    constexpr double kOf95Percent = 1.96;
    const auto change = [&](double effect) { return change_text(effect, report.logarithmic, report.unit); };
    const std::string range = report.ends ? fmt::format(": {} to {}", change(report.ends->step - kOf95Percent * report.ends->error),
                                                        change(report.ends->step + kOf95Percent * report.ends->error))
                                          : "";
    out << fmt::format("{}: not found in {} blocks: whether the two ends differ is not known{}\n", what, report.blocks, range);
  }
  if (report.interrupted) out << "Interrupted.\n";
  else if (report.out_of_time) out << "The total budget is spent.\n";
  else if (report.state == State::unclear)
    out << "The noise is larger than what is between the ends: a larger --budget, or a wider range\n";
  else out << "There may be more than one step, or a slope: narrow the range, or sweep over it\n";
  return report.interrupted ? kInterrupted : 3;
}

}  // namespace benchkit::cli
