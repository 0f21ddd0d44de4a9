#include "cli/side_by_side.hpp"

#include <deque>
#include <random>

#include "cli/header.hpp"
#include "cli/measure_options.hpp"
#include "runner/runner.hpp"

namespace benchkit::cli {
namespace {

class Silent final : public runner::Observer {
 public:
  void progress(const runner::Progress& /*progress*/) override {}
  void case_ended(const std::string& /*case_id*/, const std::string& /*meter*/, const Outcome& /*outcome*/) override {}
};

}  // namespace

void measure_side_by_side(const SideBySideOptions& options, const std::vector<SideHere>& sides, const std::string& called) {
  runner::RunOptions run;
  run.meters = options.metrics;
  run.budget.per_job_ns = nanoseconds(options.budget, "budget", run.budget.per_job_ns);
  run.budget.samples = options.samples;
  run.seed = std::random_device{}();

  std::deque<InProcessWorkers> workers;
  std::vector<runner::Target> targets;
  for (const SideHere& side : sides) {
    workers.emplace_back(side.exchange, "a program that measures in its own process", nullptr);
    targets.push_back(
        {.version = [label = side.label] { return Version{.label = label}; }, .workers = &workers.back(), .name = side.label});
  }
  const HostSpec host{.name = called, .worker_argv = {}, .in_process = {}, .in_process_reason = {}, .command_argv = {}};
  Silent observer;
  (void)runner::run(run, targets, {.files = &base::file_system(), .path = options.path, .session = session_header(host, {called})},
                    observer);
}

}  // namespace benchkit::cli
