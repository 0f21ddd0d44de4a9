// Workers that are a script: they measure nothing, and die when they are told to.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

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
  std::uint64_t samples_per_block = 4;
  /// Cases that take their worker along, with what is then heard.
  std::map<std::string, Outcome> killers;
  /// Cases that fail while the worker lives on.
  std::map<std::string, Outcome> failing;
  /// Called before each sample is handed over.
  std::function<void()> before_sample = [] {};
  /// After so many samples the person interrupts; 0: never.
  std::uint64_t interrupt_after = 0;

  // What was seen.
  std::size_t workers = 0;
  std::uint64_t samples = 0;
  std::vector<std::vector<std::string>> opened;  ///< by worker, in order
  std::vector<protocol::Take> takes;

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
    ++suite_.workers;
    suite_.opened.emplace_back();
    protocol::Hello hello;
    hello.program = "fake";
    hello.language = "none";
    hello.clock = {"fake", 1, 1};
    hello.meters.push_back({.name = "time", .metrics = {{"time", "ns", Better::less}}});
    hello.meters.push_back({.name = "rows", .metrics = {{"rows", "", Better::more}}});
    say(hello);
  }

  void send(const protocol::Message& message) override {
    std::visit([&](const auto& request) { answer(request); }, message);
  }

  Heard receive(std::int64_t /*timeout_ns*/) override {
    if (suite_.interrupt_after > 0 && suite_.samples >= suite_.interrupt_after && !std::exchange(interrupted_, true)) {
      suite_.interrupt_after = 0;
      return {Heard::Kind::interrupted, {}, {}};
    }
    if (heard_.empty()) return {Heard::Kind::lost, {}, {Status::protocol, "the fake worker has nothing to say", Json::object()}};
    Heard heard = std::move(heard_.front());
    heard_.pop_front();
    if (heard.message && std::holds_alternative<protocol::Sampled>(*heard.message)) {
      suite_.before_sample();
      ++suite_.samples;
    }
    return heard;
  }

  void stop() override { heard_.clear(); }

 private:
  void say(protocol::Message message) { heard_.push_back({Heard::Kind::message, std::move(message), {}}); }

  void answer(const protocol::Describe&) { say(protocol::Cases{suite_.cases}); }
  void answer(const protocol::Open& request) {
    id_ = request.case_id;
    suite_.opened.back().push_back(id_);
    say(protocol::Opened{1});
  }
  void answer(const protocol::Calibrate&) { say(protocol::Calibrated{.iterations = 10}); }
  void answer(const protocol::Take& take) {
    suite_.takes.push_back(take);
    const std::uint64_t count = take.budget_ns > 0 ? std::min(take.count, suite_.samples_per_block) : take.count;
    const auto killer = suite_.killers.find(id_);
    const auto failing = suite_.failing.find(id_);
    for (std::uint64_t i = 0; i < count; ++i) {
      if (i == 1 && killer != suite_.killers.end()) return heard_.push_back({Heard::Kind::lost, {}, killer->second});
      if (i == 1 && failing != suite_.failing.end()) return say(protocol::Failed{failing->second});
      protocol::Sampled sampled;
      sampled.values = {suite_.value(id_, running_++)};
      sampled.circumstances.iterations = take.iterations;
      say(std::move(sampled));
    }
    say(protocol::Done{});
  }
  void answer(const protocol::Close&) { say(protocol::Done{}); }
  template <class Other>
  void answer(const Other&) {}

  FakeSuite& suite_;
  std::deque<Heard> heard_;
  std::string id_;
  std::uint64_t running_ = 0;
  bool interrupted_ = false;
};

class FakeWorkers final : public WorkerFactory {
 public:
  explicit FakeWorkers(FakeSuite& suite) : suite_(suite) {}
  std::unique_ptr<WorkerLink> start(const protocol::LaunchRecipe& /*recipe*/) override { return std::make_unique<FakeWorker>(suite_); }

 private:
  FakeSuite& suite_;
};

/// Sees nothing, or counts.
class SilentObserver final : public Observer {
 public:
  void progress(const std::string& /*case_id*/, std::size_t /*jobs_done*/, std::size_t /*jobs*/, std::uint64_t /*block*/,
                std::int64_t eta_ns) override {
    etas.push_back(eta_ns);
  }
  void case_ended(const std::string& case_id, const std::string& /*meter*/, const Outcome& outcome) override {
    ended[case_id] = outcome.status;
  }
  std::vector<std::int64_t> etas;
  std::map<std::string, Status> ended;
};

}  // namespace benchkit::runner
