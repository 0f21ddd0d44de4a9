#include "sweep/provision.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "runner/conversation.hpp"
#include "runner/worker_process.hpp"

namespace benchkit::sweep {
namespace {

Provisioned provision_one(const VersionSpec& spec, const Host& host, const ProvisionOptions& options,
                          const base::InterruptGuard* interrupts) {
  const std::int64_t began_ns = base::monotonic_ns();
  const Provisioner& provisioner = provisioner_for(spec, host);
  Provisioned one{.spec = spec, .provisioner = provisioner.name};
  const std::string log = options.folder.empty() ? "" : fmt::format("{}/logs/{}.log", options.folder, file_name_of(spec.label));
  try {
    Tool tool(log, options.timeout_ns, interrupts);
    one.environment = provisioner.provision({spec, host, options, tool});
  } catch (const Error& error) {
    one.failure = error.what();
    one.hint = error.hint();
  } catch (const std::filesystem::filesystem_error& error) {
    one.failure = error.what();
  }
  one.took_ns = base::monotonic_ns() - began_ns;
  return one;
}

}  // namespace

std::vector<Provisioned> provision(const std::vector<VersionSpec>& specs, const Host& host, const ProvisionOptions& options,
                                   const base::InterruptGuard* interrupts, const ProvisionListener& listener) {
  for (const VersionSpec& spec : specs) (void)provisioner_for(spec, host);
  std::vector<Provisioned> all(specs.size());
  std::atomic<std::size_t> next{0};
  std::atomic<bool> interrupted{false};
  std::mutex telling;
  std::exception_ptr failure;
  const auto work = [&] {
    for (std::size_t i = 0; !interrupted && (i = next++) < specs.size();) {
      try {
        all[i] = provision_one(specs[i], host, options, interrupts);
      } catch (const runner::Interrupted&) {
        interrupted = true;
        return;
      } catch (...) {  // a mistake of the suite's (its install_spec raises), not the fate of one version
        const std::lock_guard<std::mutex> lock(telling);
        if (!failure) failure = std::current_exception();
        next = specs.size();
        return;
      }
      const std::lock_guard<std::mutex> lock(telling);
      listener(all[i]);
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < std::clamp<std::size_t>(specs.size(), 1, std::max<std::size_t>(options.jobs, 1)); ++i)
    threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  if (interrupted) throw runner::Interrupted();
  if (failure) std::rethrow_exception(failure);
  return all;
}

std::unique_ptr<runner::WorkerFactory> workers_in(const Environment& environment, std::int64_t memory_limit_bytes,
                                                  const base::InterruptGuard* interrupts) {
  return std::make_unique<runner::ProcessWorkers>(environment.argv, std::vector<std::string>(),
                                                  runner::ProcessLimits{.memory_bytes = memory_limit_bytes}, interrupts,
                                                  runner::ProcessPlace{environment.working_directory, environment.variables});
}

}  // namespace benchkit::sweep
