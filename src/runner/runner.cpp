// The driver: it reads as the plan.
//
//   1. Ask a worker of each version (side) what its suite holds, and choose the jobs (versions × cases × meters) that were asked for. Each version
//      shares blocks with its base (lineup.hpp). The jobs of one case under one meter in a group are a match: they are measured together (matches.hpp).
//   2. Open the journal: session, versions, metrics, cases. From here on a kill loses at most the line being written.
//   3. Round after round, until every job has enough or the time is over, the groups in random order (where there is a total budget, each has its part of
//      the first round, so that every version is reached before one has its second block): a fresh worker for each version of the group
//      (a block), in it every open match in random order: setup, calibration (the first time), samples, teardown (turn.cpp). A block that ended whole is marked complete.
//      A job that fails is an outcome; if it took its worker along, the rest of the round goes on in fresh ones. If others had run in that
//      worker before, it may have been their doing (an alarm, a thread they left): the match has a second turn, in fresh workers, before the
//      job is called failed. Where the run goes on until all is decided, what the file says so far is judged behind each block, and a match
//      that is decided has enough (enough.cpp). Where a meter only counts, and so isn't disturbed by others, workers of the
//      next blocks start and set their first case up while this one's still measures; they are halted where a meter comes that is.
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
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/list.hpp"
#include "base/os.hpp"
#include "base/process.hpp"
#include "compare/terms.hpp"
#include "runner/ahead.hpp"
#include "runner/conversation.hpp"
#include "runner/enough.hpp"
#include "runner/jobs.hpp"
#include "runner/limits.hpp"
#include "runner/lineup.hpp"
#include "runner/matches.hpp"
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
/// Random streams of the rounds are numbered from 0, those of the blocks and of the versions' layouts from here.
constexpr std::uint64_t kBlockStreams = std::uint64_t{1} << 32;
constexpr std::uint64_t kLayoutStreams = std::uint64_t{1} << 48;

class Driver {
 public:
  Driver(const RunOptions& options, const std::vector<Target>& targets, RunOutput output, Observer& observer)
      : options_(options), output_(std::move(output)), observer_(observer), cpus_(base::usable_cpus()), lineup_(options, targets) {
    began_ns_ = now_ns();
  }

  /// `before`: what the file holds already, which a session is added to; null: a new file.
  RunReport start(const Snapshot* before) {
    describe_suites();
    matches_.leave_lone_ones_to_others();
    for (Match& match : matches_.all()) match.runs = runs(match);
    plan();
    const std::int64_t origin_ns = base::monotonic_ns();
    add_what_only_we_know(output_.session, origin_ns);
    write_head(before == nullptr ? snapshot::Journal::create(*output_.files, output_.path, output_.session)
                                 : snapshot::Journal::extend(*output_.files, output_.path, *before, &output_.session),
               origin_ns, lineup_.versions());
    enough_->watch();
    write_beforehand();
    return measure();
  }

  RunReport resume(const Snapshot& snapshot) {
    const std::size_t session = snapshot.sessions.size() - 1;
    describe_suites(snapshot.sessions[session].header.value("live", std::size_t{0}));
    std::vector<CaseInfo> cases;
    for (const Match& match : matches_.all()) cases.push_back(match.any().description.info);
    const std::vector<Version> versions = lineup_.versions();
    std::vector<VersionFacts> facts;
    for (const auto& side : lineup_.all()) facts.push_back({versions[side->number()].label, side->facts()});
    check_same_suite(snapshot, cases, facts);
    write_head(snapshot::Journal::extend(*output_.files, output_.path, snapshot, nullptr), origin_of(snapshot, session), versions);
    const GroupTeller is_own = matches_.group_teller(snapshot, session);
    for (Job& job : matches_.jobs()) {
      restore(job, snapshot, session, [&](std::int64_t block) { return is_own(job, block); });
      spent_before_ns_ += job.progress.spent_ns;
      if (lineup_.is_paired()) job.iterations = 0;  // whether it fits one CPU is not in the file
    }
    matches_.end_screened();
    began_ns_ -= spent_before_ns_;  // of the total budget
    recorder_->go_on_after(snapshot, session);
    write_beforehand();
    matches_.leave_lone_ones_to_others();
    for (Match& match : matches_.all()) match.runs = match.open();
    plan();
    if (const std::size_t planned = compare::planned_blocks_of(snapshot); enough_->is_watched() && planned > 0) allowance_.blocks = planned;
    enough_->watch();
    enough_->restore(snapshot, session, is_own);
    return measure();
  }

 private:
  // ---- 1. what there is, and what is wanted ----

  /// `live`: what was found best when the run began; 0: to be found.
  void describe_suites(std::size_t live = 0) {
    lineup_.describe(observer_, live);
    read_thresholds();
    matches_.make(options_, lineup_);
  }

  void write_head(snapshot::Journal journal, std::int64_t origin_ns, const std::vector<Version>& versions) {
    recorder_.emplace(std::move(journal), origin_ns);
    recorder_->write_head(versions, lineup_.head().number(), lineup_.head().meters(), matches_.jobs());
    enough_.emplace(options_, judging_, matches_, allowance_, *recorder_, observer_);
  }

  /// Terms that cannot be are refused before anything is measured.
  void read_thresholds() {
    if (options_.verdicts.design != compare::Design::fixed && !lineup_.is_paired())
      throw Error("one version alone has nothing to be decided", "--until-decided", "name the other one: --against ./prog");
    Snapshot known;
    for (const MeterChoice& choice : lineup_.head().meters()) {
      for (std::size_t i = 0; i < choice.wanted.size(); ++i) {
        if (choice.wanted[i]) known.metrics.push_back(choice.meter.metrics[i]);
      }
      known.metrics.insert(known.metrics.end(), choice.meter.cold_metrics.begin(), choice.meter.cold_metrics.end());
    }
    judging_ = compare::judge_options(options_.verdicts, {&known, 1});
  }

  // ---- 2. the head of the file ----

  void add_what_only_we_know(Session& session, std::int64_t origin_ns) const {
    add_worker_facts(session, lineup_.head().hello(), lineup_.head().fresh_processes(), origin_ns);
    session.header["design"] = lineup_.is_paired() ? "paired" : "solo";
    Json conditions = lineup_.head().hello().conditions;
    conditions.update(lineup_.head().modes());
    if (!conditions.empty()) session.header["conditions"] = std::move(conditions);
    session.header["options"] = options_to_json(options_);
    if (lineup_.is_sweep()) session.header["live"] = lineup_.live();
    if (options_.verdicts.design == compare::Design::looks) session.header["planned_blocks"] = allowance_.blocks;
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
      for (const Samples* samples : {&record.samples, &*record.partial}) {
        for (std::size_t i = 0; i < samples->size(); ++i) last_ns = std::max(last_ns, samples->start_ns[i]);
      }
    }
    return base::monotonic_ns() - last_ns;
  }

  /// Cases that are known beforehand not to run: the same record as any other outcome.
  void write_beforehand() {
    for (Job& job : matches_.jobs()) {
      if (job.ended) continue;
      const std::string& why = job.description.absent;
      if (job.absent && why.empty()) end_job(job, {Status::absent, "this version has no such case", Json::object()});
      else if (job.absent) end_job(job, {Status::absent, why, compare::declared_absent()});
      else if (!job.description.broken.empty()) end_job(job, {Status::error, job.description.broken, Json::object()});
      else if (!job.description.skip.empty()) end_job(job, {Status::skipped, job.description.skip, Json::object()});
    }
  }

  // ---- 3. rounds of blocks ----

  /// A case's budget is for two versions that are compared.
  [[nodiscard]] std::int64_t wanted_ns() const {
    return options_.budget.per_job_ns / std::min<std::int64_t>(static_cast<std::int64_t>(lineup_.measured().size()), 2);
  }

  /// Into how many blocks the time is divided.
  void plan() {
    matches_running_ =
        static_cast<std::size_t>(std::count_if(matches_.all().begin(), matches_.all().end(), [](const Match& one) { return one.runs; }));
    const std::size_t kinds_of_block = lineup_.head().meters().size() * lineup_.groups().size();
    matches_a_block_ = (matches_running_ + kinds_of_block - 1) / kinds_of_block;
    std::size_t jobs_running = 0;
    for (const Match& match : matches_.all()) jobs_running += match.runs ? match.jobs.size() : 0;
    Budget budget = options_.budget;
    budget.open_ended = options_.verdicts.design == compare::Design::sequential;
    budget.per_job_ns = wanted_ns();
    budget = under_total(budget, time_left_ns(), jobs_running);
    const BlockRange range = options_.verdicts.design != compare::Design::fixed ? kWatched : lineup_.is_paired() ? kPaired : kSolo;
    allowance_.blocks = blocks_for(budget, lineup_.start_ns(), matches_a_block_, range);
    allowance_.budget = without_starts(budget, allowance_.blocks, lineup_.start_ns(), matches_a_block_);
  }

  RunReport measure() {
    measuring_began_ns_ = now_ns() - spent_before_ns_;
    decide();
    for (std::uint64_t round = 0; !stopping() && matches_.any_open(); ++round) {
      const std::vector<std::size_t> meters = Random(options_.seed, round * 2).order(lineup_.head().meters().size());
      std::vector<Rest> rests;
      for (std::size_t i = 0; i < meters.size(); ++i) measure_round(meters[i], round, meters.size() - i, rests);
      for (Rest& rest : rests) measure_blocks(rest, kForever);
      // Each case has had its turn: from here on all draw on what the budgets come to together.
      if (allowance_.budget.open_ended)
        limit_ns_ = std::min(limit_ns_ > 0 ? limit_ns_ : kForever, measuring_began_ns_ - began_ns_ + pool());
    }
    hear_how_left_ones_ended();
    for (Side* side : lineup_.measured()) side->end();
    return finish();
  }

  [[nodiscard]] std::int64_t pool() const {
    const auto a_block = static_cast<std::int64_t>(lineup_.groups().front().size());
    return pool_ns({.per_job_ns = options_.budget.per_job_ns}, allowance_.blocks, lineup_.start_ns() * a_block, matches_running_,
                   matches_a_block_);
  }

  /// Looks at who has enough; what a screen has spared of a total budget is for those that go on.
  void decide(bool in_any_case = false) {
    enough_->decide([this] { return now_ns(); }, in_any_case);
    const std::int64_t spared_ns = enough_->take_spared_ns();
    const auto open = std::count_if(matches_.jobs().begin(), matches_.jobs().end(), [](const Job& job) { return !job.ended; });
    if (spared_ns > 0 && open > 0 && options_.budget.total_ns > 0)
      allowance_.budget.per_job_ns =
          std::max(allowance_.budget.per_job_ns, std::min(wanted_ns(), allowance_.budget.per_job_ns + spared_ns / open));
  }

  [[nodiscard]] bool stopping() const { return interrupted_ || allowance_.out_of_time || !stopped_.empty(); }
  [[nodiscard]] std::int64_t time_left_ns() const { return limit_ns_ > 0 ? limit_ns_ - (now_ns() - began_ns_) : kForever; }
  [[nodiscard]] std::int64_t now_ns() const { return lineup_.now_ns(); }

  /// What a group has still to measure of a round.
  struct Rest {
    std::size_t meter = 0;
    std::size_t group = 0;
    std::deque<Match*> queue;
  };

  /// Each group in turn. The first round of many groups in a total budget is to reach all of them: each has its part of the time, and what it does not get
  /// to is left to `rests`. `meters`: how many have their turn in this round still, this one with them.
  void measure_round(std::size_t meter, std::uint64_t round, std::size_t meters, std::vector<Rest>& rests) {
    Random random(options_.seed, round * 2 + 1);
    // Of a single group all random numbers go into the order of its matches.
    const std::vector<std::size_t> groups =
        lineup_.groups().size() > 1 ? random.order(lineup_.groups().size()) : std::vector<std::size_t>{0};
    const bool in_parts = round == 0 && limit_ns_ > 0 && groups.size() > 1;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      std::vector<Match*> open;
      for (Match& match : matches_.all()) {
        if (match.group == groups[i] && match.open() && match.any().meter == lineup_.head().meters()[meter].meter.name)
          open.push_back(&match);
      }
      Rest rest{meter, groups[i], {}};
      for (const std::size_t index : random.order(open.size())) rest.queue.push_back(open[index]);
      ahead_.put_first_what_is_set_up(meter, rest.queue);
      const auto parts = static_cast<std::int64_t>(meters * groups.size() - i);
      measure_blocks(rest, in_parts ? now_ns() + time_left_ns() / parts : kForever);
      if (!rest.queue.empty()) rests.push_back(std::move(rest));
    }
  }

  /// One case at least, and the others until the time is over.
  void measure_blocks(Rest& rest, std::int64_t until_ns) {
    // The fewer cases are left, the more of a block is its start: in none is less measured than that takes.
    allowance_.budget.least_block_ns = lineup_.start_ns() / std::max<std::int64_t>(static_cast<std::int64_t>(rest.queue.size()), 1);
    while (!rest.queue.empty() && !stopping()) {
      measure_block(rest.meter, lineup_.groups()[rest.group], rest.queue, until_ns);
      std::erase_if(rest.queue,
                    [](const Match* match) { return !match->open(); });  // a block that ended early may have decided what it left
      if (now_ns() >= until_ns) return;
    }
  }

  /// A worker of each version for the next block, in random order. False, and the run stops, if even at the second try one cannot be started.
  /// In pairs all begin and set `first` up before one is waited for: nobody is timed yet, and what a start takes (importing a library) is the same work for
  /// each. `facts`: what was drawn.
  bool start_workers(std::size_t meter, const std::vector<Side*>& group, const Match& first, Random& random, Json& facts) {
    if (!options_.layouts.empty()) facts["layouts"] = choose_layouts();
    const std::vector<std::size_t> places = random.order(group.size());
    Json order = Json::array();
    std::vector<std::uint64_t> padding;
    for (const Side* met : lineup_.take_met(meter)) {
      order.push_back(met->number());
      padding.push_back(met->padding());
    }
    if (!order.empty()) {
      facts.update({{"started", std::move(order)}, {"padding", padding}});
      return true;
    }
    for (const std::size_t place : places) {
      Side& side = *group[place];
      order.push_back(side.number());
      padding.push_back(lineup_.is_paired() ? random.below(kMostPadding) : 0);
      if (side.is_fresh(meter) && !lineup_.is_paired()) continue;
      if (time_left_ns() <= side.start_ns()) {
        allowance_.out_of_time = true;
        return false;
      }
      if (!lineup_.is_paired() || group.size() < 2) continue;
      side.stop();
      if (side.has_room())
        side.start_ahead(meter, padding.back(), opens_first(side, first) ? first.any().description.info.id : std::string());
    }
    const std::string& first_case = first.any().description.info.id;
    for (std::size_t i = 0; i < places.size(); ++i) {
      Side& side = *group[places[i]];
      if (side.is_fresh(meter) && !lineup_.is_paired()) continue;
      if (!start_worker(side, meter, padding[i], first_case)) return false;
    }
    if (lineup_.is_paired()) facts.update({{"started", std::move(order)}, {"padding", padding}});
    return true;
  }

  [[nodiscard]] bool opens_first(const Side& side, const Match& first) const {
    return std::any_of(first.jobs.begin(), first.jobs.end(),
                       [&](const Job* job) { return !job->ended && &lineup_.side_of(*job) == &side; });
  }

  /// False, and the run stops, if even the second try fails.
  bool start_worker(Side& side, std::size_t meter, std::uint64_t padding, const std::string& first_case) {
    for (int tries = 2;;) {
      try {
        side.start(meter, padding, first_case);
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

  /// Before any worker of the block is started. Each version goes through its layouts in a random order of its own, and again in the same:
  /// so two blocks have both layouts in common or none, and what they have in common can be told from chance (compare/rows.cpp).
  Json choose_layouts() {
    const std::uint64_t turn = recorder_->next_block() / lineup_.head().meters().size();
    Json chosen = Json::array();
    for (const auto& side : lineup_.measured()) {
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

  /// One life of the workers: matches from the queue until it is empty, a worker is lost, or the time is over; one match at least.
  void measure_block(std::size_t meter, const std::vector<Side*>& group, std::deque<Match*>& queue, std::int64_t until_ns) {
    block_began_ns_ = now_ns();
    if (lineup_.head().meters()[meter].meter.exclusive) hear_how_left_ones_ended();
    Random random(options_.seed, kBlockStreams + recorder_->next_block());
    Json details = Json::object();
    const bool starts = lineup_.is_paired() || !lineup_.measured().front()->is_fresh(meter);
    if (!start_workers(meter, group, *queue.front(), random, details)) {
      for (Side* side : lineup_.measured()) side->stop();
      return;
    }
    if (lineup_.head().meters()[meter].meter.exclusive) {
      for (Side* side : group) side->pause_ahead();
    }
    recorder_->begin_block();
    std::optional<int> pin;
    if (options_.pin && lineup_.is_paired() && !cpus_.empty()) {
      pin = cpus_[random.below(cpus_.size())];
      details["cpu"] = *pin;
    }
    Json spent = Json::object();
    Json cut_off = Json::array();
    std::vector<FinishedJob> finished;
    std::vector<std::string> ran;
    std::int64_t all_turns_ns = 0;
    if (const Job& first = queue.front()->any(); first.progress.blocks == 0) ahead_.start(meter, first, nullptr, recorder_->block());
    while (!queue.empty() && all_alive(group) && !stopping() && (ran.empty() || now_ns() < until_ns)) {
      if (time_left_ns() <= 0) {
        allowance_.out_of_time = true;
        break;
      }
      Match& match = *queue.front();
      report_progress(match);
      const std::int64_t began_ns = now_ns();
      std::vector<Seat> seats;
      for (Job* job : match.jobs) {
        if (!job->ended) seats.push_back({job, &lineup_.side_of(*job).conversation(), {}});
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
      if (!finished.empty()) ahead_.start(meter, *finished.back().job, &finished.back().turn, recorder_->block());
      ran.push_back(match.any().description.info.id);
    }
    details.update({{"meter", lineup_.head().meters()[meter].meter.name}, {"spent", std::move(spent)}});
    if (!cut_off.empty()) details["cut_off"] = std::move(cut_off);
    end_block(meter, std::move(details), finished);
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

  /// What a job's turn amounts to. `again`: its match has another one.
  void settle(Seat& seat, bool again, const std::vector<std::string>& ran, std::vector<FinishedJob>& finished) {
    Job& job = *seat.job;
    Turn& turn = seat.turn;
    if (turn.end == Turn::End::lost && again)
      job.lost_before = fmt::format("{} in a worker in which {} had run before; measured again in a fresh one", turn.outcome.reason,
                                    base::some_of(ran, kMostNamed));
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

  /// Whether a worker may end while the next one goes on: that is ready, and only counts.
  [[nodiscard]] bool next_is_ready(std::size_t meter) const {
    const bool counts = !lineup_.is_paired() && !lineup_.head().meters()[meter].meter.exclusive;
    return counts && !stopping() && lineup_.measured().front()->ahead(meter) > 0;
  }

  void warn_of_end(Job& job, const std::string& bad_end) {
    if (!bad_end.empty()) recorder_->warn(job, {"the worker that measured it did not end well: " + bad_end});
  }

  void hear_how_left_ones_ended() {
    std::string bad_end;
    for (Side* side : lineup_.measured()) bad_end += side->wait_for_leaving();
    for (Job* job : std::exchange(left_, {})) warn_of_end(*job, bad_end);
  }

  void end_block(std::size_t meter, Json details, std::vector<FinishedJob>& finished) {
    hear_how_left_ones_ended();
    if (next_is_ready(meter)) {
      lineup_.measured().front()->leave();
      for (const FinishedJob& done : finished) left_.push_back(done.job);
    }
    std::vector<std::string> bad_ends;  // by number
    for (const auto& side : lineup_.all()) bad_ends.push_back(side->stop());
    for (const FinishedJob& done : finished) {
      warn_of_end(*done.job, bad_ends[done.job->side]);
      if (!done.job->lost_before.empty()) recorder_->warn(*done.job, {std::exchange(done.job->lost_before, {})});
    }
    if (interrupted_) {
      enough_->drop_block();
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
    enough_->end_block(cut_off);
    decide();
  }

  /// A case that died for want of memory, most often before its attributed call: it may die once more, to say who held the bytes.
  void call_attributed(std::size_t meter, FinishedJob& dead) {
    Side& side = lineup_.side_of(*dead.job);
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
    return {.share = next_share(job.progress, allowance_.budget, allowance_.blocks),
            .timeout_ns = job.description.timeout_s > 0 ? static_cast<std::int64_t>(job.description.timeout_s * 1e9) : options_.timeout_ns,
            .left_ns = limit_ns_ > 0 ? std::max<std::int64_t>(time_left_ns(), 1) : 0,
            .enough_ns = allowance_.budget.samples == 0 ? allowance_.budget.per_job_ns : 0,
            .pin = pin};
  }

  /// What a case printed, once: measuring it went well, and whoever wonders why it is slow should see that it prints.
  void keep_output(Job& job) {
    Json printed = lineup_.side_of(job).conversation().take_output();
    if (printed.empty() || !job.outcome.details.empty()) return;
    recorder_->outcome(job, {Status::ok, {}, std::move(printed)});
  }

  void end_job(Job& job, Outcome outcome) {
    recorder_->outcome(job, std::move(outcome));
    job.ended = true;
    if (lineup_.groups().size() > 1) end_in_other_groups(job);
    observer_.case_ended(called(job), job.meter, job.outcome);
  }

  /// The case's id, with the version's name where there are many.
  [[nodiscard]] std::string called(const Job& job) const {
    const std::string& id = job.description.info.id;
    return lineup_.is_sweep() ? fmt::format("{} ({})", id, lineup_.side_of(job).name()) : id;
  }

  /// A version that failed a case need not fail it again beside another one.
  void end_in_other_groups(const Job& ended) {
    for (Job& job : matches_.beside(ended)) {
      if (job.side != ended.side) continue;
      job.outcome = ended.outcome;
      job.ended = true;
    }
  }

  // ---- 4. the limits ----

  void judge_limits() {
    if (!options_.judge_limits) return;
    const bool any = !options_.most.empty() || std::any_of(matches_.jobs().begin(), matches_.jobs().end(),
                                                           [](const Job& job) { return !job.description.limits.empty(); });
    if (!any) return;
    const Snapshot measured = snapshot::read(output_.path);
    for (Excess& excess :
         find_excesses(measured, recorder_->head_version(), matches_.jobs(), options_.most, lineup_.head().hello().meters)) {
      excess.outcome.details.update(excess.job->outcome.details);  // what it printed
      recorder_->outcome(*excess.job, excess.metric, std::move(excess.outcome));
      observer_.case_ended(excess.job->description.info.id, excess.job->meter, excess.job->outcome);
    }
  }

  // ---- 5. what it amounts to ----

  void report_progress(const Match& match) {
    const Job& job = match.any();
    Progress progress{.case_id = job.description.info.id, .jobs = matches_.all().size(), .block = job.progress.blocks + 1};
    progress.blocks = job.progress.blocks + remaining_blocks(job.progress, allowance_.budget, allowance_.blocks);
    if (allowance_.budget.precision > 0 || allowance_.budget.open_ended) progress.blocks = 0;
    progress.until_decided = enough_->is_watched();
    std::int64_t left_ns = 0;
    std::map<std::pair<std::size_t, std::string>, std::uint64_t> starts_of;  // by group and meter
    bool known = true;
    for (const Match& other : matches_.all()) {
      if (!other.open()) ++progress.jobs_done;
      if (other.stopped) ++progress.decided;
    }
    for (const Job& other : matches_.jobs()) {
      if (other.ended) continue;
      known = known && other.progress.blocks > 0;
      left_ns += remaining_ns(other.progress, allowance_.budget, allowance_.blocks);
      std::uint64_t& starts = starts_of[{other.group, other.meter}];
      starts = std::max(starts, remaining_blocks(other.progress, allowance_.budget, allowance_.blocks));
    }
    std::uint64_t starts = 0;
    for (const auto& [kind, count] : starts_of) starts += count;
    const std::int64_t a_block_ns =
        overheads_ > 0 ? overhead_ns_ / overheads_ : lineup_.start_ns() * static_cast<std::int64_t>(lineup_.groups().front().size());
    left_ns += static_cast<std::int64_t>(starts) * a_block_ns;
    // The jobs know of finished blocks alone; this one has begun.
    left_ns = std::max<std::int64_t>(left_ns - (now_ns() - block_began_ns_), 0);
    progress.eta_ns = known || allowance_.budget.samples == 0 ? std::min(left_ns, time_left_ns()) : -1;
    if (allowance_.budget.open_ended) progress.eta_ns = std::min(time_left_ns(), measuring_began_ns_ + pool() - now_ns());
    observer_.progress(progress);
  }

  /// No case of a version stays empty without a word: what the total budget had nothing left for, and what no worker gave a sample of.
  void write_what_is_missing(const RunReport& report) {
    const auto says_something = [](const Job& job) { return job.outcome.status != Status::ok || !job.values.empty(); };
    for (Match& match : matches_.all()) {
      for (Job* job : match.jobs) {
        const auto beside = matches_.beside(*job);  // of another group it may have been the turn
        const auto own = [&](const Job& other) { return other.side == job->side && says_something(other); };
        if (std::any_of(beside.begin(), beside.end(), own)) continue;
        const bool had_a_turn = job->progress.blocks > 0 || !report.out_of_time;
        if (had_a_turn) {
          recorder_->outcome(*job, {Status::protocol, "its blocks ended, and the worker had given no sample", Json::object()});
          observer_.case_ended(called(*job), job->meter, job->outcome);
        } else {
          recorder_->outcome(*job, {Status::not_reached, "the total budget was spent", Json::object()});
        }
      }
    }
  }

  /// What became of a case under a meter.
  static void count(std::span<const Job> jobs, RunReport& report) {
    const auto any = [&](auto&& is) { return std::any_of(jobs.begin(), jobs.end(), is); };
    const auto left_out = [](const Job& job) { return is_left_out(job.outcome.status); };
    if (any([&](const Job& job) { return job.outcome.status != Status::ok && !left_out(job); })) ++report.failed;
    else if (any([](const Job& job) { return !job.values.empty(); })) ++report.measured;
    else if (any([](const Job& job) { return job.outcome.status == Status::not_reached; })) ++report.not_reached;
    else if (any(left_out)) ++report.skipped;
  }

  RunReport finish() {
    if (allowance_.out_of_time && !interrupted_ && stopped_.empty()) enough_->end_all_for_time();
    decide(true);
    RunReport report{.path = output_.path,
                     .interrupted = interrupted_,
                     .out_of_time = allowance_.out_of_time && matches_.any_open(),
                     .stopped = stopped_,
                     .no_names = path_names_.missing(),
                     .attributed = attributed_,
                     .took_ns = now_ns() - measuring_began_ns_,
                     .budget_ns = pool()};
    report.blocks_done = report.blocks_wanted = allowance_.blocks;
    report.left_out = lineup_.left_out();
    if (!interrupted_ && stopped_.empty()) {
      write_what_is_missing(report);
      judge_limits();
    }
    for (const Match& match : matches_.all()) {
      if (match.open()) report.blocks_done = std::min(report.blocks_done, match.any().progress.blocks);
      if (match.stopped) ++report.decided;
      else if (enough_->is_undecided(match)) ++report.undecided;
    }
    for (std::size_t first = 0; first < matches_.jobs().size(); first += lineup_.seats())
      count(std::span(matches_.jobs()).subspan(first, lineup_.seats()), report);
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
  Lineup lineup_;
  Matches matches_;
  Allowance allowance_;
  Ahead ahead_{lineup_, matches_, allowance_};
  std::optional<Recorder> recorder_;
  std::optional<Enough> enough_;
  std::size_t matches_running_ = 0;
  std::size_t matches_a_block_ = 0;
  compare::JudgeOptions judging_;
  std::int64_t began_ns_ = 0;
  std::int64_t limit_ns_ = options_.budget.total_ns;  ///< of all that is done since; 0: none
  std::int64_t spent_before_ns_ = 0;                  ///< in the part of a resumed run that was interrupted
  std::int64_t measuring_began_ns_ = 0;
  std::int64_t block_began_ns_ = 0;
  std::int64_t overhead_ns_ = 0;  ///< of all blocks with workers of their own: what they took beyond their jobs' turns
  std::int64_t overheads_ = 0;
  bool interrupted_ = false;
  std::vector<Job*> left_;  ///< that were measured by a worker which was let go and may still be ending
  PathNames path_names_;
  std::size_t attributed_ = 0;
  std::vector<FinishedJob> held_to_the_end_;  ///< jobs of this block that failed, whose call paths are wanted all the same
  std::string stopped_;                       ///< why no worker could be started any more
};

}  // namespace

RunReport run(const RunOptions& options, const std::vector<Target>& targets, RunOutput output, Observer& observer) {
  return Driver(options, targets, std::move(output), observer).start(nullptr);
}

RunReport extend(const RunOptions& options, const std::vector<Target>& targets, RunOutput output, const Snapshot& snapshot,
                 Observer& observer) {
  return Driver(options, targets, std::move(output), observer).start(&snapshot);
}

RunReport resume(const RunOptions& options, const std::vector<Target>& targets, RunOutput output, const Snapshot& snapshot,
                 Observer& observer) {
  return Driver(options, targets, std::move(output), observer).resume(snapshot);
}

}  // namespace benchkit::runner
