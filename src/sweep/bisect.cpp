// The search itself is stats/bisection.cpp; here is what a measurement is. A version is measured beside the first one, in pairs, and each block gives one
// number: the change. The first version is measured beside itself: its changes say what is noise.
//
// All samples of the search are kept, and after each step the changes are made anew from all of them. So they are on one scale, which compare chooses
// for any two versions as well: logarithms of ratios, or differences as soon as a zero has been seen anywhere.
#include "sweep/bisect.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/os.hpp"
#include "compare/evidence.hpp"
#include "runner/conversation.hpp"
#include "snapshot/read.hpp"
#include "stats/moments.hpp"

namespace benchkit::sweep {
namespace {

using State = stats::Bisection::State;

class SilentObserver final : public runner::Observer {
 public:
  void progress(const runner::Progress& /*progress*/) override {}
  void case_ended(const std::string& case_id, const std::string& /*meter*/, const Outcome& outcome) override {
    if (outcome.status != Status::ok) failure = fmt::format("{}: {}", case_id, outcome.reason);
  }
  std::string failure;
};

/// What was measured at one place in one block, each sample with its pair; the block is the measurement's number.
void add_block(compare::Side& to, const Record& record, std::int64_t block, std::int64_t number) {
  for (std::size_t i = 0; i < record.samples.size(); ++i) {
    if (record.samples.block[i] != block) continue;
    to.values.push_back(record.samples.value[i]);
    to.blocks.push_back(number);
    to.pairs.push_back(record.samples.pair[i]);
  }
}

class Search {
 public:
  Search(const std::vector<VersionSpec>& specs, const BisectOptions& options, const SweepOptions& sweep, const Host& host,
         const Session& session, const base::InterruptGuard* interrupts)
      : specs_(specs),
        options_(options),
        sweep_(sweep),
        host_(host),
        session_(session),
        interrupts_(interrupts),
        began_ns_(base::monotonic_ns()),
        bisection_(specs.size(), options.confidence) {
    report_.specs = specs;
    evidence_.metric = options.metric;
    evidence_.paired = true;
  }

  BisectReport go(const std::function<void(const BisectStep& step)>& told) {
    try {
      for (auto at = bisection_.next(); at && !is_out_of_time(); at = bisection_.next()) told(take_step(*at));
    } catch (const runner::Interrupted&) {
      report_.interrupted = true;
    }
    report_.answer = bisection_.best();
    report_.state = bisection_.state();
    report_.logarithmic = evidence_.logarithmic;
    report_.blocks = bisection_.samples();
    return std::move(report_);
  }

 private:
  /// 0: there is no limit.
  [[nodiscard]] std::int64_t left_ns() const {
    return options_.total_ns == 0 ? 0 : std::max<std::int64_t>(options_.total_ns - (base::monotonic_ns() - began_ns_), 1);
  }
  bool is_out_of_time() { return report_.out_of_time = left_ns() == 1; }

  BisectStep take_step(std::size_t place) {
    BisectStep step{.label = specs_[place].label};
    step.failure = measure(place);
    if (!step.failure.empty()) {
      if (place == 0 || place + 1 == specs_.size())
        throw Error(fmt::format("an end of the range cannot be measured: {}", step.failure), specs_[place].text, "choose another one");
      bisection_.rule_out(place);
      report_.ruled_out.push_back(step.label);
    } else {
      if (last_step_ > 0) step.change = weigh();  // else the time was over
      step.logarithmic = evidence_.logarithmic;
      step.unit = report_.unit;
    }
    step.best = bisection_.best();
    return step;
  }

  const Provisioned& made(std::size_t place) {
    const auto found = made_.find(place);
    if (found != made_.end()) return found->second;
    return made_[place] = provision({specs_[place]}, host_, sweep_.provision, interrupts_, [](const Provisioned&) {}).front();
  }

  /// Measures the version at a place and keeps its samples. Returns why it cannot be measured, or nothing.
  std::string measure(std::size_t place) {
    Provisioned base = made(0);
    Provisioned head = made(place);
    if (!base.failure.empty()) return base.failure;
    if (!head.failure.empty()) return head.failure;
    if (place == 0) head.spec.label += " (again)";
    const std::string path = fmt::format("{}/bisect/step-{}.jsonl", sweep_.folder, ++steps_);
    Slice slice{.options = sweep_.run, .versions = {std::move(base), std::move(head)}, .before = nullptr, .output = {}};
    slice.options.meters = {options_.metric};
    slice.options.filter = Filter();
    slice.options.filter.add_id(options_.case_id);
    slice.options.budget.blocks = options_.blocks;
    slice.options.budget.total_ns = left_ns();
    slice.options.bases.clear();
    slice.options.seed += steps_;
    base::file_system().remove(path);
    slice.output = {.files = &base::file_system(), .path = path, .session = session_};
    SilentObserver observer;
    runner::RunReport run;
    try {
      run = executor_named(sweep_.executor).execute(std::move(slice), interrupts_, observer);
    } catch (const Error& error) {
      if (error.where() == path) throw;  // it cannot be written down, which no version is to blame for
      return error.what();
    }
    if (run.interrupted) throw runner::Interrupted();
    if (!run.stopped.empty()) return run.stopped;
    if (!run.out_of_time && !observer.failure.empty()) return observer.failure;
    return keep_samples(place, snapshot::read(path)) || run.out_of_time ? ""
                                                                        : fmt::format("{} gave no {}", options_.case_id, options_.metric);
  }

  /// Of blocks in which both versions were measured. False: there are none.
  bool keep_samples(std::size_t place, const Snapshot& snapshot) {
    const auto record_of = [&](std::size_t version) {
      return std::find_if(snapshot.records.begin(), snapshot.records.end(), [&](const Record& record) {
        return record.version == version && snapshot.cases[record.case_index].id == options_.case_id &&
               snapshot.metrics[record.metric].name == options_.metric;
      });
    };
    const auto base = record_of(0);
    const auto head = record_of(1);
    if (base == snapshot.records.end() || head == snapshot.records.end()) return false;
    report_.unit = snapshot.metrics[head->metric].unit;
    const std::size_t before = places_.size();
    std::set<std::int64_t> blocks;
    for (std::size_t i = 0; i < head->samples.size(); ++i) blocks.insert(head->samples.block[i]);
    std::set<std::int64_t> of_base;
    for (std::size_t i = 0; i < base->samples.size(); ++i) of_base.insert(base->samples.block[i]);
    for (const std::int64_t block : blocks) {
      if (!of_base.contains(block)) continue;
      const auto number = static_cast<std::int64_t>(places_.size());
      add_block(base_, *base, block, number);
      add_block(head_, *head, block, number);
      places_.push_back(place);
    }
    last_step_ = places_.size() - before;
    return last_step_ > 0;
  }

  /// Tells the search all that was measured so far. Returns the last step's change.
  double weigh() {
    compare::add_samples(evidence_, base_, head_, stats::Statistic::median);
    stats::Bisection bisection(specs_.size(), options_.confidence);
    for (std::size_t place = 0; place < specs_.size(); ++place) {
      if (bisection_.is_ruled_out(place)) bisection.rule_out(place);
    }
    for (std::size_t i = 0; i < places_.size(); ++i) bisection.add(places_[i], evidence_.effects.at(i));
    bisection_ = std::move(bisection);
    return stats::median(std::vector<double>(evidence_.effects.end() - static_cast<std::ptrdiff_t>(last_step_), evidence_.effects.end()));
  }

  const std::vector<VersionSpec>& specs_;
  const BisectOptions& options_;
  const SweepOptions& sweep_;
  const Host& host_;
  const Session& session_;
  const base::InterruptGuard* interrupts_;
  std::int64_t began_ns_;
  stats::Bisection bisection_;
  std::map<std::size_t, Provisioned> made_;
  std::size_t steps_ = 0;
  compare::Side base_, head_;        ///< all samples, numbered by measurement
  std::vector<std::size_t> places_;  ///< of each measurement
  std::size_t last_step_ = 0;        ///< so many of them are of the last step
  compare::Evidence evidence_;       ///< of all of them
  BisectReport report_;
};

}  // namespace

BisectReport bisect(const std::vector<VersionSpec>& specs, const BisectOptions& options, const SweepOptions& sweep, const Host& host,
                    const Session& session, const base::InterruptGuard* interrupts,
                    const std::function<void(const BisectStep& step)>& told) {
  if (specs.size() < 2) throw Error("between fewer than two versions there is nothing to be found", "--bisect", "GOOD..BAD");
  return Search(specs, options, sweep, host, session, interrupts).go(told);
}

}  // namespace benchkit::sweep
