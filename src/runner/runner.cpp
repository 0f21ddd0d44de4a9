// The driver: it reads as the plan.
//
//   1. Ask a worker what the suite holds, and choose the jobs (cases × meters) that were asked for.
//   2. Open the journal: session, version, metrics, cases. From here on a kill loses at most the line being written.
//   3. Round after round, until every job has enough or the time is over: a fresh worker (a block), in it every open job in
//      random order: setup, calibration (the first time), samples, teardown (turn.cpp). A block that ended whole is marked complete.
//      A job that fails is an outcome; if it took its worker along, the rest of the round goes on in a fresh one. If others had run in that
//      worker before, it may have been their doing (an alarm, a thread they left): the job has a second turn, in a fresh worker, before it
//      is called failed.
//   4. Judge what the file holds by the limits: a case above one is an outcome, too.
//   5. Seal the file: one line per case × metric × version.
//
// Whatever ends a run early after its journal was opened (the person, a worker that cannot be started any more) leaves a file that can be
// resumed.
#include "runner/runner.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "runner/choice.hpp"
#include "runner/conversation.hpp"
#include "runner/jobs.hpp"
#include "runner/limits.hpp"
#include "runner/recorder.hpp"
#include "runner/same_suite.hpp"
#include "runner/turn.hpp"
#include "snapshot/journal.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMostNamed = 5;

class Driver {
 public:
  Driver(const RunOptions& options, const Target& target, RunOutput output, Observer& observer)
      : options_(options), target_(target), output_(std::move(output)), observer_(observer) {}

  RunReport start() {
    describe_suite();
    const std::int64_t origin_ns = base::monotonic_ns();
    add_what_only_we_know(output_.session, origin_ns);
    recorder_.emplace(snapshot::Journal::create(*output_.files, output_.path, output_.session), origin_ns);
    recorder_->write_head(version(), meters_, jobs_);
    write_skips();
    return measure();
  }

  RunReport resume(const Snapshot& snapshot) {
    const std::size_t session = snapshot.sessions.size() - 1;
    describe_suite();
    std::vector<CaseInfo> cases;
    for (const Job& job : jobs_) cases.push_back(job.description.info);
    check_same_suite(snapshot, cases, version_facts());
    recorder_.emplace(snapshot::Journal::extend(*output_.files, output_.path, snapshot, nullptr), origin_of(snapshot, session));
    recorder_->write_head(version(), meters_, jobs_);
    for (Job& job : jobs_) restore(job, snapshot, session);
    for (const Job& job : jobs_) began_ns_ -= job.progress.spent_ns;  // of the total budget
    recorder_->go_on_after(snapshot, session);
    write_skips();
    return measure();
  }

 private:
  // ---- 1. what there is, and what is wanted ----

  void describe_suite() {
    conversation_.emplace(*target_.workers, protocol::LaunchRecipe{});
    hello_ = conversation_->hello();
    start_ns_ = conversation_->start_ns();
    meters_ = choose_meters(options_.meters, hello_.meters);
    refuse_recipes();
    check_limits(options_.most, meters_, hello_.meters);
    const protocol::Cases described = conversation_->describe(options_.suite_options, options_.timeout_ns);
    const std::vector<protocol::CaseDescription>& cases = described.cases;
    packages_ = described.packages;
    for (const protocol::CaseDescription& description : cases) {
      if (!options_.filter.matches(description.info.id, description.info.dims)) continue;
      const std::string unfit = unfit_limits(description, hello_.meters);
      for (const MeterChoice& choice : meters_) {
        jobs_.push_back(
            {.description = description, .meter = choice.meter.name, .headline = choice.headline(), .batches = choice.meter.batches});
        if (jobs_.back().description.broken.empty()) jobs_.back().description.broken = unfit;
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

  void add_what_only_we_know(Session& session, std::int64_t origin_ns) const {
    session.header["program"] = hello_.program;
    session.header["language"] = hello_.language;
    session.header["design"] = "solo";
    session.header["processes"] = target_.workers->fresh_processes() ? "fresh worker a block" : "in process";
    session.header["started_ns"] = origin_ns;
    session.header["boot_id"] = base::boot_id();
    session.header["clock"] = {
        {"name", hello_.clock.name}, {"resolution_ns", hello_.clock.resolution_ns}, {"cost_ns", hello_.clock.cost_ns}};
    if (!hello_.conditions.empty()) session.header["conditions"] = hello_.conditions;
    session.header["options"] = options_to_json(options_);
  }

  /// The origin of the session that goes on. The clock of a machine that was started anew knows nothing of it: samples then go on behind
  /// the last one.
  static std::int64_t origin_of(const Snapshot& snapshot, std::size_t session) {
    const Json& header = snapshot.sessions[session].header;
    const Json origin = header.value("started_ns", Json(nullptr));
    if (origin.is_number_integer() && header.value("boot_id", base::boot_id()) == base::boot_id()) return origin.get<std::int64_t>();
    std::int64_t last_ns = 0;
    for (const Record& record : snapshot.records) {
      if (record.session != session) continue;
      for (const Samples* samples : {&record.samples, &record.partial}) {
        for (std::size_t i = 0; i < samples->size(); ++i) last_ns = std::max(last_ns, samples->start_ns[i]);
      }
    }
    return base::monotonic_ns() - last_ns;
  }

  /// What the worker says of the version.
  [[nodiscard]] Json version_facts() const {
    Json facts = Json::object();
    if (!hello_.toolchain.empty()) facts["toolchain"] = hello_.toolchain;
    if (!packages_.empty()) facts["packages"] = packages_;
    return facts;
  }
  [[nodiscard]] Version version() const {
    Version version = target_.version;
    version.details.update(version_facts());
    return version;
  }

  /// Cases that say beforehand that they will not run: the same record as any other outcome.
  void write_skips() {
    for (Job& job : jobs_) {
      if (job.ended) continue;
      if (!job.description.broken.empty()) end_job(job, {Status::error, job.description.broken, Json::object()});
      else if (!job.description.skip.empty()) end_job(job, {Status::skipped, job.description.skip, Json::object()});
    }
  }

  // ---- 3. rounds of blocks ----

  RunReport measure() {
    const auto open = static_cast<std::size_t>(std::count_if(jobs_.begin(), jobs_.end(), [](const Job& job) { return !job.ended; }));
    const std::size_t jobs_a_block = (open + meters_.size() - 1) / meters_.size();
    const Budget budget = under_total(options_.budget, time_left_ns(), open);
    blocks_ = blocks_for(budget, start_ns_, jobs_a_block);
    budget_ = without_starts(budget, blocks_, start_ns_, jobs_a_block);
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
  [[nodiscard]] bool stopping() const { return interrupted_ || out_of_time_ || !stopped_.empty(); }
  [[nodiscard]] std::int64_t time_left_ns() const {
    return options_.budget.total_ns > 0 ? options_.budget.total_ns - (base::monotonic_ns() - began_ns_) : kForever;
  }

  void measure_round(const protocol::MeterInfo& meter, std::uint64_t round) {
    std::deque<Job*> queue;
    std::vector<Job*> open;
    for (Job& job : jobs_) {
      if (!job.ended && job.meter == meter.name) open.push_back(&job);
    }
    for (const std::size_t index : random_order(options_.seed, round * 2 + 1, open.size())) queue.push_back(open[index]);
    while (!queue.empty() && !stopping()) measure_block(meter, queue);
  }

  /// A worker for the next block. False, and the run stops, if even at the second try none can be started.
  bool start_worker(const protocol::MeterInfo& meter) {
    const bool described_by_this_worker = conversation_.has_value() && meter.launch.empty();
    if (described_by_this_worker) return true;
    conversation_.reset();
    if (time_left_ns() <= start_ns_) {
      out_of_time_ = true;
      return false;
    }
    for (int tries = 2;;) {
      try {
        conversation_.emplace(*target_.workers, meter.launch);
        start_ns_ = std::max(start_ns_, conversation_->start_ns());
        return true;
      } catch (const Interrupted&) {
        interrupted_ = true;
        return false;
      } catch (const Error& error) {
        if (--tries > 0) continue;
        stopped_ = describe(error);
        return false;
      }
    }
  }

  /// One life of a worker: jobs from the queue until it is empty or the worker is lost.
  void measure_block(const protocol::MeterInfo& meter, std::deque<Job*>& queue) {
    block_began_ns_ = base::monotonic_ns();
    if (!start_worker(meter)) return;
    recorder_->begin_block();
    Json spent = Json::object();
    Json cut_off = Json::array();
    std::vector<FinishedJob> finished;
    std::vector<std::string> ran;
    std::int64_t all_turns_ns = 0;
    while (!queue.empty() && conversation_->alive() && !stopping()) {
      if (time_left_ns() <= 0) {
        out_of_time_ = true;
        break;
      }
      Job& job = *queue.front();
      report_progress(job);
      const std::int64_t began_ns = base::monotonic_ns();
      Turn turn = take_turn(job, limits_of(job), *conversation_, *recorder_);
      if (turn.end == Turn::End::interrupted) {
        interrupted_ = true;
        break;
      }
      queue.pop_front();
      const std::int64_t took_ns = base::monotonic_ns() - began_ns;
      all_turns_ns += took_ns;
      spent[std::to_string(job.case_handle)] = took_ns;
      const bool again = turn.end == Turn::End::lost && !ran.empty();
      if (again) queue.push_front(&job);
      if (again)
        job.lost_before =
            fmt::format("{} in a worker in which {} had run before; measured again in a fresh one", turn.outcome.reason, named(ran));
      else if (turn.end != Turn::End::whole) end_job(job, std::move(turn.outcome));
      else finished.push_back({&job, std::move(turn.samples), took_ns});
      if (!turn.taken || again) cut_off.push_back(job.case_handle);
      if (turn.end == Turn::End::whole) keep_output(job);
      ran.push_back(job.description.info.id);
    }
    end_block(meter, std::move(spent), std::move(cut_off), finished);
    overhead_ns_ += base::monotonic_ns() - block_began_ns_ - all_turns_ns;
    ++overheads_;
  }

  struct FinishedJob {
    Job* job;
    std::vector<double> samples;
    std::int64_t took_ns;
  };

  void end_block(const protocol::MeterInfo& meter, Json spent, Json cut_off, std::vector<FinishedJob>& finished) {
    const std::string bad_end = conversation_->stop();
    conversation_.reset();
    for (const FinishedJob& done : finished) {
      if (!bad_end.empty()) recorder_->warn(*done.job, {"the worker that measured it did not end well: " + bad_end});
      if (!done.job->lost_before.empty()) recorder_->warn(*done.job, {std::exchange(done.job->lost_before, {})});
    }
    if (interrupted_) return recorder_->end_block(false, Json::object());
    Json details{{"meter", meter.name}, {"spent", std::move(spent)}};
    if (!cut_off.empty()) details["cut_off"] = std::move(cut_off);
    recorder_->end_block(true, std::move(details));
    for (FinishedJob& done : finished) {
      done.job->finish_block(done.samples, recorder_->block(), done.took_ns);
      if (has_enough(done.job->progress, budget_, blocks_)) done.job->ended = true;
    }
  }

  [[nodiscard]] TurnLimits limits_of(const Job& job) const {
    return {.share = next_share(job.progress, budget_, blocks_),
            .timeout_ns = job.description.timeout_s > 0 ? static_cast<std::int64_t>(job.description.timeout_s * 1e9) : options_.timeout_ns,
            .left_ns = options_.budget.total_ns > 0 ? std::max<std::int64_t>(time_left_ns(), 1) : 0,
            .enough_ns = budget_.samples == 0 ? budget_.per_job_ns : 0};
  }

  static std::string named(const std::vector<std::string>& ids) {
    const std::vector<std::string> shown(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), kMostNamed)));
    return fmt::format("{}{}", fmt::join(shown, ", "), ids.size() > kMostNamed ? fmt::format(" and {} more", ids.size() - kMostNamed) : "");
  }

  /// What a case printed, once: measuring it went well, and whoever wonders why it is slow should see that it prints.
  void keep_output(Job& job) {
    Json printed = conversation_->take_output();
    if (printed.empty() || !job.outcome.details.empty()) return;
    recorder_->outcome(job, {Status::ok, {}, std::move(printed)});
  }

  void end_job(Job& job, Outcome outcome) {
    recorder_->outcome(job, std::move(outcome));
    job.ended = true;
    observer_.case_ended(job.description.info.id, job.meter, job.outcome);
  }

  // ---- 4. the limits ----

  void judge_limits() {
    const bool any =
        !options_.most.empty() || std::any_of(jobs_.begin(), jobs_.end(), [](const Job& job) { return !job.description.limits.empty(); });
    if (!any) return;
    const Snapshot measured = snapshot::read(output_.path);
    for (Excess& excess : find_excesses(measured, recorder_->version(), jobs_, options_.most, hello_.meters)) {
      excess.outcome.details.update(excess.job->outcome.details);  // what it printed
      recorder_->outcome(*excess.job, excess.metric, std::move(excess.outcome));
      observer_.case_ended(excess.job->description.info.id, excess.job->meter, excess.job->outcome);
    }
  }

  // ---- 5. what it amounts to ----

  void report_progress(const Job& job) {
    Progress progress{.case_id = job.description.info.id, .jobs = jobs_.size(), .block = job.progress.blocks + 1};
    progress.blocks = job.progress.blocks + remaining_blocks(job.progress, budget_, blocks_);
    if (budget_.precision > 0) progress.blocks = 0;
    std::int64_t left_ns = 0;
    std::uint64_t starts = 0;
    bool known = true;
    for (const Job& other : jobs_) {
      if (other.ended) {
        ++progress.jobs_done;
        continue;
      }
      known = known && other.progress.blocks > 0;
      left_ns += remaining_ns(other.progress, budget_, blocks_);
      starts = std::max(starts, remaining_blocks(other.progress, budget_, blocks_));
    }
    const std::int64_t a_block_ns = overheads_ > 0 ? overhead_ns_ / overheads_ : start_ns_;
    left_ns += static_cast<std::int64_t>(starts * meters_.size()) * a_block_ns;
    // The jobs know of finished blocks alone; this one has begun.
    left_ns = std::max<std::int64_t>(left_ns - (base::monotonic_ns() - block_began_ns_), 0);
    progress.eta_ns = known || budget_.samples == 0 ? std::min(left_ns, time_left_ns()) : -1;
    observer_.progress(progress);
  }

  /// Jobs for which the total budget had nothing left: a case does not vanish silently.
  void write_not_reached(RunReport& report) {
    for (Job& job : jobs_) {
      if (job.ended || job.progress.blocks > 0) continue;
      recorder_->outcome(job, {Status::skipped, "not reached: the total budget was spent", Json::object()});
      ++report.not_reached;
    }
  }

  RunReport finish() {
    RunReport report{.path = output_.path, .interrupted = interrupted_, .out_of_time = out_of_time_ && any_open(), .stopped = stopped_};
    report.blocks_done = report.blocks_wanted = blocks_;
    if (report.out_of_time && !interrupted_ && stopped_.empty()) write_not_reached(report);
    if (!interrupted_ && stopped_.empty()) judge_limits();
    for (const Job& job : jobs_) {
      if (!job.ended) report.blocks_done = std::min(report.blocks_done, job.progress.blocks);
      if (job.outcome.status == Status::skipped || job.outcome.status == Status::absent) ++report.skipped;
      else if (job.outcome.status != Status::ok) ++report.failed;
      else if (!job.values.empty()) ++report.measured;
    }
    report.skipped -= report.not_reached;
    if (!interrupted_ && stopped_.empty()) {
      // Sealed while the journal still holds its lock: nobody may go on with the old file meanwhile. Killed here, it is resumed and sealed.
      if (output_.seal) snapshot::seal(*output_.files, output_.path);
      else recorder_->end();
    }
    recorder_.reset();
    return report;
  }

  const RunOptions& options_;
  const Target& target_;
  RunOutput output_;
  Observer& observer_;
  std::optional<Conversation> conversation_;
  std::optional<Recorder> recorder_;
  protocol::Hello hello_;
  Json packages_ = Json::object();
  std::vector<MeterChoice> meters_;
  std::vector<Job> jobs_;
  std::uint64_t blocks_ = 1;
  Budget budget_;  ///< what of the wanted one is left for measuring
  std::int64_t began_ns_ = base::monotonic_ns();
  std::int64_t block_began_ns_ = 0;
  std::int64_t start_ns_ = 0;
  std::int64_t overhead_ns_ = 0;  ///< of all blocks: what they took beyond their jobs' turns
  std::int64_t overheads_ = 0;
  bool interrupted_ = false;
  bool out_of_time_ = false;
  std::string stopped_;  ///< why no worker could be started any more
};

}  // namespace

RunReport run(const RunOptions& options, const Target& target, RunOutput output, Observer& observer) {
  return Driver(options, target, std::move(output), observer).start();
}

RunReport resume(const RunOptions& options, const Target& target, RunOutput output, const Snapshot& snapshot, Observer& observer) {
  return Driver(options, target, std::move(output), observer).resume(snapshot);
}

}  // namespace benchkit::runner
