#include "cli/terms_options.hpp"

#include <utility>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"

namespace benchkit::cli {

double error_level(const std::string& text) {
  const double level = base::parse_percent(text, "--alpha");
  if (level >= 0.5) throw Error("an error level is below 50%", "--alpha", "5% is usual");
  return level;
}

void TermsOptions::declare(Arguments& command) {
  command.add_option("--threshold", thresholds, "what counts as a change, of all metrics or by metric: 2%, or time:2%,peak:0 [1%]")
      ->type_name("LIMIT")
      ->expected(1)
      ->take_all();
  command.add_option("--alpha", alpha, "the share of false ones among the verdicts [5%]")->type_name("PERCENT");
}

void TermsOptions::declare_power(Arguments& command) {
  command.add_option("--power", power, "how surely a change that is told as detectable would be called [80%]")->type_name("PERCENT");
}

Argument* TermsOptions::declare_until_decided(Arguments& command, const std::string& when) {
  Argument* const option = command
                               .add_option("--until-decided", looks,
                                           when +
                                               "stop each case as soon as its verdict is certain and give its time to the others; "
                                               "looking after every block (always) or twelve times (looks) [always]")
                               ->type_name("HOW")
                               ->expected(0, 1)
                               ->one_of({"always", "looks"});
  until_decided = option;
  return option;
}

compare::Terms TermsOptions::terms(compare::Terms otherwise) const {
  compare::Terms terms = std::move(otherwise);
  if (!thresholds.empty()) terms.thresholds = thresholds;
  if (!alpha.empty()) terms.alpha = error_level(alpha);
  if (!power.empty()) terms.power = base::parse_percent(power, "--power");
  if (until_decided != nullptr && until_decided->count() > 0)
    terms.design = looks == "looks" ? compare::Design::looks : compare::Design::sequential;
  if (terms.power >= 1) throw Error("nothing is found for certain", "--power", "80% is usual");
  return terms;
}

compare::JudgeOptions judge_options(std::span<const Snapshot> snapshots, const TermsOptions& given) {
  return compare::judge_options(given.terms(compare::stated_terms(snapshots)), snapshots);
}

}  // namespace benchkit::cli
