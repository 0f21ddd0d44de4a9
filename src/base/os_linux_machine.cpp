#if defined(__x86_64__)
#include <cpuid.h>
#endif
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "base/machine.hpp"
#include "base/os.hpp"
#include "base/process.hpp"

namespace benchkit::base {
namespace {

/// The first line of a small file of the kernel's, or "".
std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '"')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '"')) text.remove_suffix(1);
  return std::string(text);
}

struct CpuFacts {
  std::string model;
  int cores = 0;
  bool hypervisor = false;
};

CpuFacts read_cpu_facts() {
  CpuFacts facts;
  std::ifstream file("/proc/cpuinfo");
  std::set<std::pair<std::string, std::string>> cores;
  std::string package;
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string key = trimmed(std::string_view(line).substr(0, colon));
    const std::string value = trimmed(std::string_view(line).substr(colon + 1));
    if (key == "model name" && facts.model.empty()) facts.model = value;
    else if (key == "physical id") package = value;
    else if (key == "core id") cores.emplace(package, value);
    else if (key == "flags" && line.find(" hypervisor") != std::string::npos) facts.hypervisor = true;
  }
  facts.cores = static_cast<int>(cores.size());
  return facts;
}

std::string turbo_state() {
  if (const std::string none = first_line("/sys/devices/system/cpu/intel_pstate/no_turbo"); !none.empty())
    return none == "1" ? "off" : "on";
  if (const std::string boost = first_line("/sys/devices/system/cpu/cpufreq/boost"); !boost.empty()) return boost == "1" ? "on" : "off";
  return {};
}

std::string aslr_state() {
  const std::string value = first_line("/proc/sys/kernel/randomize_va_space");
  return value == "2" ? "full" : value == "1" ? "partial" : value == "0" ? "off" : "";
}

/// What the CPU itself says of the hypervisor that it runs under (leaf 0x40000000: twelve letters in three registers).
std::string hypervisor_of_cpu() {
#if defined(__x86_64__)
  std::array<unsigned, 4> registers{};
  __cpuid(0x40000000, registers[0], registers[1], registers[2], registers[3]);
  const std::string letters(reinterpret_cast<const char*>(&registers[1]), 12);
  constexpr std::array<std::array<const char*, 2>, 5> kNames{
      {{"KVMKVMKVM", "kvm"}, {"Microsoft Hv", "hyperv"}, {"VMwareVMware", "vmware"}, {"XenVMMXenVMM", "xen"}, {"TCGTCGTCGTCG", "qemu"}}};
  for (const auto& [sign, name] : kNames) {
    if (letters.starts_with(sign)) return name;
  }
#endif
  return "unknown";
}

std::string hypervisor_name() {
  for (const char* path : {"/sys/class/dmi/id/sys_vendor", "/sys/class/dmi/id/product_name", "/sys/hypervisor/type"}) {
    const std::string name = first_line(path);
    if (name.find("VMware") != std::string::npos) return "vmware";
    if (name.find("Microsoft") != std::string::npos) return "hyper-v";
    if (name.find("QEMU") != std::string::npos || name.find("KVM") != std::string::npos) return "kvm";
    if (name.find("Amazon") != std::string::npos) return "amazon";
    if (name.find("Google") != std::string::npos) return "google";
    if (name.find("VirtualBox") != std::string::npos) return "virtualbox";
    if (name.find("Xen") != std::string::npos || name == "xen") return "xen";
  }
  return hypervisor_of_cpu();
}

std::string container_name() {
  if (access("/.dockerenv", F_OK) == 0) return "docker";
  if (access("/run/.containerenv", F_OK) == 0) return "podman";
  if (const auto name = environment("container")) return *name;
  const std::string cgroup = first_line("/proc/1/cgroup");
  for (const char* word : {"docker", "kubepods", "lxc"}) {
    if (cgroup.find(word) != std::string::npos) return word;
  }
  return {};
}

std::string system_name() {
  std::ifstream file("/etc/os-release");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("PRETTY_NAME=")) return trimmed(std::string_view(line).substr(12));
  }
  return {};
}

}  // namespace

Machine this_machine() {
  Machine machine;
  const CpuFacts cpu = read_cpu_facts();
  machine.cpu = cpu.model;
  machine.cores = cpu.cores;
  machine.cpus = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  machine.usable_cpus = static_cast<int>(usable_cpus().size());
  machine.memory_bytes = static_cast<long long>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  machine.governor = first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  machine.turbo = turbo_state();
  machine.aslr = aslr_state();
  utsname name{};
  if (uname(&name) == 0) {
    machine.architecture = name.machine;
    machine.kernel = std::string(name.sysname) + " " + name.release;
    machine.host_name = name.nodename;
  }
  machine.system = system_name();
  if (cpu.hypervisor) machine.virtualisation = hypervisor_name();
  machine.container = container_name();
  machine.clock_source = first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  return machine;
}

double available_memory_share() {
  std::ifstream file("/proc/meminfo");
  double total = 0;
  double available = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    double kibibytes = 0;
    if (!(words >> name >> kibibytes)) continue;
    if (name == "MemTotal:") total = kibibytes;
    if (name == "MemAvailable:") available = kibibytes;
  }
  double share = total > 0 ? available / total : 0;
  const auto bytes_in = [](const char* path) {
    double bytes = 0;
    std::istringstream(first_line(path)) >> bytes;  // "max", and no file: none
    return bytes;
  };
  const double group_limit = bytes_in("/sys/fs/cgroup/memory.max");
  const double of_group = bytes_in("/sys/fs/cgroup/memory.current");
  if (group_limit > 0) share = std::min(share, (group_limit - of_group) / group_limit);
  return share;
}

double load_average() noexcept {
  double load = -1;
  return getloadavg(&load, 1) == 1 ? load : -1;
}

}  // namespace benchkit::base
