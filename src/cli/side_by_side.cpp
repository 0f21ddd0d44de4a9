#include "cli/side_by_side.hpp"

#include <algorithm>
#include <deque>
#include <random>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "cli/header.hpp"
#include "cli/measure_options.hpp"
#include "runner/choice.hpp"
#include "runner/conversation.hpp"
#include "runner/runner.hpp"

namespace benchkit::cli {
namespace {

/// Says nothing while it is measured, and keeps what went wrong first.
class FirstFailure final : public runner::Observer {
 public:
  void progress(const runner::Progress& /*progress*/) override {}
  void case_ended(const std::string& /*case_id*/, const std::string& meter, const Outcome& outcome) override {
    if (outcome.status != Status::ok) keep(fmt::format("{}: {}", meter, outcome.reason));
  }
  void version_left_out(const std::string& /*name*/, const std::string& why) override { keep(why); }
  [[nodiscard]] const std::string& what() const noexcept { return what_; }

 private:
  void keep(std::string what) {
    if (what_.empty()) what_ = std::move(what);
  }

  std::string what_;
};

/// Each function but the first is measured beside it, under each meter.
std::int64_t matches_of(const std::vector<std::string>& metrics, std::size_t sides, runner::WorkerFactory& workers) {
  runner::Conversation conversation(workers, {});
  const std::size_t meters = runner::choose_meters(metrics, conversation.hello().meters).size();
  return static_cast<std::int64_t>(std::max<std::size_t>(meters, 1) * std::max<std::size_t>(sides - 1, 1));
}

}  // namespace

void measure_side_by_side(const SideBySideOptions& options, const std::vector<SideHere>& sides, const std::string& called) {
  if (options.metrics.empty()) throw Error("there is no metric to compare by", "metric", "name one, such as time or peak");
  runner::RunOptions run;
  run.meters = options.metrics;
  run.budget.samples = options.samples;
  run.seed = std::random_device{}();

  std::deque<InProcessWorkers> workers;
  std::vector<runner::Target> targets;
  for (const SideHere& side : sides) {
    workers.emplace_back(side.exchange, "a program that measures in its own process", nullptr);
    targets.push_back(
        {.version = [label = side.label] { return Version{.label = label}; }, .workers = &workers.back(), .name = side.label});
  }
  if (!options.budget.empty())
    run.budget.per_job_ns = nanoseconds(options.budget, "budget", 0) / matches_of(options.metrics, sides.size(), workers.front());
  const HostSpec host{.name = called, .worker_argv = {}, .in_process = {}, .in_process_reason = {}, .command_argv = {}};
  FirstFailure failure;
  try {
    (void)runner::run(run, targets, {.files = &base::file_system(), .path = options.path, .session = session_header(host, {called})},
                      failure);
  } catch (const Error&) {
    if (failure.what().empty()) throw;
  }
  if (!failure.what().empty()) throw Error(failure.what());
}

}  // namespace benchkit::cli
