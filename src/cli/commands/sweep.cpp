// sweep: many versions of the suite, made runnable and measured in one plan.
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/nearest.hpp"
#include "base/units.hpp"
#include "base/utf8.hpp"
#include "cli/bisect_view.hpp"
#include "cli/commands/command.hpp"
#include "cli/header.hpp"
#include "cli/measure_options.hpp"
#include "cli/run_view.hpp"
#include "cli/suite.hpp"
#include "cli/sweep_smoke.hpp"
#include "cli/sweep_view.hpp"
#include "cli/terms_options.hpp"
#include "snapshot/read.hpp"
#include "sweep/bisect.hpp"
#include "sweep/locks.hpp"
#include "sweep/order.hpp"
#include "sweep/sweep.hpp"

namespace benchkit::cli {
namespace {

/// What the command line said; empty texts: nothing.
struct SweepCommandOptions {
  MeasureOptions measure;
  TermsOptions terms;
  sweep::SweepOptions sweep;
  std::string total_budget, provision_timeout;
  std::uint64_t samples = 0;
  std::size_t live = 0;
  bool screen = false;
  bool provision_only = false;
  bool resume = false;
  bool smoke = false;
  std::string bisect;
  std::vector<std::string> locks;  ///< of --bisect-dependencies: the good one and the bad one
  sweep::BisectOptions search;
};

class SweepView final : public sweep::SweepObserver {
 public:
  explicit SweepView(const Streams& streams) : run_(streams) {}
  void progress(const runner::Progress& now) override { run_.progress(now); }
  void case_ended(const std::string& case_id, const std::string& meter, const Outcome& outcome) override {
    if (outcome.status != Status::absent) run_.case_ended(case_id, meter, outcome);  // releases lack what came later
  }
  void version_left_out(const std::string& name, const std::string& why) override { run_.version_left_out(name, why); }
  void provisioning(std::size_t count) override {
    count_ = count;
    run_.show(fmt::format("[0/{}] provisioning", count));
  }
  void provisioned(const sweep::Provisioned& one) override {
    ++done_;
    const std::string name = base::printable(one.spec.label);
    if (one.failure.empty()) {
      run_.show(fmt::format("[{}/{}] provisioned {}", done_, count_, name));
    } else {
      run_.version_left_out(name, one.failure + (one.hint.empty() ? "" : "\n  hint: " + one.hint));
    }
  }

 private:
  RunView run_;
  std::size_t count_ = 0, done_ = 0;
};

sweep::Host sweep_host(const Context& context, const CommandCaseOptions& commands) {
  sweep::Host host{.worker_argv = context.host.worker_argv, .command_argv = context.host.command_argv};
  host.install_spec = context.host.install_spec;
  if (commands.commands.size() == 1) {
    host.worker_of_command = [commands, argv = context.host.command_argv](const std::string& command) {
      CommandCaseOptions other = commands;
      const std::string& text = commands.commands.front();
      other.commands.front() = text.substr(0, text.find('=') + 1) + command;
      std::vector<std::string> words = argv;
      words.emplace_back("serve-commands");
      for (std::string& word : other.words()) words.push_back(std::move(word));
      return words;
    };
  }
  return host;
}

runner::RunOptions run_options(const SweepCommandOptions& options) {
  runner::RunOptions run = options.measure.run_options();
  run.budget.total_ns = nanoseconds(options.total_budget, "--total-budget", 0);
  run.budget.samples = options.samples;
  run.verdicts = options.terms.terms();
  run.live = options.live;
  run.screen = options.screen;
  return run;
}

/// What shapes the data, the drawn seed and the versions' numbers and places excepted: two sweeps that ask for the same are one.
Json asked_for(Json sweep, Json run) {
  for (const char* name : {"measured", "order", "unplaced"}) sweep.erase(name);
  run.erase("seed");
  run.erase("bases");
  return {{"sweep", std::move(sweep)}, {"run", std::move(run)}};
}

/// The same, whatever the versions are: two that ask for the same of other versions can stand in one file.
Json asked_of_any(Json asked) {
  asked["sweep"].erase("versions");
  return asked;
}

std::string default_folder(const sweep::SweepOptions& options) {
  const Json asked = asked_for(sweep::to_json(options), runner::options_to_json(options.run));
  return fmt::format(".benchkit/sweep-{}", base::hash_text(base::hash_bytes(base::dump_line(asked))).substr(0, 8));
}

void show(const Context& context, const std::string& path) {
  const std::vector<Snapshot> snapshots{snapshot::read(path)};
  compare::CompareOptions options;
  options.judge = judge_options(snapshots, {});
  const base::TextStyle style{context.streams.width, context.streams.colour};
  context.streams.out << render_sweep(compare::compare(snapshots, options), style) << "\n";
}

void tell_next_steps(const Context& context, const std::string& path) {
  context.streams.out << fmt::format(
      "next: {0} compare {1} tells all numbers; {0} sweep --bisect GOOD..BAD --case ID, which commit it was\n", called(context.host), path);
}

int tell_provisioned(const Context& context, const std::vector<sweep::Provisioned>& versions) {
  base::Table table{
      .columns = {{.title = "version"}, {.title = "by"}, {.title = "took", .align = base::Align::right}, {.title = "outcome"}},
      .rows = {},
      .notes = {}};
  bool failed = false;
  for (const sweep::Provisioned& one : versions) {
    failed = failed || !one.failure.empty();
    table.rows.push_back(
        {{{one.spec.label},
          {one.provisioner},
          {base::format_duration(static_cast<double>(one.took_ns) * 1e-9)},
          {one.failure.empty() ? "ready" : base::first_line(one.failure), one.failure.empty() ? base::Tone::plain : base::Tone::bad}}});
  }
  context.streams.out << base::render_text(table, {context.streams.width, context.streams.colour});
  return failed ? 1 : 0;
}

int summarise(const Context& context, const runner::RunReport& report) {
  const Streams& streams = context.streams;
  if (report.measured > 0) show(context, report.path);
  const std::string left_out = report.left_out > 0 ? fmt::format(" · {} versions not measured", report.left_out) : "";
  streams.out << fmt::format("{} measured, {} failed, {} skipped{} · {}\n", report.measured, report.failed, report.skipped, left_out,
                             base::printable(report.path));
  if (report.decided + report.undecided > 0) streams.out << decided_line(report);
  else if (report.out_of_time) streams.out << "The total budget is spent: some cases have fewer blocks than the others.\n";
  if (report.interrupted || !report.stopped.empty()) {
    streams.out << (report.interrupted ? "Interrupted.\n" : fmt::format("Stopped: {}\n", report.stopped));
    streams.out << "Nothing measured is lost; the same command with --resume goes on.\n";
    return report.interrupted ? kInterrupted : 1;
  }
  if (report.measured > 0) tell_next_steps(context, report.path);
  return report.failed > 0 || report.left_out > 0 ? 1 : 0;
}

/// Those of the versions that a session of the file measures, or is to measure.
std::vector<sweep::VersionSpec> specs_of_session(const Snapshot& snapshot, const std::vector<sweep::VersionSpec>& specs) {
  const Json measured = snapshot.sessions.back().header.value("sweep", Json::object()).value("measured", Json());
  if (!measured.is_array()) return specs;
  std::vector<sweep::VersionSpec> chosen;
  for (const Json& label : measured) {
    const auto found = std::find_if(specs.begin(), specs.end(), [&](const sweep::VersionSpec& spec) { return label == spec.label; });
    if (found == specs.end())
      throw Error(fmt::format("it was measuring {}, which is none of the versions any more", label.get<std::string>()), snapshot.path,
                  "name another folder: -o DIR");
    chosen.push_back(*found);
  }
  return chosen;
}

/// Labels of versions that neither the file nor its last session, `chosen`, knows: they came after that was interrupted.
std::vector<std::string> later_labels(const Snapshot& snapshot, const std::vector<sweep::VersionSpec>& specs,
                                      const std::vector<sweep::VersionSpec>& chosen) {
  std::vector<std::string> later;
  for (const sweep::VersionSpec& spec : specs) {
    const auto is_it = [&](const auto& one) { return one.label == spec.label; };
    if (std::none_of(chosen.begin(), chosen.end(), is_it) && std::none_of(snapshot.versions.begin(), snapshot.versions.end(), is_it))
      later.push_back(spec.label);
  }
  return later;
}

/// What is still to be measured of the versions: those that the file lacks, each beside its base, which is measured afresh where the file has it. A base that
/// could not be measured gives its place to its own; one that comes before all others is beside the one behind it. `bases` become those of what is returned.
std::vector<sweep::VersionSpec> fresh_specs(const Snapshot& snapshot, const std::vector<sweep::VersionSpec>& specs,
                                            std::vector<std::size_t>& bases) {
  const auto known = [&](std::size_t i) {
    return std::find_if(snapshot.versions.begin(), snapshot.versions.end(),
                        [&](const Version& version) { return version.label == specs[i].label; });
  };
  const auto cannot_be_base = [&](std::size_t i) { return known(i) != snapshot.versions.end() && !was_measured(*known(i)); };
  std::map<std::size_t, std::size_t> base_of;  // of those that are measured; a base that the file has is its own
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (known(i) != snapshot.versions.end()) continue;
    std::size_t base = bases[i];
    while (cannot_be_base(base) && bases[base] != base) base = bases[base];
    if (cannot_be_base(base)) base = i;
    if (base == i && i + 1 < specs.size() && known(i + 1) != snapshot.versions.end() && !cannot_be_base(i + 1)) base = i + 1;
    base_of[i] = base;
    base_of.try_emplace(base, base);
  }
  std::vector<sweep::VersionSpec> fresh;
  std::map<std::size_t, std::size_t> place_of;
  for (const auto& [spec, base] : base_of) {
    place_of[spec] = fresh.size();
    fresh.push_back(specs[spec]);
  }
  bases.clear();
  for (const auto& [spec, base] : base_of) bases.push_back(place_of[base]);
  return fresh;
}

/// One file does not hold what two suites measured.
void check_suite(const Snapshot& before, const sweep::SweepOptions& options, const sweep::Host& host) {
  if (sweep::has_another_suite(before, host, options.provision))
    throw Error("the suite was edited since this sweep measured with it", before.path,
                "restore it and go on, or measure all anew into another folder: -o DIR");
}

/// A sweep that is there already, under the same name.
std::optional<Snapshot> find_before(const sweep::SweepOptions& options, bool resume) {
  const std::string path = sweep::snapshot_in(options.folder);
  if (!base::exists(path)) {
    if (resume) throw Error("there is no sweep to go on with", path, "without --resume a new one is begun");
    return std::nullopt;
  }
  if (const auto pid = base::writer_of(path))
    throw Error(*pid > 0 ? fmt::format("this sweep is still going on, in process {}", *pid) : "this sweep is still going on", path);
  Snapshot before = snapshot::read(path);
  const Json& header = before.sessions.back().header;
  const Json asked = asked_for(sweep::to_json(options), runner::options_to_json(options.run));
  const Json there = asked_for(header.value("sweep", Json::object()), header.value("options", Json::object()));
  if (asked_of_any(there) != asked_of_any(asked)) throw Error("another sweep is kept there", path, "name another folder: -o DIR");
  if (!before.ended && !resume) throw Error("this sweep was interrupted", path, "go on with it: --resume; or name another folder: -o DIR");
  return before;
}

/// A finished sweep: shown again, with what may be said of it today.
int show_finished(const Context& context, const Snapshot& before, const std::vector<sweep::VersionSpec>& specs) {
  std::ostream& out = context.streams.out;
  show(context, before.path);
  out << fmt::format("Nothing to do: this sweep is complete · {}\n", base::printable(before.path));
  const sweep::Moved moved = sweep::find_moved(before, specs);
  for (const std::string& label : moved.perhaps)
    out << fmt::format("{} may have changed since: -o DIR measures into another folder\n", base::printable(label));
  const bool whole = std::all_of(before.versions.begin(), before.versions.end(), was_measured);
  if (!whole) out << "Some versions were not measured: -o DIR tries them again in another folder\n";
  if (!moved.changed.empty())
    throw Error(fmt::format("{} {} not what this sweep measured", fmt::join(moved.changed, ", "), moved.changed.size() == 1 ? "is" : "are"),
                before.path, "-o DIR measures into another folder");
  return whole ? 0 : 1;
}

sweep::BisectOptions search_options(const SweepCommandOptions& given) {
  sweep::BisectOptions search = given.search;
  if (search.case_id.empty()) throw Error("which case is searched?", "--case", "name it: --case ID; `list` shows them");
  if (given.measure.metrics.size() != 1)
    throw Error(fmt::format("a search goes by one metric, and there are {}", given.measure.metrics.size()), "--bisect",
                "name one --metric");
  search.metric = given.measure.metrics.front();
  if (given.measure.blocks > 0) search.blocks = given.measure.blocks;
  search.total_ns = nanoseconds(given.total_budget, "--total-budget", 0);
  return search;
}

/// Where the host itself knows which cases there are: a wrong id is refused before an hour of building. Versions may be other programs, which know best.
void check_case(const Context& context, const std::string& id, const std::vector<std::string>& words,
                const std::vector<sweep::VersionSpec>& specs) {
  using Kind = sweep::VersionSpec::Kind;
  const bool of_host = std::none_of(specs.begin(), specs.end(), [](const sweep::VersionSpec& spec) {
    return spec.kind == Kind::program || spec.kind == Kind::command || spec.kind == Kind::fake;
  });
  if (!of_host || !context.host.given()) return;
  Inquiry inquiry(context.host);
  std::vector<std::string> ids;
  try {
    for (const auto& one : describe_suite(inquiry.workers(), {.words = words, .resolve = false}).cases) ids.push_back(one.info.id);
  } catch (const Error&) {
    return;  // without the library it may have no cases to tell of
  }
  if (ids.empty() || std::find(ids.begin(), ids.end(), id) != ids.end()) return;
  const std::string near = base::nearest(id, ids);
  throw Error(fmt::format("there is no case \"{}\"", id), "--case",
              near.empty() ? "`list` shows what there is" : fmt::format("did you mean \"{}\"?", near));
}

int bisect_suite(const Context& context, const SweepCommandOptions& given, sweep::SweepOptions options, const sweep::Host& host) {
  const sweep::BisectOptions search = search_options(given);
  const bool dependencies = !given.locks.empty();
  if (options.folder.empty())
    options.folder = fmt::format(".benchkit/bisect-{}", dependencies ? "dependencies" : sweep::file_name_of(given.bisect));
  options.provision.folder = options.folder;
  const std::vector<sweep::VersionSpec> specs =
      dependencies ? sweep::between_locks(given.locks.front(), given.locks.back(), options.folder + "/mixtures", host)
                   : sweep::resolve_range(given.bisect, options, host);
  check_case(context, search.case_id, options.run.suite_options, specs);
  const base::InterruptGuard interrupts;
  RunView view(context.streams);
  view.say(fmt::format("{} versions, {} to {}", specs.size(), specs.front().label, specs.back().label));
  const auto told = [&](const sweep::BisectStep& step) {
    if (!step.failure.empty()) return view.version_left_out(step.label, step.failure);
    view.say(step_line(step, specs));
  };
  const sweep::BisectReport report =
      sweep::bisect(specs, search, options, host, session_header(context.host, context.arguments), &interrupts, told);
  return tell_found(context.streams, report, search);
}

/// The whole sweep, as the executor takes it. `before`: the file that it goes on with, or adds a session to, `order` then being that of all versions; null: it
/// begins one.
sweep::Slice slice_of(const Context& context, const SweepCommandOptions& given, const sweep::SweepOptions& options,
                      const std::vector<sweep::Provisioned>& versions, const Snapshot* before, const sweep::Order& order) {
  sweep::Slice slice{.options = options.run, .versions = versions, .before = before, .output = {}};
  slice.output = {.files = &base::file_system(),
                  .path = sweep::snapshot_in(options.folder),
                  .session = session_header(context.host, context.arguments)};
  Json& header = slice.output.session.header["sweep"] = sweep::to_json(options);
  header["measured"] = Json::array();
  for (const sweep::Provisioned& one : versions) header["measured"].push_back(one.spec.label);
  if (!order.labels.empty()) header["order"] = order.labels;
  if (!order.unplaced.empty()) header["unplaced"] = order.unplaced;
  if (given.measure.commands.given()) slice.output.session.header["command_cases"] = to_json(given.measure.commands);
  slice.extends = before != nullptr && before->ended;
  if (before != nullptr && !before->ended)
    slice.options = runner::options_from_json(before->sessions.back().header["options"], before->path);
  return slice;
}

int sweep_suite(const Context& context, const SweepCommandOptions& given) {
  sweep::SweepOptions options = given.sweep;
  options.run = run_options(given);
  if (given.measure.commands.given()) options.commands = to_json(given.measure.commands);
  options.provision.timeout_ns = nanoseconds(given.provision_timeout, "--provision-timeout", options.provision.timeout_ns);
  options.provision.cache =
      options.provision.cache.empty() ? sweep::default_cache() : std::filesystem::absolute(options.provision.cache).string();
  if (!given.bisect.empty() || !given.locks.empty())
    return bisect_suite(context, given, options, sweep_host(context, given.measure.commands));
  if (!given.search.case_id.empty())
    throw Error("one case is what a search is for", "--case",
                "search with --bisect GOOD..BAD; a part of the suite is measured by -k and --where");
  if (options.versions.empty()) throw Error("no version is named", "sweep", "name two or more, the oldest first");
  const sweep::Host host = sweep_host(context, given.measure.commands);
  std::vector<sweep::VersionSpec> specs = sweep::resolve(options, host);
  options.run.bases = sweep::bases_of(specs, options.baseline);
  if (options.folder.empty()) options.folder = default_folder(options);
  const bool measures = !given.provision_only && !given.smoke;
  const std::optional<Snapshot> before = measures ? find_before(options, given.resume) : std::nullopt;
  if (before) sweep::check_labels(*before, specs);
  const sweep::Order order = before && before->ended ? sweep::order_of(*before, specs) : sweep::Order();
  if (!order.labels.empty()) {
    specs = sweep::in_order(std::move(specs), order);
    options.run.bases = sweep::bases_of(specs, options.baseline);
  }
  const std::vector<sweep::VersionSpec> wanted = !before         ? specs
                                                 : before->ended ? fresh_specs(*before, specs, options.run.bases)
                                                                 : specs_of_session(*before, specs);
  options.provision.folder = options.folder;
  if (wanted.empty()) {
    const int code = show_finished(context, *before, specs);
    check_suite(*before, options, host);
    return code;
  }
  if (before) check_suite(*before, options, host);
  SweepView view(context.streams);
  const base::InterruptGuard interrupts;
  view.provisioning(wanted.size());
  const std::vector<sweep::Provisioned> versions =
      sweep::provision(wanted, host, options.provision, &interrupts, [&](const sweep::Provisioned& one) { view.provisioned(one); });
  if (given.provision_only) return tell_provisioned(context, versions);
  if (given.smoke) return smoke_versions(context.streams, versions, options.run, &interrupts);
  if (before) sweep::check_unchanged(*before, versions);
  sweep::Slice slice = slice_of(context, given, options, versions, before ? &*before : nullptr, order);
  const bool goes_on = before && !slice.extends;
  const runner::RunReport report = sweep::executor_named(options.executor).execute(std::move(slice), &interrupts, view);
  const int code = summarise(context, report);
  const std::vector<std::string> later = goes_on ? later_labels(*before, specs, wanted) : std::vector<std::string>();
  if (later.empty() || report.interrupted || !report.stopped.empty()) return code;
  context.streams.out << fmt::format("{} came after this session was interrupted: measured in one of {} own\n",
                                     base::printable(fmt::format("{}", fmt::join(later, ", "))), later.size() == 1 ? "its" : "their");
  SweepCommandOptions extension = given;
  extension.resume = false;
  return std::max(code, sweep_suite(context, extension));
}

void declare_versions(Arguments& command, SweepCommandOptions& options) {
  command
      .add_option("versions", options.sweep.versions,
                  "[label=]SPEC, the oldest first: 0.5.0, '>=0.5', name==0.5, name@git+URL, v1.2, HEAD~5..HEAD, WORKTREE, ./prog, "
                  "python:PATH, lock:FILE, cmd:COMMAND")
      ->type_name("VERSION")
      ->expected(0, -1);
  command.add_option("--baseline", options.sweep.baseline, "the version that all are compared with [each with the one before]")
      ->type_name("LABEL");
  command.add_option("-o,--output", options.sweep.folder, "the folder of the snapshot and the logs [.benchkit/sweep-HASH]")
      ->type_name("DIR");
  command.add_option("--last", options.sweep.last, "of a range of releases, so many at its end [all]")->type_name("N")->within(1, 10'000);
  command.add_flag("--minor-only", options.sweep.minor_only, "of a range of releases, the last one of each minor one");
  command
      .add_option("--bisect", options.bisect, "which version of a range (commits, releases, or of those named) changed a case: with --case")
      ->type_name("GOOD..BAD");
  command
      .add_option("--bisect-dependencies", options.locks,
                  "which package of two lock files did it: with --case; a sweep keeps locks/LABEL.txt")
      ->type_name("GOOD BAD")
      ->expected(2)
      ->excludes("versions");
  command.add_option("--case", options.search.case_id, "the case that is searched, by one --metric")->type_name("ID");
  command.add_flag("--smoke", options.smoke, "start each case once in each version, and say what works; nothing is measured");
  command.add_flag("--provision-only", options.provision_only, "make the versions runnable, and start nothing");
  command.add_flag("--resume", options.resume, "go on with the same sweep, which was interrupted");
}

/// What a search has no use for is refused, not forgotten.
void exclude_from_bisect(Arguments& command) {
  for (const char* search : {"--bisect", "--bisect-dependencies"}) {
    Argument* const option = command.get_option(search);
    for (const char* name : {"--baseline", "--last", "--minor-only", "--provision-only", "--smoke", "--screen", "--until-decided",
                             "--resume", "-k", "--where"})
      option->excludes(command.get_option(name));
  }
  command.get_option("--bisect")->excludes(command.get_option("--bisect-dependencies"));
}

void declare_provisioning(Arguments& command, SweepCommandOptions& given) {
  sweep::ProvisionOptions& options = given.sweep.provision;
  command.add_option("--as-of", options.as_of, "dependencies as of a date, or of each release's own upload (release) [today]")
      ->type_name("DATE");
  command.add_option("--pin", options.pins, "a constraint on what is installed along: numpy<2; may be repeated")
      ->type_name("CONSTRAINT")
      ->expected(1)
      ->take_all();
  command.add_option("--python", options.python, "the interpreter of the environments [the one that runs the suite]")->type_name("PATH");
  command.add_option("--build-command", options.build_command, "builds a checkout of a commit, in place of CMake")->type_name("COMMAND");
  command.add_option("--suite", options.suite, "the suite's folder in the repository, taken from the working tree [bench or benchmarks]")
      ->type_name("DIR");
  command.add_option("--jobs", options.jobs, "versions that are provisioned at once [4]")->type_name("N")->within(1, 64);
  command.add_option("--provision-timeout", given.provision_timeout, "a build or an installation that takes longer hangs [30min]")
      ->type_name("TIME");
  command.add_option("--cache", options.cache, "what is kept for other sweeps [~/.cache/benchkit]")->type_name("DIR");
  command.add_flag("--refresh", options.refresh, "resolve and build anew what the cache has");
}

void declare_plan(Arguments& command, SweepCommandOptions& options) {
  options.measure.declare_how_much(command, "time for each case, of two versions that are compared [500ms]",
                                   "fresh workers a case is divided over [by what a start costs: 3 to 60]");
  command.add_option("--total-budget", options.total_budget, "time for the whole sweep")->type_name("TIME");
  command.add_option("--samples", options.samples, "exactly so many samples a case")->type_name("N")->within(1, 100'000'000);
  options.terms.declare_until_decided(command, "")->excludes(command.get_option("--samples"));
  command
      .add_flag("--screen", options.screen, "a fifth of the blocks first, and the rest only where versions are not proven to be the same")
      ->excludes(command.get_option("--until-decided"));
  command.add_option("--live", options.live, "how many versions may live at once [2; up to 4 where starting one is dear]")
      ->type_name("N")
      ->within(2, 64);
}

Action declare(Arguments& command, const SuiteOptions& of_suite) {
  const auto options = std::make_shared<SweepCommandOptions>();
  declare_versions(command, *options);
  options->measure.declare_what(command, of_suite);
  declare_provisioning(command, *options);
  declare_plan(command, *options);
  options->terms.declare(command);
  options->measure.declare_how(command, "", false);
  exclude_from_bisect(command);
  return [options](const Context& context) { return sweep_suite(context, *options); };
}

}  // namespace

CommandEntry sweep_command() { return {"sweep", "many versions in one plan", false, &declare}; }

}  // namespace benchkit::cli
