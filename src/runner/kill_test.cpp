// The runner is killed at every point where it writes, syncs or renames; each time the file reads, at most the sample being
// written is lost, and --resume completes it without measuring a finished block again.
//
// The child process runs the driver on fake workers with a file system that ends the process at the chosen step; it tells its parent through a
// pipe how many samples it was handed and which blocks it finished. The points are enumerated by going on until a child survives.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include <sys/wait.h>
#include <unistd.h>

#include "base/files.hpp"
#include "runner/fake_workers_test.hpp"
#include "runner/runner.hpp"
#include "snapshot/read.hpp"

namespace benchkit::runner {
namespace {

namespace fs = std::filesystem;

constexpr int kKilled = 77;
constexpr std::uint64_t kSamples = 4;
constexpr std::uint64_t kBlocks = 2;
const std::vector<std::string> kCases{"a", "b"};

RunOptions options() {
  RunOptions options;
  options.seed = 3;
  options.budget.samples = kSamples;
  options.budget.blocks = kBlocks;
  return options;
}

FakeSuite suite() {
  FakeSuite suite;
  for (const std::string& id : kCases) suite.add(id);
  return suite;
}

/// The child: never returns. `point`: which step ends it.
[[noreturn]] void run_and_die(const std::string& path, int point, int report) {
  int step = 0;
  const auto files = base::hooked_file_system([&](const char*, const std::string&) {
    if (step++ == point) _exit(kKilled);
  });
  FakeSuite fake = suite();
  fake.before_sample = [&] { (void)!write(report, "s", 1); };
  FakeWorkers workers(fake);
  SilentObserver observer;
  const RunReport done = run(options(), only(workers), {.files = files.get(), .path = path, .session = {}}, observer);
  _exit(done.measured == kCases.size() ? 0 : 1);
}

struct Killed {
  bool survived = false;
  std::size_t samples_handed = 0;
};

Killed kill_at(const std::string& path, int point) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    run_and_die(path, point, ends[1]);
  }
  close(ends[1]);
  Killed killed;
  char buffer[256];
  for (ssize_t size = 0; (size = read(ends[0], buffer, sizeof buffer)) > 0;) killed.samples_handed += static_cast<std::size_t>(size);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_TRUE(WEXITSTATUS(status) == kKilled || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
  killed.survived = WEXITSTATUS(status) == 0;
  return killed;
}

std::size_t samples_in(const Snapshot& snapshot) {
  std::size_t count = 0;
  for (const Record& record : snapshot.records) count += record.samples.size() + record.partial->size();
  return count;
}

std::set<std::int64_t> finished_blocks(const Snapshot& snapshot) {
  std::set<std::int64_t> blocks;
  for (const Block& block : snapshot.blocks) {
    if (block.complete) blocks.insert(block.block);
  }
  return blocks;
}

void check_resume(const std::string& path, const Snapshot& before, int point) {
  FakeSuite fake = suite();
  FakeWorkers workers(fake);
  SilentObserver observer;
  const RunReport report = resume(options(), only(workers), {.files = &base::file_system(), .path = path, .session = {}}, before, observer);
  EXPECT_EQ(report.measured, kCases.size()) << point;
  const std::size_t finished = finished_blocks(before).size();
  EXPECT_EQ(fake.samples, (kBlocks - finished) * kCases.size() * kSamples / kBlocks)
      << "a finished block was measured again, or an open one was not: point " << point;
  const Snapshot after = snapshot::read(path);
  EXPECT_TRUE(after.sealed) << point;
  EXPECT_TRUE(after.diagnostics.empty()) << point;
  for (const Record& record : after.records) EXPECT_EQ(record.samples.size(), kSamples) << point;
}

TEST(Kill, AtEveryPointWhereItWrites) {
  std::string name = (fs::temp_directory_path() / "benchkit-XXXXXX").string();
  const fs::path folder = mkdtemp(name.data());
  int point = 0;
  for (bool survived = false; !survived; ++point) {
    ASSERT_LT(point, 500);
    const std::string path = folder / ("run-" + std::to_string(point) + ".jsonl");
    const Killed killed = kill_at(path, point);
    survived = killed.survived;
    if (!fs::exists(path)) {
      EXPECT_EQ(killed.samples_handed, 0u) << "samples without a file: point " << point;
      continue;
    }
    const Snapshot snapshot = snapshot::read(path);
    EXPECT_TRUE(snapshot.diagnostics.empty()) << point;
    EXPECT_GE(samples_in(snapshot) + 1, killed.samples_handed) << "more than one sample is lost: point " << point;
    if (snapshot.sealed) continue;
    check_resume(path, snapshot, point);
  }
  // create + its write, sync, rename; version, metric, cases; samples; blocks; the seal's write, sync, rename.
  EXPECT_GT(point, 20);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace benchkit::runner
