// The machine as far as it shapes a measurement, and what about it would disturb one.
#pragma once

#include <string>
#include <vector>

namespace benchkit::base {

/// Facts about this machine. Texts are empty and counts 0 where the system does not say.
struct Machine {
  std::string cpu;           ///< the model's name
  std::string architecture;  ///< "x86_64"
  int cpus = 0;              ///< logical CPUs that are online
  int usable_cpus = 0;       ///< those that this process may use
  int cores = 0;             ///< physical ones
  long long memory_bytes = 0;
  std::string governor;        ///< of CPU 0: "performance", "powersave", ...
  std::string turbo;           ///< "on", "off" or ""
  std::string aslr;            ///< "full", "partial", "off" or ""
  std::string kernel;          ///< "Linux 6.1.0-18-amd64"
  std::string system;          ///< "Debian GNU/Linux 12 (bookworm)"
  std::string virtualisation;  ///< "kvm", "vmware", ...; "" on bare metal
  std::string container;       ///< "docker", "podman", ...; "" outside
  std::string clock_source;    ///< "tsc", "kvm-clock", ...
  std::string host_name;
};

[[nodiscard]] Machine this_machine();

/// Something that makes measurements on this machine noisier than they need be, and what to do about it.
struct Disturbance {
  std::string what;
  std::string why;
  std::string mend;
};
[[nodiscard]] std::vector<Disturbance> disturbances(const Machine& machine);

/// The part of the memory that programs can still have, this process' control group considered (version 2); 0 where it is not known.
[[nodiscard]] double available_memory_share();

/// What is running besides us: the load average of the last minute; negative if unknown.
[[nodiscard]] double load_average() noexcept;

}  // namespace benchkit::base
