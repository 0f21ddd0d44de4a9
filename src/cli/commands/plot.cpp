// plot: pictures of snapshots.
#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/units.hpp"
#include "cli/commands/command.hpp"
#include "cli/comparison_options.hpp"
#include "cli/open_file.hpp"
#include "plot/renderers/renderer.hpp"
#include "plot/views/view.hpp"

namespace benchkit::cli {
namespace {

struct PlotCommandOptions {
  ComparisonOptions comparison;
  std::vector<std::string> views;
  std::vector<std::string> outputs;
  std::vector<std::string> labels;
  plot::ViewOptions view;
  std::string pivot, log, clip;
  std::string format = "txt";  ///< of what goes to the standard output
  bool open = false;
};

plot::ViewOptions view_options(const PlotCommandOptions& options) {
  plot::ViewOptions view = options.view;
  view.compare = options.comparison.compare_options();
  view.compare.pivot = options.pivot;
  if (!options.log.empty())
    view.log = plot::LogAxes{options.log.find('x') != std::string::npos, options.log.find('y') != std::string::npos};
  if (!options.clip.empty()) {
    const auto ratio = base::parse_quantity(options.clip);
    if (!ratio || !(ratio->number > 1) || !(ratio->unit.empty() || ratio->unit == "x"))
      throw Error(fmt::format("{} is no ratio above 1", options.clip), "--clip", "--clip 4 draws a change beyond x4 or /4 at that");
    view.clip = ratio->number;
  }
  return view;
}

/// The file of a view: its own, or one of several of the same name.
std::string path_for(const std::string& path, const std::string& view, bool several) {
  if (!several) return path;
  const std::size_t dot = path.rfind('.');
  return dot == std::string::npos ? path : fmt::format("{}-{}{}", path.substr(0, dot), view, path.substr(dot));
}

/// Draws one figure into all that was asked for; nothing was: onto the terminal.
void draw(const Context& context, const PlotCommandOptions& options, const plot::Figure& figure, bool several, plot::Drawing& drawing) {
  const base::TextStyle style{context.streams.width, context.streams.colour};
  if (options.outputs.empty()) {
    context.streams.out << plot::renderer_named(options.format).draw(figure, drawing, style);
    return;
  }
  for (const std::string& output : options.outputs) {
    const std::string path = path_for(output, figure.view, several);
    base::write_output(path, plot::renderer_for(output).draw(figure, drawing, {}));
    context.streams.out << path << "\n";
    if (options.open) open_file(path);
  }
}

/// linopy's `--metric median` is a statistic, unless the files have a metric of that name.
void read_statistic_of_others(const Context& context, ComparisonOptions& options, const std::vector<Snapshot>& snapshots) {
  constexpr std::array kStatistics{"median", "mean", "min", "max"};
  if (options.metrics.size() != 1 || std::find(kStatistics.begin(), kStatistics.end(), options.metrics[0]) == kStatistics.end()) return;
  for (const Snapshot& snapshot : snapshots) {
    for (const Metric& metric : snapshot.metrics) {
      if (metric.name == options.metrics[0]) return;
    }
  }
  options.statistic = options.metrics[0];
  options.metrics.clear();
  context.streams.err << fmt::format("note: --metric {0} is read as --stat {0}\n", options.statistic);
}

int plot_files(const Context& context, PlotCommandOptions options) {
  if (options.open && options.outputs.empty()) options.outputs.push_back(temporary_page("benchkit-plot"));
  for (const std::string& output : options.outputs) (void)plot::renderer_for(output);  // before anything is worked out
  std::vector<Snapshot> snapshots = options.comparison.read(context);
  rename_versions(snapshots, options.labels);
  read_statistic_of_others(context, options.comparison, snapshots);
  const plot::ViewOptions chosen = view_options(options);
  std::vector<std::string> names = options.views;
  if (names.empty()) names.push_back(plot::default_view(snapshots, chosen));
  plot::Drawing drawing;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const plot::Figure figure = plot::view_named(names[i]).make(snapshots, chosen);
    if (i > 0 && options.outputs.empty()) context.streams.out << "\n";
    draw(context, options, figure, names.size() > 1, drawing);
  }
  return 0;
}

Action declare(Arguments& command, const SuiteOptions& of_suite) {
  const auto options = std::make_shared<PlotCommandOptions>();
  options->comparison.declare(command, of_suite);
  std::vector<std::string> names;
  for (const plot::ViewEntry& view : plot::views()) names.emplace_back(view.name);
  command
      .add_option("--view", options->views,
                  fmt::format("{} [what suits the files]; several, and each is a picture", fmt::join(names, ", ")))
      ->type_name("VIEW")
      ->one_of(names)
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  std::vector<std::string> endings;
  for (const plot::RendererEntry& renderer : plot::renderers()) endings.emplace_back(renderer.name);
  command
      .add_option("-o,--output", options->outputs,
                  fmt::format("a picture by its ending, several if wanted: {} [the standard output]", fmt::join(endings, ", ")))
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  command.add_option("--format", options->format, "what is written to the standard output where there is no -o")
      ->one_of(endings)
      ->capture_default_str();
  declare_labels(command, options->labels);
  command.add_option("--pivot", options->pivot, "a dim whose values are set side by side; its first one is the base")->type_name("DIM");
  command.add_option("--facet", options->view.facets, "dims whose values become panels")
      ->type_name("DIM")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  command.add_option("--color", options->view.color, "a dim whose values become colours [versions]")->type_name("DIM");
  command.add_option("--x", options->view.x, "a dim that becomes the x axis")->type_name("DIM");
  command.add_option("--clip", options->clip, "draw changes beyond this ratio at it")->type_name("RATIO");
  command.add_option("--log", options->log, "axes with a logarithmic scale: x, y, xy or none [what suits the view]")
      ->type_name("AXES")
      ->one_of({"x", "y", "xy", "x,y", "none"});
  command.add_option("--case", options->view.case_id, "the one case that a view is about (memory)")->type_name("ID");
  command.add_flag("--free-axes", options->view.free_axes, "each panel has a range of its own");
  command.add_flag("--absolute", options->view.absolute, "changes in the metric's unit; a scatter of head over base");
  command.add_flag("--band", options->view.band, "intervals as bands");
  command.add_option("--title", options->view.title, "in place of the view's own")->type_name("TEXT");
  command.add_flag("--dark", options->view.dark, "for a dark page");
  command.add_flag("--open", options->open, "show it: each file, or a page of its own");
  return [options](const Context& context) { return plot_files(context, *options); };
}

}  // namespace

CommandEntry plot_command() { return {"plot", "pictures of snapshots", false, &declare}; }

}  // namespace benchkit::cli
