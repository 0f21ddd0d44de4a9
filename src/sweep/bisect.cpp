// The search itself is stats/bisection.cpp; here is what a measurement is. A version is measured beside the first one, in pairs, and each block gives one
// number: the change. The first version is measured beside itself: its changes say what is noise.
#include "sweep/bisect.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "base/os.hpp"
#include "runner/conversation.hpp"
#include "snapshot/read.hpp"
#include "sweep/search_samples.hpp"

namespace benchkit::sweep {
namespace {

class SilentObserver final : public runner::Observer {
 public:
  void progress(const runner::Progress& /*progress*/) override {}
  void case_ended(const std::string& case_id, const std::string& /*meter*/, const Outcome& outcome) override {
    if (outcome.status != Status::ok) failure = fmt::format("{}: {}", case_id, outcome.reason);
  }
  std::string failure;
};

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
        bisection_(specs.size(), options.confidence),
        samples_(options.case_id, options.metric) {
    report_.specs = specs;
  }

  BisectReport go(const std::function<void(const BisectStep& step)>& told) {
    try {
      for (const std::size_t end : {std::size_t{0}, specs_.size() - 1}) {  // before anything is measured for nothing
        if (const Provisioned& one = made(end); !one.failure.empty()) refuse_end(end, one.failure, one.hint);
      }
      for (auto at = bisection_.next(); at && !is_out_of_time(); at = bisection_.next()) told(take_step(*at));
    } catch (const runner::Interrupted&) {
      report_.interrupted = true;
    }
    report_.answer = bisection_.best();
    report_.state = bisection_.state();
    report_.ends = bisection_.between_ends();
    report_.logarithmic = samples_.logarithmic();
    report_.unit = samples_.unit();
    report_.blocks = bisection_.samples();
    return std::move(report_);
  }

 private:
  /// 0: there is no limit.
  [[nodiscard]] std::int64_t left_ns() const {
    return options_.total_ns == 0 ? 0 : std::max<std::int64_t>(options_.total_ns - (base::monotonic_ns() - began_ns_), 1);
  }
  bool is_out_of_time() { return report_.out_of_time = left_ns() == 1; }

  [[noreturn]] void refuse_end(std::size_t place, const std::string& why, const std::string& hint) const {
    throw Error(fmt::format("{}, an end of the range, cannot be measured: {}", specs_[place].label, why), specs_[place].text,
                hint.empty() ? "choose another one" : hint);
  }

  BisectStep take_step(std::size_t place) {
    BisectStep step{.label = specs_[place].label};
    step.failure = measure(place);
    if (!step.failure.empty()) {
      if (place == 0 || place + 1 == specs_.size()) refuse_end(place, step.failure, "choose another one");
      bisection_.rule_out(place);
      report_.ruled_out.push_back(step.label);
    } else {
      if (last_step_ > 0) step.change = weigh();  // else the time was over
      step.logarithmic = samples_.logarithmic();
      step.unit = samples_.unit();
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
    slice.options.judge_limits = false;  // what broke one may be just what is searched
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
    last_step_ = samples_.add(place, snapshot::read(path));
    return last_step_ > 0 || run.out_of_time ? "" : fmt::format("{} gave no {}", options_.case_id, options_.metric);
  }

  /// Tells the search all that was measured so far. Returns the last step's change.
  double weigh() {
    const double same = samples_.logarithmic() ? stats::Bisection::kOnePercent : 0;  // differences are of any size
    stats::Bisection bisection(specs_.size(), options_.confidence, same);
    for (std::size_t place = 0; place < specs_.size(); ++place) {
      if (bisection_.is_ruled_out(place)) bisection.rule_out(place);
    }
    samples_.tell(bisection);
    bisection_ = std::move(bisection);
    return samples_.last_change();
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
  SearchSamples samples_;
  std::size_t last_step_ = 0;  ///< so many numbers are of the last step
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
