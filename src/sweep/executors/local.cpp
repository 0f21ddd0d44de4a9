// local: on this machine, in this process.
#include <memory>
#include <utility>

#include "sweep/executor.hpp"

namespace benchkit::sweep {
namespace {

Version version_of(const Provisioned& one) {
  Version version{.label = one.spec.label, .details = one.environment.details};
  version.details["spec"] = one.spec.text;
  if (!one.spec.install.empty()) version.details["install"] = one.spec.install;
  version.details["provisioner"] = one.provisioner;
  return version;
}

runner::RunReport execute(Slice slice, const base::InterruptGuard* interrupts, runner::Observer& observer) {
  std::vector<std::unique_ptr<runner::WorkerFactory>> workers;
  std::vector<runner::Target> targets;
  for (const Provisioned& one : slice.versions) {
    workers.push_back(workers_in(one.environment, slice.options.memory_limit_bytes, interrupts));
    targets.push_back(
        {.version = [&one] { return version_of(one); }, .workers = workers.back().get(), .name = one.spec.label, .left_out = one.failure});
  }
  if (slice.extends) return runner::extend(slice.options, targets, std::move(slice.output), *slice.before, observer);
  if (slice.before != nullptr) return runner::resume(slice.options, targets, std::move(slice.output), *slice.before, observer);
  return runner::run(slice.options, targets, std::move(slice.output), observer);
}

}  // namespace

Executor local_executor() { return {"local", "on this machine", &execute}; }

}  // namespace benchkit::sweep
