// Sweeps of one and the same code on a machine whose speed drifts, simulated: `bench_sweep_drift [TRIALS]`.
//
// Each trial sweeps eleven versions of ten cases, none of which differs from another. A neighbour comes and goes, some seconds at a time, and makes all slower
// by 8 % while it is there; a process has 0.3 % of its own, a sample 1 %. The versions are measured by the runner itself, with workers that are a script and a
// clock that they move on: once in one interleaved plan, and once a version after the other, each in a run of its own, with as many samples a version. Told
// are the steps from one version to the next, and how many of them are called slower: of the interleaved sweep by its verdicts; of the sequential one by the
// verdicts on files of different runs, and by the rule that most tools have, intervals that do not overlap and more than 1 % between the centres.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <unistd.h>

#include "compare/compare.hpp"
#include "runner/fake_workers_test.hpp"
#include "runner/runner.hpp"
#include "snapshot/read.hpp"

namespace {

using namespace benchkit;

constexpr std::size_t kVersions = 11;
constexpr std::size_t kCases = 10;
constexpr double kSlower = 0.08, kOfProcess = 0.003, kOfSample = 0.01;
constexpr double kThereNs = 2e9, kAwayNs = 4e9;  // on the average
constexpr double kWholeNs = 1000;

/// Comes and goes; asked for times that never go back.
class Neighbour {
 public:
  explicit Neighbour(std::mt19937_64& random) : random_(random) {}
  bool is_there(std::int64_t now_ns) {
    while (static_cast<double>(now_ns) >= until_ns_) {
      there_ = !there_;
      until_ns_ += std::exponential_distribution<double>(1 / (there_ ? kThereNs : kAwayNs))(random_);
    }
    return there_;
  }

 private:
  std::mt19937_64& random_;
  bool there_ = true;
  double until_ns_ = 0;
};

/// One machine, with its time, and the versions on it.
class Machine {
 public:
  explicit Machine(std::uint64_t seed) : random_(seed), neighbour_(random_) {
    for (runner::FakeSuite& suite : suites_) {
      for (std::size_t i = 0; i < kCases; ++i) suite.add("case[" + std::to_string(i) + "]", {});
      suite.clock_ns = clock_ns_;
      suite.start_takes_ns = 20'000'000;
      suite.value = [this, &suite](const std::string& id, std::uint64_t /*running*/) { return value(suite, id); };
      workers_.push_back(std::make_unique<runner::FakeWorkers>(suite));
    }
  }

  runner::Target target(std::size_t version) {
    const std::string name = "v" + std::to_string(version);
    return {.version = [name] { return Version{.label = name}; }, .workers = workers_[version].get(), .name = name};
  }

 private:
  double value(const runner::FakeSuite& suite, const std::string& id) {
    const std::size_t of_process =
        std::hash<std::string>()(id) ^ (suite.workers * 0x9e3779b97f4a7c15U) ^ reinterpret_cast<std::uintptr_t>(&suite);
    std::mt19937_64 own(of_process);
    const double process = std::normal_distribution<double>(0, kOfProcess)(own);
    const double sample = std::normal_distribution<double>(0, kOfSample)(random_);
    return kWholeNs * std::exp(process + sample) * (neighbour_.is_there(*clock_ns_) ? 1 + kSlower : 1);
  }

  std::mt19937_64 random_;
  Neighbour neighbour_;
  std::shared_ptr<std::int64_t> clock_ns_ = std::make_shared<std::int64_t>(0);
  std::array<runner::FakeSuite, kVersions> suites_;
  std::vector<std::unique_ptr<runner::FakeWorkers>> workers_;
};

struct Counts {
  std::size_t steps = 0, slower = 0, apart = 0;
};

/// `apart`: the intervals of the two versions do not overlap, and the later one is more than 1 % slower.
void count(const std::vector<Snapshot>& snapshots, Counts& counts) {
  const auto comparisons = compare::compare(snapshots, {.successive = true});
  for (const compare::Group& group : comparisons.front().groups) {
    for (const compare::Row& row : group.rows) {
      for (std::size_t i = 1; i < row.cells.size(); ++i) {
        const compare::Cell& cell = row.cells[i];
        const compare::Cell& base = row.cells[i - 1];
        ++counts.steps;
        counts.slower += cell.judgement && cell.judgement->verdict == compare::Verdict::regressed ? 1 : 0;
        const bool apart = cell.centre.interval && base.centre.interval && cell.centre.interval->low > base.centre.interval->high;
        counts.apart += apart && cell.centre.value > 1.01 * base.centre.value ? 1 : 0;
      }
    }
  }
}

void measure(Machine& machine, const std::vector<std::size_t>& versions, const std::string& path, std::uint64_t seed) {
  std::filesystem::remove(path);
  runner::RunOptions options;
  options.seed = seed;
  options.budget.blocks = 12;
  // In the middle of a sweep a version is measured twice, beside the one before and beside the one behind.
  options.budget.samples = versions.size() > 1 ? 60 : 120;
  std::vector<runner::Target> targets;
  for (const std::size_t version : versions) {
    options.bases.push_back(targets.empty() ? 0 : targets.size() - 1);
    targets.push_back(machine.target(version));
  }
  runner::SilentObserver observer;
  (void)runner::run(options, targets, {.files = &base::file_system(), .path = path, .session = {}}, observer);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t trials = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 20;
  const std::string path = (std::filesystem::temp_directory_path() / ("benchkit-drift-" + std::to_string(getpid()) + ".jsonl")).string();
  Counts interleaved, sequential;
  for (std::size_t trial = 0; trial < trials; ++trial) {
    std::fprintf(stderr, "drift: trial %zu of %zu\n", trial + 1, trials);
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < kVersions; ++i) all.push_back(i);
    Machine one(2 * trial);
    measure(one, all, path, trial);
    count({snapshot::read(path)}, interleaved);
    Machine other(2 * trial);
    std::vector<Snapshot> files;
    for (const std::size_t version : all) {
      measure(other, {version}, path, trial);
      files.push_back(snapshot::read(path));
    }
    count(files, sequential);
  }
  std::filesystem::remove(path);
  std::printf("{\"steps\": %zu, \"interleaved\": %zu, \"sequential\": %zu, \"sequential_intervals\": %zu}\n", interleaved.steps,
              interleaved.slower, sequential.slower, sequential.apart);
  return 0;
}
