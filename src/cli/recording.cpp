#include "cli/recording.hpp"

#include <random>
#include <set>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/units.hpp"
#include "cli/failure_line.hpp"
#include "cli/header.hpp"
#include "cli/measure_options.hpp"
#include "cli/run_table.hpp"
#include "cli/suite.hpp"
#include "snapshot/journal.hpp"
#include "snapshot/read.hpp"

namespace benchkit::cli {
namespace {

constexpr const char* kHere = "a program that measures in its own process";

runner::RunOptions run_options(const RecordingOptions& options) {
  runner::RunOptions run;
  run.meters = options.metrics;
  run.meters.insert(run.meters.end(), options.on_demand.begin(), options.on_demand.end());
  for (const std::string& text : options.most) {
    for (Limit& limit : parse_limits(text, "--max")) run.most.push_back(std::move(limit));
  }
  run.budget.per_job_ns = nanoseconds(options.budget, "--budget", run.budget.per_job_ns);
  run.budget.samples = options.samples;
  run.attribute = options.attribute;
  run.seed = std::random_device{}();
  return run;
}

/// Git is asked at once, and answers when the first case is measured.
std::function<Version()> version_from(const std::string& label, const HostSpec& host) {
  return [git = std::make_shared<GitState>(), label, name = called(host)] { return version_of(label, git->details(), name); };
}

runner::SoloRun solo_run(const RecordingOptions& options, const std::vector<std::string>& arguments, const HostSpec& host,
                         const std::string& path, LineExchange exchange) {
  if (!options.extend && base::exists(path)) throw Error("there is a file already", path, "name another one, or remove it");
  runner::RunOutput output{.files = &base::file_system(), .path = path, .session = session_header(host, arguments)};
  if (!options.label.empty()) output.session.header["label"] = options.label;
  InProcessWorkers workers(std::move(exchange), kHere, nullptr);
  return {run_options(options), workers, std::move(output), version_from(options.label, host)};
}

}  // namespace

Recording::Recording(const RecordingOptions& options, const std::string& called, const std::vector<std::string>& arguments,
                     LineExchange exchange)
    : host_{.name = called, .worker_argv = {}, .in_process = {}, .in_process_reason = {}, .command_argv = {}},
      path_(options.path.empty() ? default_path(host_) : options.path),
      run_(solo_run(options, arguments, host_, path_, std::move(exchange))) {
  std::set<std::string> always;
  for (const runner::MeterChoice& choice : runner::choose_meters(options.metrics, run_.known_meters())) always.insert(choice.meter.name);
  for (const runner::MeterChoice& choice : run_.meters())
    meters_.push_back({choice.meter.name, choice.meter.batches, !always.contains(choice.meter.name)});
}

runner::SoloResult Recording::measure(LineExchange exchange, const runner::SoloTurn& wanted) {
  InProcessWorkers workers(std::move(exchange), kHere, nullptr);
  return run_.measure(workers, wanted);
}

void Recording::end_case(LineExchange exchange, const std::string& extra, const std::string& status, const std::string& reason,
                         const std::string& traceback) {
  InProcessWorkers workers(std::move(exchange), kHere, nullptr);
  const auto known = status_from(status);
  if (!known) throw Error(fmt::format("there is no status \"{}\"", status));
  Outcome outcome{*known, reason, Json::object()};
  if (!traceback.empty()) outcome.details["traceback"] = traceback;
  run_.end_case(workers, base::parse_json(extra, "extra"), outcome);
}

std::string Recording::finish(std::size_t width, bool colour) {
  const runner::RunReport report = run_.finish();
  if (report.path.empty()) return {};
  std::string text;
  if (report.measured > 0) text = table_of(report.path, width, colour) + "\n";
  text += fmt::format("{} measured, {} failed, {} skipped · {}\n", report.measured, report.failed, report.skipped,
                      base::printable(report.path));
  if (report.attributed > 0)
    text += fmt::format("{} attributed · who held the bytes: benchkit memory {}\n", report.attributed, base::printable(report.path));
  if (!report.no_names.empty()) text += report.no_names + "\n";
  return text;
}

void restate_cases(const std::string& path, const Json& told) {
  const Snapshot snapshot = snapshot::read(path);
  snapshot::Journal journal = snapshot::Journal::extend(base::file_system(), path, snapshot, nullptr);
  for (std::size_t handle = 0; handle < snapshot.cases.size(); ++handle) {
    CaseInfo info = snapshot.cases[handle];
    const auto said = told.find(info.id);
    if (said == told.end()) continue;
    info.group = said->value("group", info.group);
    if (const auto extra = said->find("extra_info"); extra != said->end()) info.extra["extra_info"] = *extra;
    if (const auto labels = said->find("labels"); labels != said->end()) {
      info.labels.clear();
      for (const auto& [name, value] : labels->items()) info.labels.emplace_back(name, value.get<double>());
    }
    journal.restate_case(handle, info);
  }
  snapshot::seal(base::file_system(), path);
}

std::string table_of(const std::string& path, std::size_t width, bool colour) {
  const std::vector<Snapshot> snapshots{snapshot::read(path)};
  return RunTable(snapshots).text({width, colour});
}

}  // namespace benchkit::cli
