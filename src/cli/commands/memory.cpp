// memory: who held the bytes at the peaks of a snapshot.
#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/list.hpp"
#include "base/nearest.hpp"
#include "base/units.hpp"
#include "cli/call_paths_export.hpp"
#include "cli/call_paths_view.hpp"
#include "cli/commands/command.hpp"
#include "cli/options.hpp"
#include "compare/call_tree.hpp"
#include "compare/explain.hpp"
#include "plot/renderers/renderer.hpp"
#include "plot/views/view.hpp"
#include "snapshot/read.hpp"

namespace benchkit::cli {
namespace {

constexpr std::size_t kMostNamed = 5;

struct MemoryOptions {
  std::string path;
  std::string id;
  FilterOptions filter;
  std::string format = "text";
  std::size_t depth = 0;
  std::string least = "1%";
  std::string output;
};

/// The attributed cases that are asked for, heaviest first.
std::vector<AttributedCase> chosen_cases(const Snapshot& snapshot, const MemoryOptions& options) {
  const Filter filter = options.filter.filter();
  std::vector<AttributedCase> cases;
  for (std::size_t version = 0; version < snapshot.versions.size(); ++version) {
    for (const CaseInfo& info : snapshot.cases) {
      if ((!options.id.empty() && info.id != options.id) || !filter.matches(info.id, info.dims)) continue;
      const Attribution* const found = compare::attribution_of(snapshot, version, info.id);
      if (found == nullptr) continue;
      cases.push_back({.attribution = found,
                       .case_id = info.id,
                       .version = snapshot.versions.size() > 1 ? snapshot.versions[version].label : "",
                       .metric = snapshot.metrics[found->metric],
                       .notes = {}});
      if (std::string doubt = compare::doubt_about(snapshot, *found); !doubt.empty()) cases.back().notes.push_back(std::move(doubt));
    }
  }
  std::stable_sort(cases.begin(), cases.end(), [](const AttributedCase& left, const AttributedCase& right) {
    return left.attribution->paths.peak_bytes > right.attribution->paths.peak_bytes;
  });
  return cases;
}

/// Why there is nothing to show.
[[noreturn]] void refuse(const Snapshot& snapshot, const MemoryOptions& options) {
  if (snapshot.call_paths.empty()) {
    throw Error("the snapshot has no call paths", options.path, "keep them while measuring: run --metric peak --attribute");
  }
  std::vector<std::string> ids;
  std::vector<std::string> attributed;
  for (const CaseInfo& info : snapshot.cases) ids.push_back(info.id);
  for (const Attribution& one : snapshot.call_paths) {
    const std::string& id = snapshot.cases[one.case_index].id;
    if (std::find(attributed.begin(), attributed.end(), id) == attributed.end()) attributed.push_back(id);
  }
  const std::string there = "there are call paths of " + base::some_of(attributed, kMostNamed);
  if (options.id.empty()) throw Error("none of the cases that are selected has call paths", options.path, there);
  if (std::find(ids.begin(), ids.end(), options.id) != ids.end())
    throw Error(fmt::format("the case \"{}\" has no call paths, or is not selected", options.id), options.path, there);
  const std::string near = base::nearest(options.id, ids);
  throw Error(fmt::format("there is no case \"{}\"", options.id), options.path,
              near.empty() ? there : fmt::format("did you mean \"{}\"?", near));
}

double least_share(const std::string& text) { return text == "0%" ? 0 : base::parse_percent(text, "--min"); }

std::string text_of(const std::vector<AttributedCase>& cases, const MemoryOptions& options, const base::TextStyle& style) {
  const TreeOptions tree{.depth = options.depth, .least = least_share(options.least)};
  std::string text;
  for (const AttributedCase& one : cases) {
    text += (text.empty() ? "" : "\n") + title_of(one) + "\n";
    if (compare::whole_of(one.attribution->paths) == 0) {
      text += "\nnothing was held\n";
      continue;
    }
    if (options.format != "table") text += "\n" + render_tree(one, tree, style);
    if (options.format != "tree") text += "\n" + render_functions(one, tree, style);
    const std::vector<std::string> notes = notes_of(one);
    if (!notes.empty()) text += '\n';
    for (const std::string& note : notes) text += base::printable(note) + "\n";
  }
  return text;
}

/// Whether the output's ending asks for a picture. A text format that was asked for goes into any file, and txt and json are such formats here.
bool is_picture(const MemoryOptions& options) {
  const std::string ending = std::filesystem::path(options.output).extension().string();
  const auto draws = [&](const plot::RendererEntry& one) { return ending == std::string(".") + one.name; };
  return options.format == "text" && ending != ".txt" && ending != ".json" &&
         std::any_of(plot::renderers().begin(), plot::renderers().end(), draws);
}

/// As `plot --view memory` draws it.
std::string flame_graph(const Snapshot& snapshot, const MemoryOptions& options) {
  plot::ViewOptions view;
  view.compare.filter = options.filter.filter();
  view.case_id = options.id;
  plot::Drawing drawing;
  return plot::renderer_for(options.output).draw(plot::view_named("memory").make({&snapshot, 1}, view), drawing, {});
}

int memory(const Context& context, const MemoryOptions& options) {
  const Snapshot snapshot = snapshot::read(options.path);
  for (const Diagnostic& found : snapshot.diagnostics)
    context.streams.err << describe(Error(found.message, found.where, found.hint)) << "\n";
  const std::vector<AttributedCase> cases = chosen_cases(snapshot, options);
  if (cases.empty()) refuse(snapshot, options);
  if (is_picture(options)) {
    base::write_output(options.output, flame_graph(snapshot, options));
    return 0;
  }
  const bool to_file = !options.output.empty();
  const base::TextStyle style{to_file ? 0 : context.streams.width, !to_file && context.streams.colour};
  const std::string text = options.format == "folded"       ? to_folded(cases)
                           : options.format == "speedscope" ? to_speedscope(cases)
                           : options.format == "json"       ? to_json_text(cases)
                                                            : text_of(cases, options, style);
  if (to_file) base::write_output(options.output, text);
  else context.streams.out << text;
  return 0;
}

Action declare(Arguments& command, const SuiteOptions& of_suite) {
  const auto options = std::make_shared<MemoryOptions>();
  command.add_option("snapshot", options->path, "a result file that was measured with --attribute")->required()->type_name("FILE");
  command.add_option("id", options->id, "a case [all that have call paths, heaviest first]")->type_name("ID");
  options->filter.declare_for_files(command, of_suite);
  command.add_option("--depth", options->depth, "levels of the tree that are shown [all]")->type_name("N")->within(1, 10'000);
  command.add_option("--min", options->least, "share of the peak below which calls are summed up, e.g. 5%")
      ->type_name("PERCENT")
      ->capture_default_str();
  command.add_option("--format", options->format, "text (tree and table), tree, table, folded, speedscope or json")
      ->one_of({"text", "tree", "table", "folded", "speedscope", "json"})
      ->capture_default_str();
  command
      .add_option("-o,--output", options->output,
                  "write it there instead; as a flame graph by the ending of a picture: .svg, .png, .pdf, .html")
      ->type_name("FILE");
  return [options](const Context& context) { return memory(context, *options); };
}

}  // namespace

CommandEntry memory_command() { return {"memory", "who held the bytes at the peaks: call paths", false, &declare}; }

}  // namespace benchkit::cli
