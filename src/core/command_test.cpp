#include "core/command.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "core/batch.hpp"
#include "core/failure.hpp"

namespace benchkit::core {
namespace {

/// Keeps in the same log as the commands when it is open.
class LoggingWindow final : public detail::Window {
 public:
  explicit LoggingWindow(std::filesystem::path log) : log_(std::move(log)) {}
  void begin() override { std::ofstream(log_, std::ios::app) << "("; }
  void end() override { std::ofstream(log_, std::ios::app) << ")"; }

 private:
  std::filesystem::path log_;
};

class Commands : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    log_ = std::filesystem::path(testing::TempDir()) / (std::string("commands-") + test->name());
    std::filesystem::remove(log_);
  }
  void TearDown() override { std::filesystem::remove(log_); }

  /// A command that leaves a word in the log and ends with this code.
  [[nodiscard]] std::vector<std::string> leaves(const std::string& word, int code = 0) const {
    return {"sh", "-c", "printf " + word + " >> '" + log_.string() + "'; exit " + std::to_string(code)};
  }
  [[nodiscard]] std::string log() const {
    std::ifstream file(log_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void run(const CommandSpec& spec, std::uint64_t calls) {
    const Case one{.id = "one", .run = command_run(spec)};
    LiveCase live(one, system_clock());
    LoggingWindow window(log_);
    ProbeLog probe;
    live.run(calls, window, probe);
    live.tear_down();
  }
  static std::string failure_of(const std::function<void()>& work) {
    try {
      work();
    } catch (const CaseFailure& failure) {
      return failure.outcome().reason;
    }
    return "none";
  }

  std::filesystem::path log_;
};

TEST_F(Commands, PrepareRunsBeforeEachCallOutsideTheWindow) {
  run({.argv = leaves("call"), .setup = leaves("setup"), .prepare = leaves("prepare"), .cleanup = leaves("cleanup")}, 2);
  EXPECT_EQ(log(), "setupprepare(call)prepare(call)cleanup");
}

TEST_F(Commands, WithoutPrepareCallsShareAWindow) {
  run({.argv = leaves("call")}, 2);
  EXPECT_EQ(log(), "(callcall)");
}

TEST_F(Commands, CleanupRunsWhereACallHasFailed) {
  const CommandSpec spec{.argv = leaves("call", 3), .cleanup = leaves("cleanup", 4)};
  EXPECT_EQ(failure_of([&] { run(spec, 1); }), "the command ended with exit code 3") << "the first failure is the one that is told";
  EXPECT_EQ(log(), "(callcleanup");
}

TEST_F(Commands, CleanupRunsWhereTheProgramIsMissing) {
  const CommandSpec spec{.argv = {"no-such-program"}, .setup = leaves("setup"), .cleanup = leaves("cleanup")};
  EXPECT_EQ(failure_of([&] { run(spec, 1); }), "there is no program \"no-such-program\" along PATH");
  EXPECT_EQ(log(), "setupcleanup");
}

TEST_F(Commands, AFailureBesideTheCommandIsOneOfTheCase) {
  const CommandSpec setup{.argv = leaves("call"), .ignore_failure = true, .setup = leaves("setup", 5), .cleanup = leaves("cleanup")};
  EXPECT_EQ(failure_of([&] { run(setup, 1); }), "the command of --setup ended with exit code 5");
  EXPECT_EQ(log(), "setup") << "there is nothing to clean up";
  EXPECT_EQ(failure_of([&] { run({.argv = leaves("call"), .prepare = {"no-such-program"}}, 1); }),
            "--prepare: there is no program \"no-such-program\" along PATH");
  EXPECT_EQ(failure_of([&] { run({.argv = leaves("call"), .cleanup = leaves("cleanup", 6)}, 1); }),
            "the command of --cleanup ended with exit code 6");
}

}  // namespace
}  // namespace benchkit::core
