// notebook: a Jupyter notebook that begins with snapshots read, shown and drawn.
#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/json.hpp"
#include "base/os.hpp"
#include "base/process.hpp"
#include "base/table.hpp"
#include "cli/commands/command.hpp"
#include "cli/suite.hpp"
#include "snapshot/recognise.hpp"

namespace benchkit::cli {
namespace {

struct NotebookOptions {
  std::vector<std::string> snapshots;
  std::string output = "benchmarks.ipynb";
  bool execute = false;
  bool write_only = false;
};

Json cell(const char* kind, const std::string& source) {
  const Json id = fmt::format("{:016x}", std::hash<std::string>()(source));
  if (std::string_view(kind) == "markdown") return {{"cell_type", kind}, {"id", id}, {"metadata", Json::object()}, {"source", source}};
  return {{"cell_type", kind},         {"id", id}, {"metadata", Json::object()}, {"source", source}, {"outputs", Json::array()},
          {"execution_count", nullptr}};
}

/// The file in the notebook format 4.5 (nbformat.readthedocs.io).
std::string notebook_of(const std::string& suite, const std::vector<std::string>& snapshots) {
  std::string list;
  for (const std::string& path : snapshots) list += fmt::format("    {},\n", base::dump_line(Json(path)));
  Json cells = Json::array();
  cells.push_back(cell("markdown", fmt::format("# Benchmarks{}\n\nEach cell stands for itself: change it, and run it again.",
                                               suite.empty() ? "" : fmt::format(" of `{}`", suite))));
  cells.push_back(cell("code", fmt::format("import benchkit\n\nsnapshots = [\n{}]\nresults = benchkit.load(snapshots)\nresults", list)));
  cells.push_back(cell("markdown", "A picture; `view=` takes any name that `plot --help` gives, `metric=` any metric of the files."));
  cells.push_back(cell("code", "benchkit.plot(*snapshots)"));
  cells.push_back(cell("markdown",
                       "Every sample as one tidy frame (pandas or polars, whichever is here): version, case, each dim, metric, "
                       "unit, block, sample, value."));
  cells.push_back(cell("code", "frame = results.to_df()\nframe.head()"));
  cells.push_back(cell("markdown",
                       "A function measured here and now. `benchkit.memory(f)` tells what it allocates, "
                       "`benchkit.compare({\"old\": f, \"new\": g})` measures two in pairs."));
  cells.push_back(cell("code", "benchkit.time(sorted, list(range(1000)), budget=\"100ms\")"));
  const Json kernel{{"name", "python3"}, {"display_name", "Python 3"}, {"language", "python"}};
  return Json{{"cells", cells}, {"metadata", {{"kernelspec", kernel}}}, {"nbformat", 4}, {"nbformat_minor", 5}}.dump(1) + "\n";
}

/// Snapshots in the working directory and where runs are kept that were given no name; the oldest first: it is what the others are compared with.
std::vector<std::string> snapshots_here() {
  std::vector<std::string> paths = snapshot::snapshots_in(".");
  for (std::string& path : snapshot::snapshots_in(snapshot::kDefaultFolder)) paths.push_back(std::move(path));
  const auto written = [](const std::string& path) {
    std::error_code gone;
    return std::filesystem::last_write_time(path, gone);
  };
  std::stable_sort(paths.begin(), paths.end(), [&](const std::string& a, const std::string& b) { return written(a) < written(b); });
  for (std::string& path : paths) {
    if (path.starts_with("./")) path.erase(0, 2);
  }
  return paths;
}

/// A program of Jupyter's: that of the Python which runs the suite, else as a shell finds it.
std::string find_jupyter(const Context& context, const std::vector<std::string>& names) {
  const std::string& own = context.host.command_argv.empty() ? std::string() : context.host.command_argv.front();
  for (const std::string& name : names) {
    const std::string beside = own.substr(0, own.rfind('/') + 1) + name;
    if (own.find('/') != std::string::npos && base::is_executable(beside)) return beside;
    if (std::string found = base::find_program(name); !found.empty()) return found;
  }
  throw Error(fmt::format("{} is not here", fmt::join(names, " or ")), "notebook",
              "pip install jupyterlab; --write-only leaves the notebook for another program");
}

/// Its cells are run, and their outputs kept in it.
void execute(const Context& context, const std::string& path) {
  const std::string jupyter = find_jupyter(context, {"jupyter-nbconvert"});
  context.streams.err << fmt::format("running the cells of {} ...\n", base::printable(path)) << std::flush;
  const base::ProcessEnd end =
      base::wait_for(base::spawn({.argv = {jupyter, "--to", "notebook", "--execute", "--inplace", "--log-level", "ERROR", path},
                                  .environment = {},
                                  .working_directory = {},
                                  .inherit = {},
                                  .standard_output = 2,
                                  .standard_error = 2}));
  if (end.by_signal || end.code != 0)
    throw Error("a cell could not be run", path, "open the notebook to see which; jupyter says above what happened");
}

int make_notebook(const Context& context, NotebookOptions options) {
  if (!options.output.ends_with(".ipynb")) throw Error("a notebook's name ends with .ipynb", "-o " + options.output);
  const bool is_there = base::exists(options.output);
  if (is_there && !options.snapshots.empty())
    throw Error("the file exists already", options.output, "choose another name by -o, or name no snapshots to open it as it is");
  if (is_there) {
    context.streams.out << fmt::format("{} is there already, and stays as it is\n", base::printable(options.output)) << std::flush;
  } else {
    if (options.snapshots.empty()) options.snapshots = snapshots_here();
    if (options.snapshots.empty())
      throw Error("there are no snapshots here", "notebook", fmt::format("{} run -o now.jsonl makes one", called(context.host)));
    for (const std::string& path : options.snapshots) {
      if (!base::exists(path)) throw Error("there is no such file", path);
    }
    // As they are found from where the notebook lies, which is where its cells run.
    const std::filesystem::path folder = std::filesystem::absolute(options.output).parent_path();
    for (std::string& path : options.snapshots) path = std::filesystem::absolute(path).lexically_proximate(folder).string();
    base::write_output(options.output, notebook_of(context.host.name, options.snapshots));
    context.streams.out << fmt::format("{}: {} snapshot{}\n", base::printable(options.output), options.snapshots.size(),
                                       options.snapshots.size() == 1 ? "" : "s")
                        << std::flush;
  }
  if (options.execute) execute(context, options.output);
  if (options.write_only || options.execute) return 0;
  base::become({find_jupyter(context, {"jupyter-lab", "jupyter-notebook"}), options.output});
}

Action declare(Arguments& command, const SuiteOptions& /*of_suite*/) {
  const auto options = std::make_shared<NotebookOptions>();
  command.add_option("snapshots", options->snapshots, "what it reads [those here]")->type_name("SNAP");
  command.add_option("-o,--output", options->output, "the notebook; one that is there is opened as it is")
      ->type_name("FILE")
      ->capture_default_str();
  command.add_flag("--execute", options->execute, "run its cells and keep what they say, instead of opening it");
  command.add_flag("--write-only", options->write_only, "write it, and leave it at that");
  return [options](const Context& context) { return make_notebook(context, *options); };
}

}  // namespace

CommandEntry notebook_command() { return {"notebook", "open or execute a Jupyter notebook over snapshots", false, &declare}; }

}  // namespace benchkit::cli
