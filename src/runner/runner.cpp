// The driver: it reads as the plan.
//
//   1. Ask a worker what the suite holds, and choose the jobs (cases × meters) that were asked for.
//   2. Open the journal: session, version, metrics, cases. From here on a kill loses at most the line being written.
//   3. Round after round, until every job has enough or the time is over: a fresh worker (a block), in it every open job in
//      random order: setup, calibration (the first time), samples, teardown. A block that ended whole is marked complete.
//      A job that fails is an outcome; if it took its worker along, the rest of the round goes on in a fresh one.
//   4. Seal the file: one line per case × metric × version.
#include "runner/runner.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "runner/choice.hpp"
#include "runner/conversation.hpp"
#include "runner/jobs.hpp"
#include "snapshot/journal.hpp"

namespace benchkit::runner {
namespace {

/// An upper bound for the samples of one request, so that a clock that stands still cannot fill the disk.
constexpr std::uint64_t kMostSamplesPerBlock = 100'000;

class Driver {
 public:
  Driver(const RunOptions& options, const Target& target, RunOutput output, Observer& observer)
      : options_(options), target_(target), output_(std::move(output)), observer_(observer) {}

  RunReport start() {
    describe_suite({});
    add_what_only_we_know(output_.session);
    journal_.emplace(snapshot::Journal::create(*output_.files, output_.path, output_.session));
    origin_ns_ = base::monotonic_ns();
    write_head();
    write_skips();
    return measure();
  }

  RunReport resume(const Snapshot& snapshot) {
    const std::size_t session = snapshot.sessions.size() - 1;
    describe_suite(snapshot.sessions[session].header.value("started_ns", Json(nullptr)));
    journal_.emplace(snapshot::Journal::extend(*output_.files, output_.path, snapshot, nullptr));
    write_head();
    for (Job& job : jobs_) restore(job, snapshot, session);
    for (const Block& block : snapshot.blocks) {
      if (block.session == session) next_block_ = std::max(next_block_, block.block + 1);
    }
    next_order_ = order_after(snapshot, session);
    mark_cut_off_blocks(snapshot, session);
    write_skips();
    return measure();
  }

 private:
  // ---- 1. what there is, and what is wanted ----

  void describe_suite(const Json& origin) {
    origin_ns_ = origin.is_number_integer() ? origin.get<std::int64_t>() : base::monotonic_ns();
    conversation_.emplace(*target_.workers, protocol::LaunchRecipe{}, kStartTimeoutNs);
    hello_ = conversation_->hello();
    start_ns_ = conversation_->start_ns();
    meters_ = choose_meters(options_.meters, hello_.meters);
    refuse_recipes();
    const protocol::Cases described = conversation_->describe(options_.suite_options);
    const std::vector<protocol::CaseDescription>& cases = described.cases;
    packages_ = described.packages;
    for (const protocol::CaseDescription& description : cases) {
      if (!options_.filter.matches(description.info.id, description.info.dims)) continue;
      for (const MeterChoice& choice : meters_) {
        jobs_.push_back(
            {.description = description, .meter = choice.meter.name, .headline = choice.headline(), .batches = choice.meter.batches});
      }
    }
    if (cases.empty()) throw Error(fmt::format("the suite \"{}\" has no cases", hello_.program));
    if (jobs_.empty()) {
      throw Error(fmt::format("none of the {} cases is selected", cases.size()), {}, "`list` shows the cases; check -k and --where");
    }
  }

  void refuse_recipes() const {
    const std::string reason = target_.workers->refuses_recipes();
    for (const MeterChoice& choice : meters_) {
      if (!reason.empty() && !choice.meter.launch.empty()) throw Error(reason, "--metric " + choice.meter.name);
    }
  }

  // ---- 2. the head of the file ----

  void add_what_only_we_know(Session& session) const {
    session.header["program"] = hello_.program;
    session.header["language"] = hello_.language;
    session.header["design"] = "solo";
    session.header["processes"] = target_.workers->fresh_processes() ? "fresh worker a block" : "in process";
    session.header["started_ns"] = base::monotonic_ns();
    session.header["clock"] = {
        {"name", hello_.clock.name}, {"resolution_ns", hello_.clock.resolution_ns}, {"cost_ns", hello_.clock.cost_ns}};
    if (!hello_.conditions.empty()) session.header["conditions"] = hello_.conditions;
    session.header["options"] = options_to_json(options_);
  }

  void write_head() {
    Version version = target_.version;
    if (!hello_.toolchain.empty()) version.details["toolchain"] = hello_.toolchain;
    if (!packages_.empty()) version.details["packages"] = packages_;
    version_ = journal_->add_version(version);
    std::map<std::string, MetricHandles> handles;
    for (const MeterChoice& choice : meters_) {
      MetricHandles& mine = handles[choice.meter.name];
      for (std::size_t i = 0; i < choice.wanted.size(); ++i) {
        mine.warm.push_back(choice.wanted[i] ? std::optional(journal_->add_metric(choice.meter.metrics[i])) : std::nullopt);
      }
      for (std::size_t i = 0; i < choice.meter.cold_metrics.size(); ++i) {
        mine.cold.push_back(choice.wanted[i] ? std::optional(journal_->add_metric(choice.meter.cold_metrics[i])) : std::nullopt);
      }
    }
    for (Job& job : jobs_) {
      job.case_handle = journal_->add_case(job.description.info);
      job.metrics = handles[job.meter].warm;
      job.cold_metrics = handles[job.meter].cold;
      job.headline_metric = job.metrics[job.headline].value();
    }
  }

  /// Cases that say beforehand that they will not run: the same record as any other outcome.
  void write_skips() {
    for (Job& job : jobs_) {
      if (job.ended) continue;
      if (!job.description.broken.empty()) end_job(job, {Status::error, job.description.broken, Json::object()});
      else if (!job.description.skip.empty()) end_job(job, {Status::skipped, job.description.skip, Json::object()});
    }
  }

  void mark_cut_off_blocks(const Snapshot& snapshot, std::size_t session) {
    std::int64_t last_seen = -1;
    for (const Record& record : snapshot.records) {
      if (record.session != session) continue;
      for (std::size_t i = 0; i < record.partial.size(); ++i) last_seen = std::max(last_seen, record.partial.block[i]);
    }
    if (last_seen < next_block_) return;
    journal_->block({.session = journal_->session(), .block = last_seen, .complete = false});
    next_block_ = last_seen + 1;
  }

  static std::int64_t order_after(const Snapshot& snapshot, std::size_t session) {
    std::int64_t next = 0;
    for (const Record& record : snapshot.records) {
      if (record.session != session) continue;
      for (const Samples* samples : {&record.samples, &record.partial}) {
        for (std::size_t i = 0; i < samples->size(); ++i) next = std::max(next, samples->order[i] + 1);
      }
    }
    return next;
  }

  // ---- 3. rounds of blocks ----

  RunReport measure() {
    began_ns_ = base::monotonic_ns();
    const auto open = static_cast<std::size_t>(std::count_if(jobs_.begin(), jobs_.end(), [](const Job& job) { return !job.ended; }));
    const std::size_t jobs_a_block = (open + meters_.size() - 1) / meters_.size();
    blocks_ = blocks_for(options_.budget, start_ns_, jobs_a_block);
    budget_ = without_starts(options_.budget, blocks_, start_ns_, jobs_a_block);
    for (Job& job : jobs_) job.ended = job.ended || has_enough(job.progress, budget_, blocks_);
    for (std::uint64_t round = 0; !stopping() && any_open(); ++round) {
      for (const std::size_t meter : random_order(options_.seed, round * 2, meters_.size())) measure_round(meters_[meter].meter, round);
    }
    conversation_.reset();
    return finish();
  }

  [[nodiscard]] bool any_open() const {
    return std::any_of(jobs_.begin(), jobs_.end(), [](const Job& job) { return !job.ended; });
  }
  [[nodiscard]] bool stopping() const { return interrupted_ || out_of_time_; }

  void measure_round(const protocol::MeterInfo& meter, std::uint64_t round) {
    std::deque<Job*> queue;
    std::vector<Job*> open;
    for (Job& job : jobs_) {
      if (!job.ended && job.meter == meter.name) open.push_back(&job);
    }
    for (const std::size_t index : random_order(options_.seed, round * 2 + 1, open.size())) queue.push_back(open[index]);
    while (!queue.empty() && !stopping()) measure_block(meter, queue);
  }

  /// One life of a worker: jobs from the queue until it is empty or the worker is lost.
  void measure_block(const protocol::MeterInfo& meter, std::deque<Job*>& queue) {
    block_ = next_block_++;
    const bool described_by_this_worker = conversation_.has_value() && meter.launch.empty();
    if (!described_by_this_worker) conversation_.emplace(*target_.workers, meter.launch, kStartTimeoutNs);
    start_ns_ = std::max(start_ns_, conversation_->start_ns());
    Json spent = Json::object();
    std::vector<FinishedJob> finished;
    while (!queue.empty() && conversation_->alive() && !stopping()) {
      Job& job = *queue.front();
      report_progress(job);
      const std::int64_t began_ns = base::monotonic_ns();
      std::vector<double> samples;
      const bool whole = measure_job(job, samples);
      if (interrupted_) break;
      if (whole) keep_output(job);
      queue.pop_front();
      const std::int64_t took_ns = base::monotonic_ns() - began_ns;
      spent[std::to_string(job.case_handle)] = spent.value(std::to_string(job.case_handle), std::int64_t{0}) + took_ns;
      if (whole) finished.push_back({&job, std::move(samples), took_ns});
      if (budget_.total_ns > 0 && base::monotonic_ns() - began_ns_ >= budget_.total_ns) out_of_time_ = true;
    }
    conversation_.reset();
    if (interrupted_) {
      journal_->block({.session = journal_->session(), .block = block_, .complete = false});
      return;
    }
    journal_->block(
        {.session = journal_->session(), .block = block_, .complete = true, .details = {{"meter", meter.name}, {"spent", spent}}});
    for (FinishedJob& done : finished) {
      done.job->finish_block(done.samples, block_, done.took_ns);
      if (has_enough(done.job->progress, budget_, blocks_)) done.job->ended = true;
    }
  }

  /// Setup, calibration, samples, teardown. False if the job failed (its outcome is written) or the run was interrupted.
  bool measure_job(Job& job, std::vector<double>& samples) {
    conversation_->set_timeout(timeout_of(job));
    const BlockShare share = next_share(job.progress, budget_, blocks_);
    const std::int64_t began_ns = base::monotonic_ns();
    if (!ask<protocol::Opened>(job, protocol::Open{job.description.info.id, job.meter})) return false;

    protocol::Take take{.iterations = job.iterations, .count = kMostSamplesPerBlock, .budget_ns = 0, .warmup = 1};
    if (job.iterations == 0 || !job.batches) {
      const auto calibrated =
          ask<protocol::Calibrated>(job, protocol::Calibrate{share.sample_ns, budget_.samples > 0 ? 0 : budget_.per_job_ns});
      if (!calibrated) return false;
      job.iterations = take.iterations = calibrated->iterations;
      take.warmup = 0;  // calibration was one
      warn(job, calibrated->warnings);
      if (!job.batches && calibrated->cold) write_sample(job, *calibrated->cold, job.cold_metrics);
      else if (calibrated->cold && calibrated->cold_ns >= static_cast<double>(budget_.per_job_ns) && budget_.samples == 0) {
        warn(job, {"cold: one call takes longer than the budget, so the first call is all there is"});
        write_sample(job, *calibrated->cold, job.metrics, &samples);
        return close(job);
      }
    }
    if (share.samples > 0) {
      take.count = share.samples;
    } else {
      take.budget_ns = std::max<std::int64_t>(share.budget_ns - (base::monotonic_ns() - began_ns), 1);
    }
    return take_samples(job, take, samples) && close(job);
  }

  bool take_samples(Job& job, const protocol::Take& take, std::vector<double>& samples) {
    conversation_->send(take);
    for (;;) {
      Heard heard = conversation_->receive();
      if (heard.kind == Heard::Kind::message) {
        if (auto* sampled = std::get_if<protocol::Sampled>(&*heard.message)) {
          if (sampled->values.size() != job.metrics.size()) {
            return fail(job, conversation_->give_up("a sample must hold a value for each metric of its meter"));
          }
          write_sample(job, *sampled, job.metrics, &samples);
          continue;
        }
        if (std::holds_alternative<protocol::Done>(*heard.message)) return true;
      }
      return unexpected(job, heard);
    }
  }

  bool close(Job& job) { return ask<protocol::Done>(job, protocol::Close{}).has_value(); }

  /// Sends a request and returns the expected answer; anything else has been dealt with.
  template <class Answer>
  std::optional<Answer> ask(Job& job, const protocol::Message& request) {
    conversation_->send(request);
    Heard heard = conversation_->receive();
    if (heard.kind == Heard::Kind::message) {
      if (auto* answer = std::get_if<Answer>(&*heard.message)) return std::move(*answer);
    }
    unexpected(job, heard);
    return std::nullopt;
  }

  bool unexpected(Job& job, Heard& heard) {
    if (heard.kind == Heard::Kind::interrupted) {
      interrupted_ = true;
      conversation_->stop();
      return false;
    }
    if (heard.kind == Heard::Kind::lost) return fail(job, std::move(heard.outcome));
    if (auto* failed = std::get_if<protocol::Failed>(&*heard.message)) return fail(job, std::move(failed->outcome));
    if (auto* refused = std::get_if<protocol::Refused>(&*heard.message))
      return fail(job, conversation_->give_up("the worker refused: " + refused->what));
    return fail(job, conversation_->give_up("the worker gave an answer that was not asked for"));
  }

  bool fail(Job& job, Outcome outcome) {
    outcome.details.update(conversation_->take_output());
    end_job(job, std::move(outcome));
    return false;
  }

  /// What a case printed, once: measuring it went well, and whoever wonders why it is slow should see that it prints.
  void keep_output(Job& job) {
    Json printed = conversation_->take_output();
    if (printed.empty() || !job.outcome.details.empty()) return;
    job.outcome.details = std::move(printed);
    journal_->outcome(version_, job.case_handle, job.headline_metric, block_, job.outcome);
  }

  void end_job(Job& job, Outcome outcome) {
    journal_->outcome(version_, job.case_handle, job.headline_metric, std::max<std::int64_t>(block_, 0), outcome);
    job.ended = true;
    job.outcome = std::move(outcome);
    observer_.case_ended(job.description.info.id, job.meter, job.outcome);
  }

  /// `headlines`, if not null, gets the headline's value.
  void write_sample(Job& job, const protocol::Sampled& sampled, const std::vector<std::optional<std::size_t>>& metrics,
                    std::vector<double>* headlines = nullptr) {
    Sample sample = sampled.circumstances;
    sample.block = block_;
    sample.order = next_order_++;
    sample.start_ns -= origin_ns_;
    const auto write = [&](std::size_t metric, double value) {
      sample.value = value;
      journal_->sample(version_, job.case_handle, metric, sample);
    };
    for (std::size_t i = 0; i < std::min(sampled.values.size(), metrics.size()); ++i) {
      if (metrics[i]) write(*metrics[i], sampled.values[i]);
    }
    for (const protocol::Report& report : sampled.reports) write(journal_->add_metric(report.metric), report.value);
    warn(job, sampled.warnings);
    if (headlines != nullptr) headlines->push_back(sampled.values[job.headline]);
  }

  void warn(Job& job, const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) {
      if (std::find(job.warnings.begin(), job.warnings.end(), warning) != job.warnings.end()) continue;
      job.warnings.push_back(warning);
      journal_->warning(version_, job.case_handle, job.headline_metric, warning);
    }
  }

  [[nodiscard]] std::int64_t timeout_of(const Job& job) const {
    return job.description.timeout_s > 0 ? static_cast<std::int64_t>(job.description.timeout_s * 1e9) : options_.timeout_ns;
  }

  // ---- 4. what it amounts to ----

  void report_progress(const Job& job) {
    std::size_t done = 0;
    std::int64_t left_ns = 0;
    std::uint64_t starts = 0;
    bool known = true;
    for (const Job& other : jobs_) {
      if (other.ended) {
        ++done;
        continue;
      }
      known = known && other.progress.blocks > 0;
      left_ns += remaining_ns(other.progress, budget_, blocks_);
      starts = std::max(starts, remaining_blocks(other.progress, budget_, blocks_));
    }
    left_ns += static_cast<std::int64_t>(starts) * start_ns_;
    if (budget_.total_ns > 0) left_ns = std::min(left_ns, budget_.total_ns - (base::monotonic_ns() - began_ns_));
    observer_.progress(job.description.info.id, done, jobs_.size(), block_, known || budget_.samples == 0 ? left_ns : -1);
  }

  RunReport finish() {
    RunReport report{.path = output_.path, .interrupted = interrupted_, .out_of_time = out_of_time_ && any_open()};
    for (const Job& job : jobs_) {
      if (job.outcome.status == Status::skipped || job.outcome.status == Status::absent) ++report.skipped;
      else if (job.outcome.status != Status::ok) ++report.failed;
      else if (!job.values.empty()) ++report.measured;
    }
    journal_.reset();
    if (!interrupted_ && output_.seal) snapshot::seal(*output_.files, output_.path);
    return report;
  }

  struct MetricHandles {
    std::vector<std::optional<std::size_t>> warm, cold;
  };
  struct FinishedJob {
    Job* job;
    std::vector<double> samples;
    std::int64_t took_ns;
  };

  static constexpr std::int64_t kStartTimeoutNs = 300'000'000'000;

  const RunOptions& options_;
  const Target& target_;
  RunOutput output_;
  Observer& observer_;
  std::optional<Conversation> conversation_;
  std::optional<snapshot::Journal> journal_;
  protocol::Hello hello_;
  Json packages_ = Json::object();
  std::vector<MeterChoice> meters_;
  std::vector<Job> jobs_;
  std::size_t version_ = 0;
  std::uint64_t blocks_ = 1;
  Budget budget_;  ///< what of the wanted one is left for measuring
  std::int64_t origin_ns_ = 0;
  std::int64_t began_ns_ = 0;
  std::int64_t start_ns_ = 0;
  std::int64_t block_ = -1;
  std::int64_t next_block_ = 0;
  std::int64_t next_order_ = 0;
  bool interrupted_ = false;
  bool out_of_time_ = false;
};

}  // namespace

RunReport run(const RunOptions& options, const Target& target, RunOutput output, Observer& observer) {
  return Driver(options, target, std::move(output), observer).start();
}

RunReport resume(const RunOptions& options, const Target& target, RunOutput output, const Snapshot& snapshot, Observer& observer) {
  return Driver(options, target, std::move(output), observer).resume(snapshot);
}

}  // namespace benchkit::runner
