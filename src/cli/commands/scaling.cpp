// scaling: how costs grow with a size.
#include <memory>

#include <benchkit/base/error.hpp>

#include "cli/commands/command.hpp"
#include "cli/comparison_options.hpp"
#include "cli/scaling_view.hpp"
#include "cli/terms_options.hpp"
#include "compare/scaling.hpp"

namespace benchkit::cli {
namespace {

struct ScalingCommandOptions {
  ComparisonOptions comparison;
  std::string x;
  double threshold = compare::ScalingOptions{}.threshold;
  std::string alpha = "5%";
  std::string format = "table";
};

int fit(const Context& context, const ScalingCommandOptions& options) {
  const std::vector<Snapshot> snapshots = options.comparison.read(context, snapshot::Facts::judged);
  compare::CompareOptions chosen = options.comparison.compare_options();
  chosen.judge.alpha = error_level(options.alpha);
  if (!(options.threshold >= 0)) throw Error("a threshold is not below 0", "--threshold", "0.1 is usual");
  for (const std::string& dim : chosen.by) {
    if (dim == options.x) throw Error(dim + " is the size: it differs within each curve", "--by");
  }
  std::vector<compare::Comparison> comparisons = compare::compare(snapshots, chosen);
  const std::vector<compare::Scaling> all =
      compare::scaling(comparisons, {.x = options.x, .threshold = options.threshold, .alpha = chosen.judge.alpha});
  context.streams.out << render(all, options.format, {context.streams.width, context.streams.colour});
  return 0;
}

Action declare(Arguments& command, const SuiteOptions& of_suite) {
  const auto options = std::make_shared<ScalingCommandOptions>();
  command.add_option("--x", options->x, "the dim that is the size; each choice of the other dims is a curve")->type_name("DIM")->required();
  options->comparison.declare(command, of_suite);
  command.add_option("--threshold", options->threshold, "what counts as a change of the exponent k in DIM^k")
      ->type_name("NUMBER")
      ->capture_default_str();
  command.add_option("--alpha", options->alpha, "the share of false ones among the changes, and what intervals leave out")
      ->type_name("PERCENT")
      ->capture_default_str();
  command.add_option("--format", options->format, "table, md, csv or json")->one_of({"table", "md", "csv", "json"})->capture_default_str();
  return [options](const Context& context) { return fit(context, *options); };
}

}  // namespace

CommandEntry scaling_command() { return {"scaling", "how costs grow with a size, and whether that changed", false, &declare}; }

}  // namespace benchkit::cli
