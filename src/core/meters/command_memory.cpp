// memory and rss of commands: the programs carry the hooks, preloaded, and write what they hold into memory that is shared with them, children
// included. The peak is that of the sum over all processes that lived at once. Nothing is repeated to find a warm call: every life of a program is a
// first one.
#include "core/meters/command_memory.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "base/os.hpp"
#include "base/shared_memory.hpp"
#include "base/units.hpp"
#include "core/command.hpp"
#include "core/failure.hpp"
#include "core/memory_hooks.hpp"

namespace benchkit::core {
namespace {

class CommandMemoryMeter final : public Meter {
 public:
  [[nodiscard]] protocol::MeterInfo info() const override {
    return {.name = "memory",
            .help = "heap of the program and its children: peak of the sum, all that was allocated, how often, the largest request",
            .metrics = {{"peak", "B", Better::less},
                        {"allocated", "B", Better::less},
                        {"allocations", "", Better::less},
                        {"largest", "B", Better::less}},
            .batches = false,
            .launch = {},
            .unavailable = memory_hooks_file().empty() ? "memory of commands cannot be counted: libbenchkit-memhook.so is not found" : ""};
  }
  [[nodiscard]] bool batches() const noexcept override { return false; }
  [[nodiscard]] bool settled(const std::vector<double>& peaks) const override { return peaks.size() >= kRuns; }
  void reset() override { memory_.emplace(sizeof(benchkit_memhook_tree)); }
  void begin() override {
    std::string preload = memory_hooks_file();
    if (const auto others = base::environment("LD_PRELOAD"); others && !others->empty()) preload += ":" + *others;
    command_watch().environment = {{"LD_PRELOAD", preload}, {BENCHKIT_MEMHOOK_TREE, memory_->path()}};
  }
  void end() override { command_watch().environment.clear(); }
  std::vector<double> read(std::uint64_t /*iterations*/, const ProbeLog& /*log*/) override {
    const benchkit_memhook_tree& tree = this->tree();
    if (tree.processes == 0) {
      const std::string refused = tree.refused;
      throw CaseFailure({Status::error,
                         "the program's memory cannot be seen: " +
                             (refused.empty() ? "the hooks are not loaded into programs that are statically linked or setuid" : refused),
                         Json::object()});
    }
    double allocated = 0;
    double allocations = 0;
    double largest = 0;
    for (const benchkit_memhook_process& process : processes()) {
      allocated += static_cast<double>(process.allocated_bytes);
      allocations += static_cast<double>(process.allocations);
      largest = std::max(largest, static_cast<double>(process.largest_bytes));
    }
    return {static_cast<double>(tree.peak_bytes), allocated, allocations, largest};
  }
  [[nodiscard]] std::vector<protocol::Report> reports() const override {
    if (tree().processes < 2) return {};
    // Several of one name: the largest of them.
    std::map<std::string, std::int64_t> peaks;
    for (const benchkit_memhook_process& process : processes()) {
      std::int64_t& peak = peaks[process.name];
      peak = std::max(peak, process.peak_bytes);
    }
    std::vector<protocol::Report> result{{{"processes", "", Better::unknown}, static_cast<double>(tree().processes)}};
    for (const auto& [name, peak] : peaks) result.push_back({{"peak of " + name, "B", Better::less}, static_cast<double>(peak)});
    return result;
  }
  [[nodiscard]] std::vector<std::string> warnings() const override {
    std::vector<std::string> result;
    const benchkit_memhook_tree& tree = this->tree();
    if (tree.processes > BENCHKIT_MEMHOOK_MOST_PROCESSES)
      result.emplace_back("more processes than can be counted (1,024): those beyond are not in the numbers");
    if (tree.unseen > 0) {
      result.push_back(
          fmt::format("{}{} ran without the hooks ({}): what they held is not in the numbers", tree.unseen_name,
                      tree.unseen > 1 ? fmt::format(" and {} more", tree.unseen - 1) : "",
                      tree.refused[0] == '\0' ? "statically linked, setuid, or without the environment that loads them" : tree.refused));
    }
    std::uint64_t missed = 0;
    for (const benchkit_memhook_process& process : processes()) missed += process.missed_events;
    if (missed > 0) result.push_back(fmt::format("{} calls could not be counted", missed));
    if (tree.peak_error_bytes > 0) {
      result.push_back(several_bound("several processes allocate", tree.peak_error_bytes));
    }
    return result;
  }

 private:
  static constexpr std::size_t kRuns = 3;

  [[nodiscard]] const benchkit_memhook_tree& tree() const { return *static_cast<const benchkit_memhook_tree*>(memory_->data()); }
  [[nodiscard]] std::span<const benchkit_memhook_process> processes() const {
    return {tree().process, std::min<std::size_t>(tree().processes, BENCHKIT_MEMHOOK_MOST_PROCESSES)};
  }

  std::optional<base::SharedMemory> memory_;
};

class CommandRssMeter final : public Meter {
 public:
  [[nodiscard]] protocol::MeterInfo info() const override {
    return {.name = "rss",
            .help = "resident set at its highest, of the program or of a child that it waited for, whichever is larger",
            .metrics = {{"rss", "B", Better::less}},
            .batches = false,
            .launch = {},
            .unavailable = {}};
  }
  [[nodiscard]] bool batches() const noexcept override { return false; }
  [[nodiscard]] bool settled(const std::vector<double>& peaks) const override { return peaks.size() >= kRuns; }
  void reset() override { command_watch().peak_resident_bytes = 0; }
  void begin() override { (void)base::reset_peak_resident(); }
  void end() override { own_bytes_ = std::max(own_bytes_, base::peak_resident_bytes()); }
  std::vector<double> read(std::uint64_t /*iterations*/, const ProbeLog& /*log*/) override {
    const std::int64_t peak = command_watch().peak_resident_bytes;
    at_floor_ = at_floor_ || peak <= own_bytes_ + kUncertain;
    return {static_cast<double>(peak)};
  }
  /// Until it becomes another program a child has the pages of the process that starts it, and the kernel keeps the highest of both.
  [[nodiscard]] std::vector<std::string> warnings() const override {
    if (!at_floor_) return {};
    return {
        "the program needed no more than this: it is what benchkit itself has resident when it starts a program, and less cannot be told"};
  }

 private:
  static constexpr std::size_t kRuns = 5;
  static constexpr std::int64_t kUncertain = std::int64_t{512} * 1024;  ///< the kernel counts pages in portions for each CPU

  std::int64_t own_bytes_ = -1;
  bool at_floor_ = false;
};

std::unique_ptr<Meter> make_command_memory_meter(Clock& /*clock*/) { return std::make_unique<CommandMemoryMeter>(); }
std::unique_ptr<Meter> make_command_rss_meter(Clock& /*clock*/) { return std::make_unique<CommandRssMeter>(); }

}  // namespace

std::vector<MeterEntry> command_meters() {
  std::vector<MeterEntry> meters;
  for (const MeterEntry& entry : built_in_meters()) {
    if (!entry.of_this_process) meters.push_back(entry);
  }
  meters.push_back({"memory", &make_command_memory_meter});
  meters.push_back({"rss", &make_command_rss_meter});
  return meters;
}

}  // namespace benchkit::core
