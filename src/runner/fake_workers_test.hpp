// Workers that are a script: they measure nothing, and die when they are told to.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <benchkit/base/error.hpp>

#include "runner/runner.hpp"
#include "runner/worker_link.hpp"

namespace benchkit::runner {

/// What the fake suite holds, and what its workers do. Shared by all of them.
struct FakeSuite {
  std::vector<protocol::CaseDescription> cases;
  /// Answers a `take` of a case with the values of its samples (count as asked for, or `samples_per_block` where a budget says how long).
  std::function<double(const std::string& id, std::uint64_t running)> value = [](const std::string&, std::uint64_t running) {
    return 100.0 + static_cast<double>(running % 7);
  };
  /// How much of a planted slowdown comes through.
  double planting = 1;
  std::uint64_t samples_per_block = 4;
  std::uint64_t iterations = 10;
  /// Cases that take their worker along, with what is then heard.
  std::map<std::string, Outcome> killers;
  /// Cases that fail while the worker lives on.
  std::map<std::string, Outcome> failing;
  /// Called when a worker is asked what there is.
  std::function<void()> when_described = [] {};
  /// Called before each sample is handed over.
  std::function<void()> before_sample = [] {};
  /// After so many samples the person interrupts; 0: never.
  std::uint64_t interrupt_after = 0;

  /// Cases that leave a time bomb: the next case that is sampled in the same worker takes it along.
  std::set<std::string> bombs;
  /// Workers, counted from 1, that cannot be started.
  std::set<std::size_t> stillborn;
  /// A worker, counted from 1, while whose start the person interrupts; 0: none.
  std::size_t interrupt_at_start = 0;
  /// The values of a sample; 0: as many as the meter has metrics.
  std::size_t values = 0;
  /// What each sample reports.
  std::vector<protocol::Report> reports;
  /// Makes the meter "rows" one that attributes: what comes with `done` where it was asked for.
  std::function<std::optional<CallPaths>(const std::string& id)> call_paths;
  /// A sample's start on the worker's clock.
  std::function<std::int64_t()> start_ns = [] { return 0; };
  /// Workers that were told to end before somebody waited for them, and those of them that nobody has waited for yet.
  std::size_t told_to_quit = 0, leaving = 0;
  std::string meter;  ///< of the case that was opened last
  /// How every worker ends.
  std::string end;
  /// The time of a run with these workers, which a start and a sample move on; none: the machine's.
  std::shared_ptr<std::int64_t> clock_ns;
  std::int64_t start_takes_ns = 1'000'000;
  std::int64_t sample_takes_ns = 1'000'000;
  /// What the first call takes of that time.
  std::int64_t first_call_ns = 0;
  /// A worker that says it is done and has taken no sample of these cases.
  std::set<std::string> lazy;
  /// Gives it a meter "counts" with these metrics.
  std::vector<std::string> counts;
  /// Makes the meter "rows" one whose samples are single calls.
  bool single_rows = false;
  /// Whether others disturb the meter "rows".
  bool exclusive_rows = true;
  bool has_room = true;
  bool prepares = false;
  std::int64_t preparing_takes_ns = 1'000'000;

  // What was seen.
  std::size_t workers = 0;
  std::size_t prepared = 0;
  std::size_t paused = 0;
  std::uint64_t samples = 0;
  std::vector<std::vector<std::string>> opened;  ///< by worker, in order
  std::vector<std::size_t> layouts;              ///< in the order in which they were chosen
  std::vector<protocol::Take> takes;
  std::vector<protocol::Calibrate> calibrations;
  std::vector<std::int64_t> timeouts;
  std::string* trace = nullptr;  ///< `o` where a worker is asked to open a case, `h` where one is listened to

  void add(const std::string& id, Dims dims = {}) {
    protocol::CaseDescription description;
    description.info.id = id;
    description.info.dims = std::move(dims);
    cases.push_back(std::move(description));
  }
};

class FakeWorker final : public WorkerLink {
 public:
  explicit FakeWorker(FakeSuite& suite) : suite_(suite) {
    number_ = ++suite_.workers;
    place_ = suite_.opened.size();
    suite_.opened.emplace_back();
    protocol::Hello hello;
    hello.program = "fake";
    hello.language = "none";
    hello.clock = {"fake", 1, 1};
    hello.meters.push_back({.name = "time", .metrics = {{"time", "ns", Better::less}}});
    hello.meters.push_back({.name = "rows",
                            .metrics = {{"rows", "", Better::more}},
                            .batches = !suite_.single_rows,
                            .attributes = static_cast<bool>(suite_.call_paths),
                            .exclusive = suite_.exclusive_rows});
    hello.prepares = suite_.prepares;
    if (!suite_.counts.empty()) hello.meters.push_back({.name = "counts", .metrics = {}});
    for (const std::string& name : suite_.counts) hello.meters.back().metrics.push_back({name, "", Better::less});
    if (suite_.clock_ns) *suite_.clock_ns += suite_.start_takes_ns;
    say(hello);
  }

  void send(const protocol::Message& message) override {
    std::visit([&](const auto& request) { answer(request); }, message);
  }

  Heard receive(std::int64_t timeout_ns) override {
    suite_.timeouts.push_back(timeout_ns);
    if (suite_.trace != nullptr) *suite_.trace += 'h';
    if (number_ == suite_.interrupt_at_start) return {Heard::Kind::interrupted, {}, {}};
    if (suite_.interrupt_after > 0 && suite_.samples >= suite_.interrupt_after && !std::exchange(interrupted_, true)) {
      suite_.interrupt_after = 0;
      return {Heard::Kind::interrupted, {}, {}};
    }
    if (heard_.empty()) return {Heard::Kind::lost, {}, {Status::protocol, "the fake worker has nothing to say", Json::object()}};
    Heard heard = std::move(heard_.front());
    heard_.pop_front();
    if (heard.message && std::holds_alternative<protocol::Sampled>(*heard.message)) {
      suite_.before_sample();
      if (suite_.clock_ns) *suite_.clock_ns += suite_.sample_takes_ns;
      ++suite_.samples;
    }
    return heard;
  }

  void pause() override { ++suite_.paused; }

  void quit() override {
    ++suite_.told_to_quit;
    ++suite_.leaving;
    leaves_ = true;
  }

  std::string stop() override {
    heard_.clear();
    if (std::exchange(leaves_, false)) --suite_.leaving;
    return suite_.end;
  }

 private:
  void say(protocol::Message message) { heard_.push_back({Heard::Kind::message, std::move(message), {}}); }

  void answer(const protocol::Describe&) {
    suite_.when_described();
    say(protocol::Cases{suite_.cases});
  }
  void answer(const protocol::Prepare&) {
    ++suite_.prepared;
    if (suite_.clock_ns) *suite_.clock_ns += suite_.preparing_takes_ns;
    say(protocol::Done{});
  }
  void answer(const protocol::Open& request) {
    id_ = request.case_id;
    suite_.meter = request.meter;
    since_open_ = 0;
    values_ = request.meter == "counts" ? suite_.counts.size() : 1;
    suite_.opened[place_].push_back(id_);
    if (suite_.trace != nullptr) *suite_.trace += 'o';
    say(protocol::Opened{1});
  }
  void answer(const protocol::Calibrate& request) {
    suite_.calibrations.push_back(request);
    if (suite_.clock_ns) *suite_.clock_ns += suite_.first_call_ns;
    protocol::Calibrated calibrated{.iterations = suite_.iterations, .cold_ns = static_cast<double>(suite_.first_call_ns)};
    if (request.budget_ns > 0 && suite_.first_call_ns >= request.budget_ns)
      calibrated.cold = protocol::Sampled{.values = {suite_.value(id_, running_++)}, .circumstances = {.iterations = 1}};
    say(std::move(calibrated));
  }
  void answer(const protocol::Once&) {
    ++suite_.samples;
    if (const auto killer = suite_.killers.find(id_); killer != suite_.killers.end())
      return heard_.push_back({Heard::Kind::lost, {}, killer->second});
    if (const auto failing = suite_.failing.find(id_); failing != suite_.failing.end()) return say(protocol::Failed{failing->second});
    say(protocol::Done{});
  }
  void answer(const protocol::Take& take) {
    suite_.takes.push_back(take);
    const std::uint64_t count = take.budget_ns > 0 ? std::min(take.count, suite_.samples_per_block) : take.count;
    if (suite_.lazy.contains(id_)) return say(protocol::Done{});
    const auto killer = suite_.killers.find(id_);
    const auto failing = suite_.failing.find(id_);
    if (bomb_) return heard_.push_back({Heard::Kind::lost, {}, {Status::signal, "killed by SIGALRM", Json::object()}});
    bomb_ = suite_.bombs.contains(id_);
    for (std::uint64_t i = 0; i < count; ++i, ++since_open_) {
      if (since_open_ == 1 && killer != suite_.killers.end()) return heard_.push_back({Heard::Kind::lost, {}, killer->second});
      if (since_open_ == 1 && failing != suite_.failing.end()) return say(protocol::Failed{failing->second});
      protocol::Sampled sampled;
      sampled.values.assign(suite_.values > 0 ? suite_.values : values_,
                            suite_.value(id_, running_++) * (1 + suite_.planting * take.planted));
      sampled.circumstances.iterations = take.iterations;
      sampled.reports = suite_.reports;
      sampled.circumstances.start_ns = suite_.start_ns();
      say(std::move(sampled));
    }
    say(protocol::Done{take.attribute ? suite_.call_paths(id_) : std::nullopt});
  }
  void answer(const protocol::Close&) { say(protocol::Done{}); }
  template <class Other>
  void answer(const Other&) {}

  FakeSuite& suite_;
  std::size_t number_ = 0;
  std::size_t place_ = 0;  ///< in what is noted of each worker
  std::deque<Heard> heard_;
  std::string id_;
  std::size_t values_ = 1;
  std::uint64_t running_ = 0;
  std::uint64_t since_open_ = 0;
  bool leaves_ = false;
  bool interrupted_ = false;
  bool bomb_ = false;
};

class FakeWorkers final : public WorkerFactory {
 public:
  explicit FakeWorkers(FakeSuite& suite) : suite_(suite) {}
  std::unique_ptr<WorkerLink> start(const protocol::LaunchRecipe& /*recipe*/) override {
    if (suite_.stillborn.contains(suite_.workers + 1)) {
      ++suite_.workers;
      throw Error("no memory to start it");
    }
    return std::make_unique<FakeWorker>(suite_);
  }
  void choose_layout(std::size_t number) override { suite_.layouts.push_back(number); }
  bool has_room() const override { return suite_.has_room; }

  std::int64_t now_ns() const override { return suite_.clock_ns ? *suite_.clock_ns : WorkerFactory::now_ns(); }

 private:
  FakeSuite& suite_;
};

/// A run of one version.
inline std::vector<Target> only(WorkerFactory& workers) {
  return {{.version = [] { return Version{.label = "v"}; }, .workers = &workers}};
}

/// Two versions, which bear these names: the base first.
inline std::vector<Target> targets_of(const std::string& base, WorkerFactory& base_workers, const std::string& head,
                                      WorkerFactory& head_workers) {
  return {{.version = [base] { return Version{.label = base}; }, .workers = &base_workers, .name = base},
          {.version = [head] { return Version{.label = head}; }, .workers = &head_workers, .name = head}};
}

/// Sees nothing, or counts.
class SilentObserver final : public Observer {
 public:
  void progress(const Progress& progress) override { seen.push_back(progress); }
  void case_ended(const std::string& case_id, const std::string& /*meter*/, const Outcome& outcome) override {
    ended[case_id] = outcome.status;
    on_end();
  }
  void case_decided(const std::string& case_id, const std::string& meter) override {
    decided.insert(meter + " " + case_id);
    on_decided();
  }
  std::function<void()> on_end = [] {};
  std::function<void()> on_decided = [] {};
  std::set<std::string> decided;
  std::vector<Progress> seen;
  std::map<std::string, Status> ended;
};

}  // namespace benchkit::runner
