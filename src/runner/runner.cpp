// The driver: it reads as the plan.
//
//   1. Ask a worker of each version (side) what its suite holds, and choose the jobs (versions × cases × meters) that were asked for. Each version
//      shares blocks with its base (groups, plan.cpp). The jobs of one case under one meter in a group are a match: they are measured together.
//   2. Open the journal: session, versions, metrics, cases. From here on a kill loses at most the line being written.
//   3. Round after round, until every job has enough or the time is over, the groups in random order: a fresh worker for each version of the group
//      (a block), in it every open match in random order: setup, calibration (the first time), samples, teardown (turn.cpp). A block that ended whole is marked complete.
//      A job that fails is an outcome; if it took its worker along, the rest of the round goes on in fresh ones. If others had run in that
//      worker before, it may have been their doing (an alarm, a thread they left): the match has a second turn, in fresh workers, before the
//      job is called failed. Where the run goes on until all is decided, what the file says so far is judged behind each block
//      (decisions.hpp), and a match that is decided has enough. Where a meter only counts, and so isn't disturbed by others, workers of the
//      next blocks start while this one's still measures, and set their first case up; they are halted where a meter comes that is.
//   4. Judge what the file holds of the head by the limits: a case above one is an outcome, too.
//   5. Seal the file: one line per case × metric × version.
//
// Whatever ends a run early after its journal was opened (the person, a worker that cannot be started any more) leaves a file that can be
// resumed.
#include "runner/runner.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "base/process.hpp"
#include "compare/terms.hpp"
#include "runner/choice.hpp"
#include "runner/conversation.hpp"
#include "runner/decisions.hpp"
#include "runner/jobs.hpp"
#include "runner/limits.hpp"
#include "runner/path_names.hpp"
#include "runner/random.hpp"
#include "runner/recorder.hpp"
#include "runner/same_suite.hpp"
#include "runner/session_facts.hpp"
#include "runner/side.hpp"
#include "runner/turn.hpp"
#include "snapshot/journal.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMostNamed = 5;
/// Random streams of the rounds are numbered from 0, those of the blocks and of the versions' layouts from here.
constexpr std::uint64_t kBlockStreams = std::uint64_t{1} << 32;
/// Judging what there is takes no more than this part of the time.
constexpr std::int64_t kJudgingShare = 50;
constexpr std::uint64_t kLayoutStreams = std::uint64_t{1} << 48;
/// Bytes that a worker's environment is padded with at the most: they move its stack, and so what is aligned how.
constexpr std::uint64_t kMostPadding = 4096;

/// The jobs of one case under one meter: one for each version of a group, each behind its base.
struct Match {
  std::size_t group = 0;
  std::vector<Job*> jobs;
  bool runs = true;      ///< not known beforehand to be skipped or broken
  bool stopped = false;  ///< it has enough, for it is decided
  [[nodiscard]] const Job& any() const { return *jobs.front(); }
  [[nodiscard]] bool went_well() const {
    return std::all_of(jobs.begin(), jobs.end(), [](const Job* job) { return job->outcome.status == Status::ok; });
  }
  [[nodiscard]] bool open() const {
    return std::any_of(jobs.begin(), jobs.end(), [](const Job* job) { return !job->ended; });
  }
};

bool measure_alike(const std::vector<MeterChoice>& left, const std::vector<MeterChoice>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const MeterChoice& one, const MeterChoice& other) {
    return one.meter.name == other.meter.name && one.meter.metrics == other.meter.metrics &&
           one.meter.cold_metrics == other.meter.cold_metrics && one.wanted == other.wanted;
  });
}

class Driver {
 public:
  Driver(const RunOptions& options, const std::vector<Target>& targets, RunOutput output, Observer& observer)
      : options_(options), output_(std::move(output)), observer_(observer), cpus_(base::usable_cpus()) {
    for (std::size_t i = 0; i < targets.size(); ++i) all_sides_.push_back(std::make_unique<Side>(targets[i], i));
    const auto usable = std::find_if(all_sides_.begin(), all_sides_.end(), [](const auto& side) { return side->left_out().empty(); });
    if (usable == all_sides_.end()) throw Error("none of the versions can be measured");
    clock_ = usable->get();
    began_ns_ = now_ns();
  }

  RunReport start() {
    describe_suites();
    leave_lone_ones_to_others();
    for (Match& match : matches_) match.runs = runs(match);
    plan();
    const std::int64_t origin_ns = base::monotonic_ns();
    add_what_only_we_know(output_.session, origin_ns);
    recorder_.emplace(snapshot::Journal::create(*output_.files, output_.path, output_.session), origin_ns);
    recorder_->write_head(versions(), head().number(), head().meters(), jobs_);
    if (is_watched()) watch();
    write_beforehand();
    return measure();
  }

  /// Tells whether a block of the interrupted session was one of a job's group.
  std::function<bool(const Job& job, std::int64_t block)> group_teller(const Snapshot& snapshot, std::size_t session) const {
    if (groups_.size() < 2) return [](const Job&, std::int64_t) { return true; };
    std::map<std::set<std::size_t>, std::size_t> group_of;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      std::set<std::size_t> numbers;
      for (const Side* side : groups_[i]) numbers.insert(side->number());
      group_of[numbers] = i;
    }
    std::unordered_map<std::int64_t, std::size_t> of_block;
    for (const Block& block : snapshot.blocks) {
      if (block.session != session) continue;
      const auto found = group_of.find(block.details.value("started", std::set<std::size_t>{}));
      if (found != group_of.end()) of_block[block.block] = found->second;
    }
    return [of_block = std::move(of_block)](const Job& job, std::int64_t block) {
      const auto found = of_block.find(block);
      return found != of_block.end() && found->second == job.group;
    };
  }

  RunReport resume(const Snapshot& snapshot) {
    const std::size_t session = snapshot.sessions.size() - 1;
    describe_suites();
    std::vector<CaseInfo> cases;
    for (const Match& match : matches_) cases.push_back(match.any().description.info);
    std::vector<Json> facts;
    for (const auto& side : all_sides_) facts.push_back(side->facts());
    check_same_suite(snapshot, cases, facts);
    recorder_.emplace(snapshot::Journal::extend(*output_.files, output_.path, snapshot, nullptr), origin_of(snapshot, session));
    recorder_->write_head(versions(), head().number(), head().meters(), jobs_);
    const auto is_own = group_teller(snapshot, session);
    for (Job& job : jobs_) {
      restore(job, snapshot, session, [&](std::int64_t block) { return is_own(job, block); });
      spent_before_ns_ += job.progress.spent_ns;
      if (is_paired()) job.iterations = 0;  // whether it fits one CPU is not in the file
    }
    began_ns_ -= spent_before_ns_;  // of the total budget
    recorder_->go_on_after(snapshot, session);
    write_beforehand();
    leave_lone_ones_to_others();
    for (Match& match : matches_) match.runs = match.open();
    plan();
    if (is_watched()) {
      if (const std::size_t planned = compare::planned_blocks_of(snapshot); planned > 0) blocks_ = planned;
      watch();
      decisions_->restore(snapshot, session, jobs_, is_own);
    }
    return measure();
  }

 private:
  // ---- 1. what there is, and what is wanted ----

  [[nodiscard]] bool is_paired() const noexcept { return sides_.size() > 1; }
  /// More than two versions: what holds for two of them need not hold for all.
  [[nodiscard]] bool is_sweep() const noexcept { return all_sides_.size() > 2; }
  /// The version that the run is about; the others are what it is compared with.
  [[nodiscard]] const Side& head() const { return *sides_.back(); }
  [[nodiscard]] Side& side_of(const Job& job) const { return *all_sides_[job.side]; }

  void describe_suites() {
    describe_each();
    form_groups();
    std::size_t all = 0;
    std::vector<std::string> ids;
    std::unordered_map<std::string, std::vector<const protocol::CaseDescription*>> of_id;  // by side; null: it has no such case
    for (const auto& side : sides_) {
      all += side->cases().size();
      for (const protocol::CaseDescription& description : side->cases()) {
        if (!is_selected(description, options_.filter)) continue;
        const auto [found, is_new] = of_id.try_emplace(description.info.id, all_sides_.size(), nullptr);
        if (is_new) ids.push_back(description.info.id);
        found->second[side->number()] = &description;
      }
    }
    read_thresholds();
    if (all == 0) throw Error(fmt::format("the suite \"{}\" has no cases", head().hello().program));
    if (ids.empty()) {
      throw Error(fmt::format("none of the {} cases is selected", head().cases().size()), {},
                  "`list` shows the cases; check -k and --where");
    }
    for (const auto& group : groups_) seats_ += group.size();
    jobs_.reserve(ids.size() * head().meters().size() * seats_);
    for (const std::string& id : ids) {
      for (const MeterChoice& choice : head().meters()) {
        for (std::size_t group = 0; group < groups_.size(); ++group) matches_.push_back({group, jobs_of(of_id[id], choice, group)});
      }
    }
  }

  /// Asks each version. Of two, both must answer; of many, those that cannot are left out.
  void describe_each() {
    const Side* first = nullptr;
    for (const auto& side : all_sides_) {
      if (!side->left_out().empty()) continue;
      try {
        side->describe(options_);
        if (first != nullptr && !measure_alike(side->meters(), first->meters()))
          throw Error(is_sweep() ? "it measures other metrics under one name" : "the two versions measure other metrics under one name", {},
                      "build both with the same benchkit");
      } catch (const Error& error) {
        if (!is_sweep()) throw;
        side->leave_out(benchkit::describe(error));
        observer_.version_left_out(side->name(), side->left_out());
        continue;
      }
      if (first == nullptr) first = side.get();
      if (is_sweep()) side->stop();  // many of them at once are no quiet machine
    }
    for (const auto& side : all_sides_) {
      if (side->left_out().empty()) sides_.push_back(side.get());
    }
    if (sides_.empty()) throw Error("none of the versions can be measured");
  }

  /// The number of the version that this one is compared with; its own: none. In place of a version that was left out stands its base, and in
  /// the last resort the first one that is there.
  [[nodiscard]] std::size_t base_of(std::size_t number) const {
    const auto named = [&](std::size_t of) { return options_.bases.empty() ? 0 : options_.bases.at(of); };
    std::size_t base = named(number);
    while (!all_sides_[base]->left_out().empty() && named(base) != base) base = named(base);
    return all_sides_[base]->left_out().empty() ? base : sides_.front()->number();
  }

  void form_groups() {
    std::vector<std::size_t> bases;
    const auto place_of = [&](std::size_t number) {
      return static_cast<std::size_t>(
          std::find_if(sides_.begin(), sides_.end(), [&](const Side* side) { return side->number() == number; }) - sides_.begin());
    };
    for (const Side* side : sides_) bases.push_back(place_of(base_of(side->number())));
    for (const std::vector<std::size_t>& group : groups_of(bases, options_.live)) {
      groups_.emplace_back();
      for (const std::size_t place : group) groups_.back().push_back(sides_[place]);
    }
  }

  std::vector<Job*> jobs_of(const std::vector<const protocol::CaseDescription*>& descriptions, const MeterChoice& choice,
                            std::size_t group) {
    std::vector<Job*> jobs;
    const auto any = std::find_if(descriptions.begin(), descriptions.end(), [](const auto* description) { return description != nullptr; });
    for (const Side* side : groups_[group]) {
      const std::size_t i = side->number();
      jobs_.push_back({.description = descriptions[i] != nullptr ? *descriptions[i] : **any,
                       .meter = choice.meter.name,
                       .side = i,
                       .group = group,
                       .planted = planted_in((*any)->info.id, i),
                       .absent = descriptions[i] == nullptr || !descriptions[i]->absent.empty(),
                       .headline = choice.headline(),
                       .batches = choice.meter.batches,
                       .attribute = options_.attribute && choice.meter.attributes});
      protocol::CaseDescription& description = jobs_.back().description;
      if (description.broken.empty()) description.broken = unfit_limits(description, side->hello().meters);
      jobs.push_back(&jobs_.back());
    }
    link(jobs);
    return jobs;
  }

  /// Each job to that of its version's base.
  void link(const std::vector<Job*>& jobs) const {
    for (Job* job : jobs) {
      for (Job* other : jobs) {
        if (other == job || other->side != base_of(job->side)) continue;
        job->base = other;
        other->heads.push_back(job);
      }
    }
  }

  /// Terms that cannot be are refused before anything is measured.
  void read_thresholds() {
    if (is_watched() && !is_paired())
      throw Error("one version alone has nothing to be decided", "--until-decided", "name the other one: --against ./prog");
    Snapshot known;
    for (const MeterChoice& choice : head().meters()) {
      for (std::size_t i = 0; i < choice.wanted.size(); ++i) {
        if (choice.wanted[i]) known.metrics.push_back(choice.meter.metrics[i]);
      }
      known.metrics.insert(known.metrics.end(), choice.meter.cold_metrics.begin(), choice.meter.cold_metrics.end());
    }
    judging_ = compare::judge_options(options_.verdicts, {&known, 1});
  }

  [[nodiscard]] double planted_in(const std::string& id, std::size_t version) const {
    const auto planted = options_.planted.find(id);
    return planted != options_.planted.end() && planted->second.version == version ? planted->second.share : 0;
  }

  // ---- 2. the head of the file ----

  void add_what_only_we_know(Session& session, std::int64_t origin_ns) const {
    add_worker_facts(session, head().hello(), head().fresh_processes(), origin_ns);
    session.header["design"] = is_paired() ? "paired" : "solo";
    Json conditions = head().hello().conditions;
    conditions.update(head().modes());
    if (!conditions.empty()) session.header["conditions"] = std::move(conditions);
    session.header["options"] = options_to_json(options_);
    if (options_.verdicts.design == compare::Design::looks) session.header["planned_blocks"] = blocks_;
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

  [[nodiscard]] std::vector<Version> versions() const {
    std::vector<Version> versions;
    for (const auto& side : all_sides_) versions.push_back(side->version());
    if (!is_sweep()) return versions;
    for (const Side* side : sides_) {
      if (const std::size_t base = base_of(side->number()); base != side->number())
        versions[side->number()].details["base"] = versions[base].label;
    }
    return versions;
  }

  /// Cases that are known beforehand not to run: the same record as any other outcome.
  void write_beforehand() {
    for (Job& job : jobs_) {
      if (job.ended) continue;
      const std::string& why = job.description.absent;
      if (job.absent) end_job(job, {Status::absent, why.empty() ? "this version has no such case" : why, Json::object()});
      else if (!job.description.broken.empty()) end_job(job, {Status::error, job.description.broken, Json::object()});
      else if (!job.description.skip.empty()) end_job(job, {Status::skipped, job.description.skip, Json::object()});
    }
  }

  // ---- 3. rounds of blocks ----

  static bool runs(const Job& job) { return !job.ended && !job.absent && job.description.broken.empty() && job.description.skip.empty(); }
  static bool runs(const Match& match) {
    return std::any_of(match.jobs.begin(), match.jobs.end(), [](const Job* job) { return runs(*job); });
  }

  /// The jobs of the same case under the same meter, of all groups.
  [[nodiscard]] std::span<Job> jobs_beside(const Job& job) {
    const auto place = static_cast<std::size_t>(&job - jobs_.data());
    return std::span(jobs_).subspan(place - place % seats_, seats_);
  }

  /// A version that has nobody to be compared with in one group, since the other one lacks the case, and has somebody in another: there it is
  /// measured. One that has nobody anywhere is measured once.
  void leave_lone_ones_to_others() {
    if (groups_.size() < 2) return;
    const auto company = [&](const Job& job) {
      return std::count_if(job.heads.begin(), job.heads.end(), [](const Job* head) { return runs(*head); }) +
             (job.base != nullptr && runs(*job.base) ? 1 : 0);
    };
    for (Match& match : matches_) {
      for (Job* job : match.jobs) {
        if (!runs(*job) || company(*job) > 0) continue;
        for (const Job& other : jobs_beside(*job)) job->ended = job->ended || (&other != job && other.side == job->side && runs(other));
      }
    }
  }

  /// Into how many blocks the time is divided.
  void plan() {
    matches_running_ = static_cast<std::size_t>(std::count_if(matches_.begin(), matches_.end(), [](const Match& one) { return one.runs; }));
    const std::size_t kinds_of_block = head().meters().size() * groups_.size();
    matches_a_block_ = (matches_running_ + kinds_of_block - 1) / kinds_of_block;
    std::size_t jobs_running = 0;
    for (const Match& match : matches_) jobs_running += match.runs ? match.jobs.size() : 0;
    // A case's budget is for two versions that are compared.
    Budget budget = options_.budget;
    budget.open_ended = options_.verdicts.design == compare::Design::sequential;
    budget.per_job_ns /= std::min<std::int64_t>(static_cast<std::int64_t>(sides_.size()), 2);
    budget = under_total(budget, time_left_ns(), jobs_running);
    const BlockRange range = is_watched() ? kWatched : is_paired() ? kPaired : kSolo;
    blocks_ = blocks_for(budget, start_ns(), matches_a_block_, range);
    budget_ = without_starts(budget, blocks_, start_ns(), matches_a_block_);
  }

  RunReport measure() {
    measuring_began_ns_ = now_ns() - spent_before_ns_;
    decide();
    for (std::uint64_t round = 0; !stopping() && any_open(); ++round) {
      for (const std::size_t meter : Random(options_.seed, round * 2).order(head().meters().size())) measure_round(meter, round);
      // Each case has had its turn: from here on all draw on what the budgets come to together.
      if (budget_.open_ended) limit_ns_ = std::min(limit_ns_ > 0 ? limit_ns_ : kForever, measuring_began_ns_ - began_ns_ + pool());
    }
    for (Side* side : sides_) side->end();
    return finish();
  }

  [[nodiscard]] std::int64_t pool() const {
    const auto a_block = static_cast<std::int64_t>(groups_.front().size());
    return pool_ns({.per_job_ns = options_.budget.per_job_ns}, blocks_, start_ns() * a_block, matches_running_, matches_a_block_);
  }

  // ---- when a match has enough ----

  [[nodiscard]] bool is_watched() const noexcept { return options_.verdicts.design != compare::Design::fixed; }

  /// From here on every sample that is written is evidence, too.
  void watch() {
    decisions_.emplace(judging_, options_.verdicts.design, blocks_);
    for (const Match& match : matches_) {
      if (!match.runs) continue;
      for (const Job* job : match.jobs) {
        if (job->base == nullptr) continue;
        for (const auto* metrics : {&job->metrics, &job->cold_metrics}) {
          for (const std::optional<std::size_t>& metric : *metrics) {
            if (metric) decisions_->expect(*job, *metric, recorder_->metric(*metric));
          }
        }
      }
    }
    recorder_->listen([this](const Job& job, std::size_t metric, const Metric& description, const Sample& sample) {
      decisions_->add(job, metric, description, sample);
    });
  }

  /// Looks at which matches have enough. Where they have when they are decided, all evidence is judged first, unless it was a moment ago.
  void decide(bool in_any_case = false) {
    if (decisions_ && (in_any_case || now_ns() >= next_judgement_ns_)) {
      const std::int64_t began_ns = now_ns();
      decisions_->judge();
      next_judgement_ns_ = now_ns() + (now_ns() - began_ns) * kJudgingShare;
    }
    for (Match& match : matches_) {
      const bool enough = has_enough(match);
      if (enough && match.open()) {
        for (Job* job : match.jobs) job->ended = true;
        if (decisions_ && match.went_well() && !are_decided(match)) end_for_time(match);
      } else if (match.stopped && !enough) {  // whatever it was that undid the decision: it is taken up again
        for (Job* job : match.jobs) job->ended = false;
      }
      const bool stops = enough && decisions_ && match.went_well() && are_decided(match);
      if (stops && !match.stopped) observer_.case_decided(match.any().description.info.id, match.any().meter);
      match.stopped = stops;
    }
  }

  /// Every comparison in the match is.
  [[nodiscard]] bool are_decided(const Match& match) const {
    return std::all_of(match.jobs.begin(), match.jobs.end(),
                       [&](const Job* job) { return job->base == nullptr || decisions_->are_decided(*job); });
  }

  /// A match goes on until each of its versions has enough: what is measured alone is no pair.
  [[nodiscard]] bool has_enough(const Match& match) const {
    if (decisions_) {
      // What one version alone has, or does, cannot be decided: a few blocks tell its size.
      if (!match.went_well())
        return std::all_of(match.jobs.begin(), match.jobs.end(),
                           [](const Job* job) { return job->ended || job->progress.blocks >= kSolo.fewest; });
      if (are_decided(match)) return true;
    }
    return std::all_of(match.jobs.begin(), match.jobs.end(), [&](const Job* job) {
      JobProgress progress = job->progress;
      progress.exact = progress.exact && !decisions_;             // that is then for the verdict to say
      const bool had_its_time = job->time_over && !out_of_time_;  // where the run has none left, it still wants some
      return (job->ended && !match.stopped) || had_its_time || runner::has_enough(progress, budget_, blocks_);
    });
  }

  /// It has had its time. Where that was to be for more blocks, looks that were planned end here, and the file says so: of what was stopped
  /// because it was decided the end says nothing (compare/levels.cpp).
  void end_for_time(Match& match) {
    const auto has_all = [&](const Job* job) { return job->progress.blocks >= blocks_; };
    if (options_.verdicts.design != compare::Design::looks || std::all_of(match.jobs.begin(), match.jobs.end(), has_all)) return;
    for (Job* job : match.jobs) job->time_over = true;
    for (Job* job : match.jobs) {
      if (job->base != nullptr) write_time_over(*job);
    }
  }

  void write_time_over(Job& of_head) {
    Outcome outcome = of_head.outcome;  // what it printed
    outcome.details.update(compare::time_over());
    for (const auto* metrics : {&of_head.metrics, &of_head.cold_metrics}) {
      for (const std::optional<std::size_t>& metric : *metrics) {
        if (metric && *metric != of_head.headline_metric) recorder_->outcome(of_head, *metric, {Status::ok, {}, compare::time_over()});
      }
    }
    recorder_->outcome(of_head, std::move(outcome));
  }

  /// What starting a worker takes, on the average of the versions.
  [[nodiscard]] std::int64_t start_ns() const {
    std::int64_t sum = 0;
    for (const auto& side : sides_) sum += side->start_ns();
    return sum / static_cast<std::int64_t>(sides_.size());
  }

  [[nodiscard]] bool any_open() const {
    return std::any_of(matches_.begin(), matches_.end(), [](const Match& match) { return match.open(); });
  }
  [[nodiscard]] bool any_open(std::size_t meter) const {
    const std::string& name = head().meters()[meter].meter.name;
    return std::any_of(matches_.begin(), matches_.end(), [&](const Match& match) { return match.open() && match.any().meter == name; });
  }
  [[nodiscard]] bool stopping() const { return interrupted_ || out_of_time_ || !stopped_.empty(); }
  [[nodiscard]] std::int64_t time_left_ns() const { return limit_ns_ > 0 ? limit_ns_ - (now_ns() - began_ns_) : kForever; }
  [[nodiscard]] std::int64_t now_ns() const { return clock_->now_ns(); }

  void measure_round(std::size_t meter, std::uint64_t round) {
    Random random(options_.seed, round * 2 + 1);
    // Of a single group all random numbers go into the order of its matches.
    const std::vector<std::size_t> groups = groups_.size() > 1 ? random.order(groups_.size()) : std::vector<std::size_t>{0};
    for (const std::size_t group : groups) {
      std::vector<Match*> open;
      for (Match& match : matches_) {
        if (match.group == group && match.open() && match.any().meter == head().meters()[meter].meter.name) open.push_back(&match);
      }
      std::deque<Match*> queue;
      for (const std::size_t index : random.order(open.size())) queue.push_back(open[index]);
      put_first_what_is_set_up(meter, queue);
      // The fewer cases are left, the more of a block is its start: in none is less measured than that takes.
      budget_.least_block_ns = start_ns() / std::max<std::int64_t>(static_cast<std::int64_t>(open.size()), 1);
      while (!queue.empty() && !stopping()) measure_block(meter, groups_[group], queue);
    }
  }

  /// Where the block's worker was started ahead. What failed meanwhile may keep one from ever answering.
  void put_first_what_is_set_up(std::size_t meter, std::deque<Match*>& queue) {
    while (const std::string* const opened = sides_.front()->opened_ahead(meter)) {
      const auto is_opened = [&](const Match* match) {
        return match->any().description.info.id == *opened && match->any().meter == head().meters()[meter].meter.name;
      };
      const auto first = std::find_if(queue.begin(), queue.end(), is_opened);
      if (first != queue.end()) return void(std::rotate(queue.begin(), first, first + 1));
      if (std::none_of(matches_.begin(), matches_.end(), [&](const Match& match) { return is_opened(&match) && !match.went_well(); }))
        return;
      sides_.front()->give_up_ahead(meter);
    }
  }

  /// A worker of each version for the next block, in random order. False, and the run stops, if even at the second try one cannot be started.
  /// `facts`: what was drawn.
  bool start_workers(std::size_t meter, const std::vector<Side*>& group, const std::string& first_case, Random& random, Json& facts) {
    if (!options_.layouts.empty()) facts["layouts"] = choose_layouts();
    Json order = Json::array();
    Json padding = Json::array();
    for (const std::size_t place : random.order(group.size())) {
      Side& side = *group[place];
      const std::uint64_t bytes = is_paired() ? random.below(kMostPadding) : 0;
      order.push_back(side.number());
      padding.push_back(bytes);
      if (side.is_fresh(meter) && !is_paired()) continue;
      if (time_left_ns() <= side.start_ns()) {
        out_of_time_ = true;
        return false;
      }
      for (int tries = 2; tries > 0;) {
        try {
          side.start(meter, bytes, first_case);
          break;
        } catch (const Interrupted&) {
          interrupted_ = true;
          return false;
        } catch (const Error& error) {
          if (--tries == 0) {
            stopped_ = describe(error);
            return false;
          }
        }
      }
    }
    if (is_paired()) facts.update({{"started", std::move(order)}, {"padding", std::move(padding)}});
    return true;
  }

  /// Before any worker of the block is started. Each version goes through its layouts in a random order of its own, and again in the same:
  /// so two blocks have both layouts in common or none, and what they have in common can be told from chance (compare/rows.cpp).
  Json choose_layouts() {
    const std::uint64_t turn = recorder_->next_block() / head().meters().size();
    Json chosen = Json::array();
    for (const auto& side : sides_) {
      const std::vector<std::size_t>& layouts = options_.layouts.at(side->number());
      const std::vector<std::size_t> order = Random(options_.seed, kLayoutStreams + side->number()).order(layouts.size());
      const std::size_t layout = layouts[order[turn % layouts.size()]];
      side->choose_layout(layout);
      chosen.push_back(layout);
    }
    return chosen;
  }

  static bool all_alive(const std::vector<Side*>& group) {
    return std::all_of(group.begin(), group.end(), [](const Side* side) { return side->alive(); });
  }

  /// One life of the workers: matches from the queue until it is empty or a worker is lost.
  void measure_block(std::size_t meter, const std::vector<Side*>& group, std::deque<Match*>& queue) {
    block_began_ns_ = now_ns();
    Random random(options_.seed, kBlockStreams + recorder_->next_block());
    Json details = Json::object();
    const bool starts = is_paired() || !sides_.front()->is_fresh(meter);
    if (!start_workers(meter, group, queue.front()->any().description.info.id, random, details)) {
      for (Side* side : sides_) side->stop();
      return;
    }
    if (head().meters()[meter].meter.exclusive) {
      for (Side* side : group) side->pause_ahead();
    }
    recorder_->begin_block();
    std::optional<int> pin;
    if (options_.pin && is_paired() && !cpus_.empty()) {
      pin = cpus_[random.below(cpus_.size())];
      details["cpu"] = *pin;
    }
    Json spent = Json::object();
    Json cut_off = Json::array();
    std::vector<FinishedJob> finished;
    std::vector<std::string> ran;
    std::int64_t all_turns_ns = 0;
    if (const Job& first = queue.front()->any(); first.progress.blocks == 0) start_ahead(meter, first, nullptr);
    while (!queue.empty() && all_alive(group) && !stopping()) {
      if (time_left_ns() <= 0) {
        out_of_time_ = true;
        break;
      }
      Match& match = *queue.front();
      report_progress(match);
      const std::int64_t began_ns = now_ns();
      std::vector<Seat> seats;
      for (Job* job : match.jobs) {
        if (!job->ended) seats.push_back({job, &side_of(*job).conversation(), {}});
      }
      take_turn(seats, limits_of(match, pin), *recorder_, random);
      all_turns_ns += now_ns() - began_ns;
      if (std::any_of(seats.begin(), seats.end(), [](const Seat& seat) { return seat.turn.end == Turn::End::interrupted; })) {
        interrupted_ = true;
        break;
      }
      queue.pop_front();
      const std::string id = std::to_string(match.any().case_handle);
      std::int64_t took_ns = 0;
      for (const Seat& seat : seats) took_ns = std::max(took_ns, seat.turn.took_ns);
      spent[id] = took_ns;
      const bool again =
          !ran.empty() && std::any_of(seats.begin(), seats.end(), [](const Seat& seat) { return seat.turn.end == Turn::End::lost; });
      if (again) queue.push_front(&match);
      if (again || std::any_of(seats.begin(), seats.end(), [](const Seat& seat) { return !seat.turn.taken; }))
        cut_off.push_back(match.any().case_handle);
      for (Seat& seat : seats) settle(seat, again, ran, finished);
      if (!finished.empty()) start_ahead(meter, *finished.back().job, &finished.back().turn);
      ran.push_back(match.any().description.info.id);
    }
    details.update({{"meter", head().meters()[meter].meter.name}, {"spent", std::move(spent)}});
    if (!cut_off.empty()) details["cut_off"] = std::move(cut_off);
    end_block(std::move(details), finished);
    for (FinishedJob& dead : std::exchange(held_to_the_end_, {})) {
      if (!dead.turn.call_paths && !stopping()) call_attributed(meter, dead);
      if (dead.turn.call_paths) keep_call_paths(dead, false);
    }
    if (!starts) return;
    overhead_ns_ += now_ns() - block_began_ns_ - all_turns_ns;
    ++overheads_;
  }

  struct FinishedJob {
    Job* job;
    Turn turn;
  };

  /// How many blocks a job will have behind this one, as far as can be foreseen. `turn`: its part of this one; null: it has not come to it.
  [[nodiscard]] std::uint64_t blocks_behind(const Job& job, const Turn* turn) const {
    Job after = job;
    if (turn != nullptr) {
      after.finish_block(turn->samples, recorder_->block(), turn->took_ns);
    } else {
      after.finish_block({}, recorder_->block(), 0);
      after.progress.samples += next_share(job.progress, budget_, blocks_).samples;
    }
    // The next one may show that it is exact; and what comes after the fewest that a job has, if there is time, is seen when it comes.
    const std::uint64_t foreseen = after.agrees() || after.progress.blocks >= kSolo.fewest ? 1 : kSolo.fewest - after.progress.blocks;
    return std::min(remaining_blocks(after.progress, budget_, blocks_), foreseen);
  }

  /// Lets the workers of later blocks begin, where that disturbs nobody: all that this job will need, with the job's case open. Where blocks of
  /// other meters come in between, one for the next block of each meter, which holds no setup until then.
  void start_ahead(std::size_t meter, const Job& job, const Turn* turn) {
    Side& side = *sides_.front();
    if (is_paired() || head().meters()[meter].meter.exclusive) return;
    const std::uint64_t wanted = blocks_behind(job, turn);
    bool all_alike = true;
    for (std::size_t other = 0; other < head().meters().size(); ++other) {
      if (other == meter || !any_open(other)) continue;
      all_alike = false;
      if (side.ahead(other) == 0 && side.has_room()) side.start_ahead(other, {});
    }
    if (wanted <= side.ahead(meter) || !side.has_room()) return;
    const std::uint64_t most = all_alike ? wanted : 1;
    for (std::uint64_t i = side.ahead(meter); i < most; ++i) side.start_ahead(meter, all_alike ? job.description.info.id : std::string());
  }

  /// What a job's turn amounts to. `again`: its match has another one.
  void settle(Seat& seat, bool again, const std::vector<std::string>& ran, std::vector<FinishedJob>& finished) {
    Job& job = *seat.job;
    Turn& turn = seat.turn;
    if (turn.end == Turn::End::lost && again)
      job.lost_before =
          fmt::format("{} in a worker in which {} had run before; measured again in a fresh one", turn.outcome.reason, named(ran));
    else if (turn.end == Turn::End::dropped) return;
    else if (turn.end != Turn::End::whole) {
      const bool for_memory = turn.outcome.status == Status::memory;
      end_job(job, std::move(turn.outcome));
      if (job.attribute && (for_memory || turn.call_paths)) held_to_the_end_.push_back({&job, std::move(turn)});
    } else if (!again) {
      keep_output(job);
      finished.push_back({&job, std::move(turn)});
    }
  }

  void end_block(Json details, std::vector<FinishedJob>& finished) {
    std::vector<std::string> bad_ends;  // by number
    for (const auto& side : all_sides_) bad_ends.push_back(side->stop());
    for (const FinishedJob& done : finished) {
      const std::string& bad_end = bad_ends[done.job->side];
      if (!bad_end.empty()) recorder_->warn(*done.job, {"the worker that measured it did not end well: " + bad_end});
      if (!done.job->lost_before.empty()) recorder_->warn(*done.job, {std::exchange(done.job->lost_before, {})});
    }
    if (interrupted_) {
      if (decisions_) decisions_->drop_block();
      return recorder_->end_block(false, Json::object());
    }
    for (FinishedJob& done : finished) {
      if (done.job->attribute && done.turn.taken) keep_call_paths(done, true);
    }
    const auto cut_off = details.value("cut_off", std::vector<std::size_t>{});
    recorder_->end_block(true, std::move(details));
    for (FinishedJob& done : finished) {
      const bool counts = std::find(cut_off.begin(), cut_off.end(), done.job->case_handle) == cut_off.end();
      if (counts) done.job->finish_block(done.turn.samples, recorder_->block(), done.turn.took_ns);
    }
    if (decisions_) decisions_->end_block(cut_off);
    decide();
  }

  /// A case that died for want of memory, most often before its attributed call: it may die once more, to say who held the bytes.
  void call_attributed(std::size_t meter, FinishedJob& dead) {
    Side& side = side_of(*dead.job);
    try {
      side.start(meter, 0, dead.job->description.info.id);
    } catch (const Interrupted&) {
      interrupted_ = true;
      return;
    } catch (const Error&) {
      return;  // what died has its outcome; whether the run can go on is found out by the next block
    }
    Seat seat{dead.job, &side.conversation(), {}};
    take_attributed_call(seat, limits_of(*dead.job), *recorder_);
    side.stop();
    interrupted_ = interrupted_ || seat.turn.end == Turn::End::interrupted;
    dead.turn.call_paths = std::move(seat.turn.call_paths);
  }

  /// `of_block`: they count if the block does.
  void keep_call_paths(FinishedJob& done, bool of_block) {
    done.job->attribute = false;
    std::optional<CallPaths>& paths = done.turn.call_paths;
    if (!paths) return recorder_->warn(*done.job, {"the worker gave no call paths"});
    path_names_.add_to(*paths);
    if (options_.redact) snapshot::redact(*paths);
    recorder_->call_paths(*done.job, *paths, of_block);
    ++attributed_;
  }

  [[nodiscard]] TurnLimits limits_of(const Match& match, std::optional<int> pin) const {
    const Job* job = &match.any();
    for (const Job* other : match.jobs) {
      if (!other->ended) job = other;
    }
    return limits_of(*job, pin);
  }

  [[nodiscard]] TurnLimits limits_of(const Job& job, std::optional<int> pin = std::nullopt) const {
    return {.share = next_share(job.progress, budget_, blocks_),
            .timeout_ns = job.description.timeout_s > 0 ? static_cast<std::int64_t>(job.description.timeout_s * 1e9) : options_.timeout_ns,
            .left_ns = limit_ns_ > 0 ? std::max<std::int64_t>(time_left_ns(), 1) : 0,
            .enough_ns = budget_.samples == 0 ? budget_.per_job_ns : 0,
            .pin = pin};
  }

  static std::string named(const std::vector<std::string>& ids) {
    const std::vector<std::string> shown(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), kMostNamed)));
    return fmt::format("{}{}", fmt::join(shown, ", "), ids.size() > kMostNamed ? fmt::format(" and {} more", ids.size() - kMostNamed) : "");
  }

  /// What a case printed, once: measuring it went well, and whoever wonders why it is slow should see that it prints.
  void keep_output(Job& job) {
    Json printed = side_of(job).conversation().take_output();
    if (printed.empty() || !job.outcome.details.empty()) return;
    recorder_->outcome(job, {Status::ok, {}, std::move(printed)});
  }

  void end_job(Job& job, Outcome outcome) {
    recorder_->outcome(job, std::move(outcome));
    job.ended = true;
    if (groups_.size() > 1) end_in_other_groups(job);
    observer_.case_ended(called(job), job.meter, job.outcome);
  }

  /// The case's id, with the version's name where there are many.
  [[nodiscard]] std::string called(const Job& job) const {
    const std::string& id = job.description.info.id;
    return is_sweep() ? fmt::format("{} ({})", id, side_of(job).name()) : id;
  }

  /// A version that failed a case need not fail it again beside another one.
  void end_in_other_groups(const Job& ended) {
    for (Job& job : jobs_beside(ended)) {
      if (job.side != ended.side) continue;
      job.outcome = ended.outcome;
      job.ended = true;
    }
  }

  // ---- 4. the limits ----

  void judge_limits() {
    const bool any =
        !options_.most.empty() || std::any_of(jobs_.begin(), jobs_.end(), [](const Job& job) { return !job.description.limits.empty(); });
    if (!any) return;
    const Snapshot measured = snapshot::read(output_.path);
    for (Excess& excess : find_excesses(measured, recorder_->head_version(), jobs_, options_.most, head().hello().meters)) {
      excess.outcome.details.update(excess.job->outcome.details);  // what it printed
      recorder_->outcome(*excess.job, excess.metric, std::move(excess.outcome));
      observer_.case_ended(excess.job->description.info.id, excess.job->meter, excess.job->outcome);
    }
  }

  // ---- 5. what it amounts to ----

  void report_progress(const Match& match) {
    const Job& job = match.any();
    Progress progress{.case_id = job.description.info.id, .jobs = matches_.size(), .block = job.progress.blocks + 1};
    progress.blocks = job.progress.blocks + remaining_blocks(job.progress, budget_, blocks_);
    if (budget_.precision > 0 || budget_.open_ended) progress.blocks = 0;
    progress.until_decided = is_watched();
    std::int64_t left_ns = 0;
    std::map<std::pair<std::size_t, std::string>, std::uint64_t> starts_of;  // by group and meter
    bool known = true;
    for (const Match& other : matches_) {
      if (!other.open()) ++progress.jobs_done;
      if (other.stopped) ++progress.decided;
    }
    for (const Job& other : jobs_) {
      if (other.ended) continue;
      known = known && other.progress.blocks > 0;
      left_ns += remaining_ns(other.progress, budget_, blocks_);
      std::uint64_t& starts = starts_of[{other.group, other.meter}];
      starts = std::max(starts, remaining_blocks(other.progress, budget_, blocks_));
    }
    std::uint64_t starts = 0;
    for (const auto& [kind, count] : starts_of) starts += count;
    const std::int64_t a_block_ns =
        overheads_ > 0 ? overhead_ns_ / overheads_ : start_ns() * static_cast<std::int64_t>(groups_.front().size());
    left_ns += static_cast<std::int64_t>(starts) * a_block_ns;
    // The jobs know of finished blocks alone; this one has begun.
    left_ns = std::max<std::int64_t>(left_ns - (now_ns() - block_began_ns_), 0);
    progress.eta_ns = known || budget_.samples == 0 ? std::min(left_ns, time_left_ns()) : -1;
    if (budget_.open_ended) progress.eta_ns = std::min(time_left_ns(), measuring_began_ns_ + pool() - now_ns());
    observer_.progress(progress);
  }

  /// Matches for which the total budget had nothing left: a case does not vanish silently.
  void write_not_reached(RunReport& report) {
    for (Match& match : matches_) {
      bool reached = true;
      for (Job* job : match.jobs) {
        if (job->ended || job->progress.blocks > 0) continue;
        const auto beside = jobs_beside(*job);  // of another group it may have been the turn
        if (std::any_of(beside.begin(), beside.end(),
                        [&](const Job& other) { return other.side == job->side && other.progress.blocks > 0; }))
          continue;
        recorder_->outcome(*job, {Status::not_reached, "the total budget was spent", Json::object()});
        reached = false;
      }
      report.not_reached += reached ? 0 : 1;
    }
  }

  /// What became of a case under a meter.
  static void count(std::span<const Job> jobs, RunReport& report) {
    const auto any = [&](auto&& is) { return std::any_of(jobs.begin(), jobs.end(), is); };
    const auto left_out = [](const Job& job) { return is_left_out(job.outcome.status); };
    if (any([&](const Job& job) { return job.outcome.status != Status::ok && !left_out(job); })) ++report.failed;
    else if (any([](const Job& job) { return !job.values.empty(); })) ++report.measured;
    else if (any(left_out)) ++report.skipped;
  }

  RunReport finish() {
    if (decisions_ && out_of_time_ && !interrupted_ && stopped_.empty()) {
      for (Match& match : matches_) {
        const bool reached = std::all_of(match.jobs.begin(), match.jobs.end(), [](const Job* job) { return job->progress.blocks > 0; });
        if (reached && match.open() && match.went_well()) end_for_time(match);
      }
    }
    decide(true);
    RunReport report{.path = output_.path,
                     .interrupted = interrupted_,
                     .out_of_time = out_of_time_ && any_open(),
                     .stopped = stopped_,
                     .no_names = path_names_.missing(),
                     .attributed = attributed_,
                     .took_ns = now_ns() - measuring_began_ns_,
                     .budget_ns = pool()};
    report.blocks_done = report.blocks_wanted = blocks_;
    report.left_out = all_sides_.size() - sides_.size();
    if (report.out_of_time && !interrupted_ && stopped_.empty()) write_not_reached(report);
    if (!interrupted_ && stopped_.empty()) judge_limits();
    for (const Match& match : matches_) {
      if (match.open()) report.blocks_done = std::min(report.blocks_done, match.any().progress.blocks);
      if (match.stopped) ++report.decided;
      else if (decisions_ && match.runs && match.went_well()) ++report.undecided;
    }
    for (std::size_t first = 0; first < jobs_.size(); first += seats_) count(std::span(jobs_).subspan(first, seats_), report);
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
  RunOutput output_;
  Observer& observer_;
  std::vector<int> cpus_;
  std::vector<std::unique_ptr<Side>> all_sides_;  ///< by number, in the order of the targets
  const Side* clock_ = nullptr;                   ///< whose time is the run's
  std::vector<Side*> sides_;                      ///< those that are measured: the base first, the head last
  std::vector<std::vector<Side*>> groups_;        ///< those that share blocks
  std::size_t seats_ = 0;                         ///< in all groups together: so many jobs stand in a row for a case under a meter
  std::optional<Recorder> recorder_;
  std::vector<Job> jobs_;
  std::vector<Match> matches_;  ///< all cases under all meters
  std::uint64_t blocks_ = 1;
  Budget budget_;  ///< what of the wanted one is left for measuring
  std::size_t matches_running_ = 0;
  std::size_t matches_a_block_ = 0;
  compare::JudgeOptions judging_;
  std::optional<Decisions> decisions_;  ///< where matches have enough when they are decided
  std::int64_t next_judgement_ns_ = 0;
  std::int64_t began_ns_ = 0;
  std::int64_t limit_ns_ = options_.budget.total_ns;  ///< of all that is done since; 0: none
  std::int64_t spent_before_ns_ = 0;                  ///< in the part of a resumed run that was interrupted
  std::int64_t measuring_began_ns_ = 0;
  std::int64_t block_began_ns_ = 0;
  std::int64_t overhead_ns_ = 0;  ///< of all blocks with workers of their own: what they took beyond their jobs' turns
  std::int64_t overheads_ = 0;
  bool interrupted_ = false;
  bool out_of_time_ = false;
  PathNames path_names_;
  std::size_t attributed_ = 0;
  std::vector<FinishedJob> held_to_the_end_;  ///< jobs of this block that failed, whose call paths are wanted all the same
  std::string stopped_;                       ///< why no worker could be started any more
};

}  // namespace

RunReport run(const RunOptions& options, const std::vector<Target>& targets, RunOutput output, Observer& observer) {
  return Driver(options, targets, std::move(output), observer).start();
}

RunReport resume(const RunOptions& options, const std::vector<Target>& targets, RunOutput output, const Snapshot& snapshot,
                 Observer& observer) {
  return Driver(options, targets, std::move(output), observer).resume(snapshot);
}

}  // namespace benchkit::runner
