// Workers that are processes, here of a shell: what is heard of them, how they end, what they are held to.
#include "runner/worker_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include <unistd.h>

#include "base/os.hpp"

namespace benchkit::runner {
namespace {

using testing::HasSubstr;

/// A worker that does what the script says; `say` there hands a line to the runner, `hear` waits for one.
std::unique_ptr<WorkerLink> worker_of(const std::string& script, ProcessLimits limits = {}, const ProcessPlace& place = {}) {
  const std::string helpers = "say() { printf '%s\\n' \"$1\" >&$BENCHKIT_WORKER; }; hear() { read -r line <&$BENCHKIT_WORKER; }; ";
  ProcessWorkers workers({"/bin/bash", "-c", helpers + script, "worker", protocol::to_line(protocol::Done{})}, {}, limits, nullptr, place);
  return workers.start({});
}

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr const char* kReady = "say \"${1%$'\\n'}\"; ";

Outcome outcome_of(const std::string& script, ProcessLimits limits = {}, std::int64_t timeout_ns = 60 * kSecond) {
  const auto worker = worker_of(script, limits);
  const Heard heard = worker->receive(timeout_ns);
  EXPECT_EQ(heard.kind, Heard::Kind::lost);
  return heard.outcome;
}

TEST(WorkerProcess, IsHeardAndWhatItPrintsIsKept) {
  const auto worker = worker_of(std::string("echo out; echo err >&2; ") + kReady + "hear; echo \"$line\"");
  const Heard heard = worker->receive(60 * kSecond);
  ASSERT_EQ(heard.kind, Heard::Kind::message);
  EXPECT_TRUE(std::holds_alternative<protocol::Done>(*heard.message));
  EXPECT_EQ(worker->take_output(), (Json{{"stdout", "out\n"}, {"stderr", "err\n"}}));
  EXPECT_EQ(worker->take_output(), Json::object()) << "once";
  EXPECT_EQ(worker->stop(), "") << "it did as it was told";
}

TEST(WorkerProcess, OfAFloodTheEndIsKept) {
  const auto worker = worker_of("head -c 100000 /dev/zero | tr '\\0' o; echo the end; " + std::string(kReady) + "hear");
  (void)worker->receive(60 * kSecond);
  const std::string kept = worker->take_output().at("stdout");
  EXPECT_THAT(kept, testing::EndsWith("oothe end\n"));
  const std::size_t tail = kept.size() - kept.find("ooo");
  EXPECT_THAT(kept, HasSubstr(std::to_string(100'008 - tail) + " bytes before this"));
}

TEST(WorkerProcess, HowItEndedIsTold) {
  const Outcome by_itself = outcome_of("echo the last words >&2; exit 3");
  EXPECT_THAT(by_itself.reason, HasSubstr("exit code 3"));
  EXPECT_EQ(by_itself.details.value("stderr", ""), "the last words\n");
  EXPECT_THAT(outcome_of("kill -SEGV $$").reason, HasSubstr("killed by SIGSEGV"));
}

TEST(WorkerProcess, IsHeldToTimeAndMemory) {
  const Outcome late = outcome_of("sleep 60", {}, kSecond / 10);
  EXPECT_EQ(late.status, Status::timeout);
  EXPECT_EQ(late.details.at("limit_ns"), kSecond / 10);
  const Outcome large = outcome_of("x=$(head -c 80000000 /dev/zero | tr '\\0' a); sleep 60", {.memory_bytes = 40'000'000});
  EXPECT_EQ(large.status, Status::memory);
  EXPECT_GT(large.details.at("resident_bytes"), 40'000'000);
}

class PlacedWorker : public testing::Test {
 protected:
  PlacedWorker() {
    std::string name = (std::filesystem::temp_directory_path() / "benchkit-XXXXXX").string();
    place_ = {.working_directory = mkdtemp(name.data()), .environment = {{"PLACED", "there"}}};
    start(0);
  }
  void start(int exit_code) {
    worker_ =
        worker_of("echo $$ > pid; echo \"$PLACED\" > said; " + std::string(kReady) + "hear; exit " + std::to_string(exit_code), {}, place_);
    (void)worker_->receive(60 * kSecond);
  }
  ~PlacedWorker() override { std::filesystem::remove_all(place_.working_directory); }

  [[nodiscard]] std::string word_in(const std::string& name) const {
    std::string word;
    std::ifstream(std::filesystem::path(place_.working_directory) / name) >> word;
    return word;
  }
  /// A field of /proc/PID/status.
  [[nodiscard]] std::string status(const std::string& field) const {
    std::ifstream file("/proc/" + word_in("pid") + "/status");
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with(field + ":")) return line.substr(line.find_first_not_of(" \t", field.size() + 1));
    }
    return {};
  }
  /// Signals take their time.
  [[nodiscard]] bool becomes(char state) const {
    for (int tries = 0; tries < 2000 && !status("State").starts_with(state); ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return status("State").starts_with(state);
  }

  ProcessPlace place_;
  std::unique_ptr<WorkerLink> worker_;
};

TEST_F(PlacedWorker, LivesWhereItWasPut) {
  EXPECT_EQ(word_in("said"), "there");
  EXPECT_EQ(worker_->threads(), 1);
  const int cpu = base::usable_cpus().back();
  worker_->pin(cpu);
  EXPECT_EQ(status("Cpus_allowed_list"), std::to_string(cpu));
}

TEST_F(PlacedWorker, IsHaltedUntilItIsSpokenTo) {
  EXPECT_TRUE(becomes('S'));
  worker_->pause();
  EXPECT_TRUE(becomes('T'));
  worker_->send(protocol::Quit{});
  EXPECT_TRUE(becomes('Z')) << "it went on, and ended";
  EXPECT_EQ(worker_->stop(), "");
}

TEST_F(PlacedWorker, ThatEndsBadlyIsTold) {
  (void)worker_->stop();
  start(5);
  worker_->quit();
  EXPECT_TRUE(becomes('Z'));
  EXPECT_EQ(worker_->stop(), "exit code 5");
  EXPECT_EQ(worker_->receive(60 * kSecond).kind, Heard::Kind::lost);
}

TEST_F(PlacedWorker, ThatHasDiedIsNeitherHaltedNorBound) {
  worker_->send(protocol::Quit{});
  EXPECT_EQ(worker_->receive(60 * kSecond).kind, Heard::Kind::lost);
  worker_->pause();
  worker_->pin(0);
  EXPECT_EQ(worker_->threads(), 0);
  EXPECT_EQ(worker_->stop(), "");
}

}  // namespace
}  // namespace benchkit::runner
