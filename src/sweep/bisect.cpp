// The search itself is stats/bisection.cpp; here is what a measurement is. A version is measured beside the first one, in pairs, and each block gives one
// number: the change. The first version is measured beside itself: its changes say what is noise.
#include "sweep/bisect.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/files.hpp"
#include "compare/evidence.hpp"
#include "runner/conversation.hpp"
#include "snapshot/read.hpp"

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

/// The samples of a case's metric, of one version.
compare::Side side_of(const Snapshot& snapshot, std::size_t version, const BisectOptions& options) {
  compare::Side side;
  for (const Record& record : snapshot.records) {
    if (record.version != version || snapshot.cases[record.case_index].id != options.case_id ||
        snapshot.metrics[record.metric].name != options.metric)
      continue;
    for (std::size_t i = 0; i < record.samples.size(); ++i) {
      side.values.push_back(record.samples.value[i]);
      side.blocks.push_back(record.samples.block[i]);
      side.pairs.push_back(record.samples.pair[i]);
    }
  }
  return side;
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
        bisection_(specs.size(), options.confidence) {
    report_.specs = specs;
  }

  BisectReport go(const std::function<void(const BisectStep& step)>& told) {
    for (auto at = bisection_.next(); at && !report_.interrupted; at = bisection_.next()) {
      BisectStep step = measure(*at);
      if (report_.interrupted) break;
      if (!step.failure.empty()) {
        if (*at == 0 || *at + 1 == specs_.size())
          throw Error(fmt::format("an end of the range cannot be measured: {}", step.failure), specs_[*at].text, "choose another one");
        bisection_.rule_out(*at);
        report_.ruled_out.push_back(step.label);
      }
      for (const double effect : step.effects) bisection_.add(*at, effect);
      step.best = bisection_.best();
      told(step);
    }
    report_.answer = bisection_.best();
    report_.ends_differ = bisection_.ends_differ();
    report_.samples = bisection_.samples();
    return std::move(report_);
  }

 private:
  const Provisioned& made(std::size_t place) {
    const auto found = made_.find(place);
    if (found != made_.end()) return found->second;
    return made_[place] = provision({specs_[place]}, host_, sweep_.provision, interrupts_, [](const Provisioned&) {}).front();
  }

  BisectStep measure(std::size_t place) {
    BisectStep step{.label = specs_[place].label};
    Provisioned base = made(0);
    Provisioned head = made(place);
    step.failure = !base.failure.empty() ? base.failure : head.failure;
    if (!step.failure.empty()) return step;
    if (place == 0) head.spec.label += " (again)";
    const std::string path = fmt::format("{}/bisect/step-{}.jsonl", sweep_.folder, ++steps_);
    Slice slice{.options = sweep_.run, .versions = {std::move(base), std::move(head)}, .before = nullptr, .output = {}};
    slice.options.budget.blocks = options_.blocks;
    slice.options.bases.clear();
    slice.options.seed += steps_;
    base::file_system().remove(path);
    slice.output = {.files = &base::file_system(), .path = path, .session = session_};
    SilentObserver observer;
    try {
      const runner::RunReport run = executor_named(sweep_.executor).execute(std::move(slice), interrupts_, observer);
      report_.interrupted = run.interrupted;
      step.failure = !run.stopped.empty() ? run.stopped : observer.failure;
    } catch (const Error& error) {
      step.failure = error.what();
    }
    if (report_.interrupted || !step.failure.empty()) return step;
    const Snapshot snapshot = snapshot::read(path);
    compare::Evidence evidence{.metric = options_.metric, .paired = true};
    compare::add_samples(evidence, side_of(snapshot, 0, options_), side_of(snapshot, 1, options_), stats::Statistic::median);
    if (evidence.effects.empty()) step.failure = fmt::format("{} gave no {}", options_.case_id, options_.metric);
    report_.logarithmic = evidence.logarithmic;
    step.effects = std::move(evidence.effects);
    return step;
  }

  const std::vector<VersionSpec>& specs_;
  const BisectOptions& options_;
  const SweepOptions& sweep_;
  const Host& host_;
  const Session& session_;
  const base::InterruptGuard* interrupts_;
  stats::Bisection bisection_;
  std::map<std::size_t, Provisioned> made_;
  std::size_t steps_ = 0;
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
