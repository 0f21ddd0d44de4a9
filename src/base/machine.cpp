#include "base/machine.hpp"

#include <fmt/format.h>

#include "base/os.hpp"

namespace benchkit::base {

std::vector<Disturbance> disturbances(const Machine& machine) {
  std::vector<Disturbance> found;
  if (!machine.governor.empty() && machine.governor != "performance") {
    found.push_back({"CPU governor: " + machine.governor, "the clock rate changes while a case is measured",
                     "sudo cpupower frequency-set -g performance"});
  }
  if (machine.turbo == "on") {
    found.push_back(
        {"turbo boost: on", "the clock rate depends on temperature and on what other cores do",
         "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo (AMD: echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost)"});
  }
  if (!machine.virtualisation.empty()) {
    found.push_back({"virtual machine: " + machine.virtualisation,
                     "neighbours take CPU time and cache; stolen time is recorded with each sample",
                     "compare only what was measured in one run, interleaved; measure on bare metal where it matters"});
  }
  if (!machine.clock_source.empty() && machine.clock_source != "tsc" && machine.architecture == "x86_64") {
    found.push_back({"clock source: " + machine.clock_source, "reading the clock may be a system call",
                     "boot with clocksource=tsc if the CPU's time stamp counter is stable"});
  }
  if (machine.usable_cpus == 1) {
    found.push_back(
        {"one usable CPU", "the runner shares it with the case that is measured", "give the container or the task set a second CPU"});
  }
  const double load = load_average();
  if (machine.usable_cpus > 0 && load > 0.5 * machine.usable_cpus) {
    found.push_back({fmt::format("load: {:.2f} on {} CPUs", load, machine.usable_cpus), "other programs compete for CPU and caches",
                     "stop them, or measure later"});
  }
  return found;
}

}  // namespace benchkit::base
