#include "runner/solo.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "runner/limits.hpp"
#include "runner/session_facts.hpp"
#include "snapshot/journal.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

/// One process is one block, and has no other to be compared with: what narrows its interval is the number of samples. They are as short as those of a pair,
/// for the same reason (turn.cpp): a timer's tick falls into few of them, and the median leaves those out.
constexpr std::int64_t kSoloSampleNs = 250'000;

RunOutput begun(RunOutput output, const RunOptions& options, const protocol::Hello& hello, bool fresh_processes) {
  Json& header = output.session.header;
  add_worker_facts(output.session, hello, fresh_processes, base::monotonic_ns());
  header["design"] = "solo";
  if (!hello.conditions.empty()) header["conditions"] = hello.conditions;
  header["options"] = options_to_json(options);
  return output;
}

}  // namespace

SoloRun::SoloRun(RunOptions options, WorkerFactory& workers, RunOutput output, std::function<Version()> version)
    : options_(std::move(options)), version_(std::move(version)), random_(options_.seed, 0) {
  Conversation conversation(workers, {});
  hello_ = conversation.hello();
  meters_ = choose_meters(options_.meters, hello_.meters);
  first_meter_ = meters_.front().meter.name;
  std::stable_partition(meters_.begin(), meters_.end(), [](const MeterChoice& choice) { return !choice.meter.batches; });
  check_limits(options_.most, meters_, hello_.meters);
  if (options_.attribute) check_attribution(meters_, hello_.meters);
  output_ = begun(std::move(output), options_, hello_, workers.fresh_processes());
  report_.path = output_.path;
}

protocol::CaseDescription SoloRun::only_case_of(Conversation& conversation) {
  protocol::Cases cases = conversation.describe({}, 0);
  if (cases.cases.size() != 1) throw Error(fmt::format("one case at a time is measured here, not {}", cases.cases.size()));
  begin_file(cases);
  return std::move(cases.cases.front());
}

void SoloRun::begin_file(const protocol::Cases& cases) {
  if (recorder_) return;
  versions_.push_back(version_());
  versions_.back().details.update(version_facts(hello_, cases));
  snapshot::Journal journal = base::exists(output_.path)
                                  ? snapshot::Journal::extend(*output_.files, output_.path, snapshot::read(output_.path), &output_.session)
                                  : snapshot::Journal::create(*output_.files, output_.path, output_.session);
  recorder_.emplace(std::move(journal), output_.session.header.at("started_ns").get<std::int64_t>());
  recorder_->listen([this](const Job& job, std::size_t metric, const Metric& description, const Sample& sample) {
    if (seen_.metrics.size() <= metric) seen_.metrics.resize(metric + 1);
    seen_.metrics[metric] = description;
    const auto known = std::find_if(seen_.records.begin(), seen_.records.end(), [&](const Record& one) { return one.metric == metric; });
    Record& record = known != seen_.records.end() ? *known : seen_.records.emplace_back();
    record.metric = metric;
    record.version = job.version_handle;
    record.samples.push_back(sample);
  });
}

Job SoloRun::job_of(protocol::CaseDescription description, const MeterChoice& choice) {
  std::vector<Job> jobs{{.description = std::move(description),
                         .meter = choice.meter.name,
                         .headline = choice.headline(),
                         .batches = choice.meter.batches,
                         .attribute = options_.attribute && choice.meter.attributes}};
  recorder_->write_head(versions_, 0, meters_, jobs);
  return std::move(jobs.front());
}

TurnLimits SoloRun::limits_of(const Job& job, const SoloTurn& wanted) const {
  Budget budget = options_.budget;
  if (wanted.samples > 0) budget.samples = wanted.samples;
  if (wanted.budget_ns > 0) budget.per_job_ns = wanted.budget_ns;
  TurnLimits limits{.share = next_share(job.progress, budget, 1),
                    .timeout_ns = job.description.timeout_s > 0 ? static_cast<std::int64_t>(job.description.timeout_s * 1e9) : 0,
                    .enough_ns = budget.samples == 0 ? budget.per_job_ns : 0,
                    .warmup = wanted.warmup};
  limits.share.sample_ns = std::min(limits.share.sample_ns, kSoloSampleNs);
  return limits;
}

const MeterChoice& SoloRun::choice_of(const std::string& meter) const {
  const auto choice = std::find_if(meters_.begin(), meters_.end(), [&](const MeterChoice& one) { return one.meter.name == meter; });
  if (choice == meters_.end()) throw Error(fmt::format("this run does not use the meter \"{}\"", meter));
  return *choice;
}

SoloResult SoloRun::measure(WorkerFactory& workers, const SoloTurn& wanted) {
  const MeterChoice& choice = choice_of(wanted.meter);
  Conversation conversation(workers, {});
  protocol::CaseDescription description = only_case_of(conversation);
  if (description.broken.empty()) description.broken = unfit_limits(description, hello_.meters);
  if (!description.broken.empty()) throw Error(description.broken, description.info.id);

  Turned& turned = turned_.emplace_back(Turned{job_of(std::move(description), choice), {}});
  Job& job = turned.job;
  SoloResult result;
  seen_.records.clear();
  seen_.sessions = {output_.session};
  seen_.versions.assign(job.version_handle, {});
  seen_.versions.push_back(versions_.front());
  seen_.cases = {job.description.info};
  job.iterations = wanted.iterations;
  Seat seat{&job, &conversation, {}};
  recorder_->begin_block();
  std::vector<Seat> seats{std::move(seat)};
  take_turn(seats, limits_of(job, wanted), *recorder_, random_);
  Turn& turn = seats.front().turn;
  (void)conversation.stop();

  Json details{{"meter", job.meter}, {"spent", {{std::to_string(job.case_handle), turn.took_ns}}}};
  if (!turn.taken) details["cut_off"] = {job.case_handle};
  if (job.attribute && turn.taken && turn.call_paths) {
    path_names_.add_to(*turn.call_paths);
    recorder_->call_paths(job, *turn.call_paths, true);
    ++report_.attributed;
  }
  recorder_->end_block(turn.end != Turn::End::interrupted, std::move(details));
  if (turn.end == Turn::End::interrupted) throw Interrupted();
  job.outcome = result.outcome = std::move(turn.outcome);
  for (const Record& record : seen_.records) {
    std::vector<double>& values = result.values[seen_.metrics[record.metric].name];
    for (std::size_t i = 0; i < record.samples.size(); ++i) values.push_back(record.samples.value[i]);
  }
  if (job.outcome.status == Status::ok) turned.excesses = excesses_of(job);
  if (!turned.excesses.empty()) result.outcome = turned.excesses.front().second;
  return result;
}

std::vector<std::pair<std::size_t, Outcome>> SoloRun::excesses_of(Job& job) const {
  std::vector<Job> jobs{job};
  std::vector<std::pair<std::size_t, Outcome>> excesses;
  for (Excess& excess : find_excesses(seen_, recorder_->head_version(), jobs, options_.most, hello_.meters))
    excesses.emplace_back(excess.metric, std::move(excess.outcome));
  return excesses;
}

void SoloRun::end_case(WorkerFactory& workers, const Json& extra, const Outcome& outcome) {
  if (turned_.empty() && outcome.status == Status::ok) return;
  Conversation conversation(workers, {});
  protocol::CaseDescription description = only_case_of(conversation);
  (void)conversation.stop();
  CaseInfo info = description.info;
  if (!extra.empty()) info.extra.update(extra);
  if (turned_.empty()) {
    turned_.push_back({job_of(std::move(description), choice_of(first_meter_)), {}});
  }
  recorder_->restate(turned_.front().job.case_handle, info);
  bool failed = false;
  for (Turned& turned : turned_) {
    Job& job = turned.job;
    if (outcome.status != Status::ok) job.outcome = outcome;
    failed = failed || !turned.excesses.empty() || (job.outcome.status != Status::ok && !is_left_out(job.outcome.status));
    if (job.outcome.status != Status::ok) recorder_->outcome(job, job.outcome);
    else
      for (auto& [metric, excess] : turned.excesses) recorder_->outcome(job, metric, std::move(excess));
  }
  const bool left_out = is_left_out(turned_.front().job.outcome.status);
  ++(failed ? report_.failed : left_out ? report_.skipped : report_.measured);
  turned_.clear();
}

RunReport SoloRun::finish() {
  report_.no_names = path_names_.missing();
  if (!recorder_) {
    report_.path.clear();
    return report_;
  }
  // Sealed while the journal still holds its lock, as run() does.
  if (output_.seal) snapshot::seal(*output_.files, output_.path);
  else recorder_->end();
  recorder_.reset();
  return report_;
}

}  // namespace benchkit::runner
