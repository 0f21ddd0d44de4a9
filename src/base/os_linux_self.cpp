#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"

namespace benchkit::base {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

std::int64_t read_clock(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::int64_t>(now.tv_sec) * kSecond + now.tv_nsec;
}

std::int64_t to_ns(const timeval& time) noexcept {
  return static_cast<std::int64_t>(time.tv_sec) * kSecond + static_cast<std::int64_t>(time.tv_usec) * 1000;
}

}  // namespace

std::int64_t monotonic_ns() noexcept { return read_clock(CLOCK_MONOTONIC); }

std::int64_t process_cpu_ns() noexcept {
  rusage children{};
  getrusage(RUSAGE_CHILDREN, &children);
  return read_clock(CLOCK_PROCESS_CPUTIME_ID) + to_ns(children.ru_utime) + to_ns(children.ru_stime);
}

std::string utc_now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(now.tv_sec), now.tv_nsec / 1'000'000);
}

ThreadUsage thread_usage() noexcept {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return {read_clock(CLOCK_THREAD_CPUTIME_ID), usage.ru_nivcsw, usage.ru_minflt};
}

std::int64_t steal_ns() noexcept {
  // One descriptor for the life of the process; a case that closes every descriptor it finds only loses this figure.
  static const int file = open("/proc/stat", O_RDONLY | O_CLOEXEC);
  std::array<char, 256> buffer{};
  const ssize_t size = pread(file, buffer.data(), buffer.size(), 0);
  if (size <= 0) return 0;
  // "cpu  user nice system idle iowait irq softirq steal ...", in clock ticks
  const std::string_view text(buffer.data(), static_cast<std::size_t>(size));
  if (!text.starts_with("cpu ")) return 0;
  std::size_t at = 4;
  std::int64_t ticks = 0;
  for (int field = 0; field < 8; ++field) {
    while (at < text.size() && text[at] == ' ') ++at;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), ticks);
    if (error != std::errc{}) return 0;
    at = static_cast<std::size_t>(end - text.data());
  }
  static const std::int64_t ticks_per_second = sysconf(_SC_CLK_TCK);
  return ticks * (kSecond / ticks_per_second);
}

int current_cpu() noexcept { return sched_getcpu(); }

std::int64_t peak_resident_bytes() noexcept {
  // Read whole each time: opened once, the file would stay that of the process that opened it, across a fork.
  const int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  std::array<char, 4096> buffer{};
  const ssize_t size = read(file, buffer.data(), buffer.size());
  close(file);
  if (size <= 0) return -1;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(size));
  constexpr std::string_view kField = "VmHWM:";
  std::size_t at = text.find(kField);
  if (at == std::string_view::npos) return -1;
  at = text.find_first_not_of(" \t", at + kField.size());
  std::int64_t kibibytes = -1;
  std::from_chars(text.data() + at, text.data() + text.size(), kibibytes);
  return kibibytes * 1024;
}

bool reset_peak_resident() noexcept {
  const int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  const bool done = file >= 0 && write(file, "5", 1) == 1;
  if (file >= 0) close(file);
  return done;
}

std::int64_t process_id() noexcept { return getpid(); }

void exit_now(int code) noexcept { _exit(code); }

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::string> take_environment(const char* name) {
  auto value = environment(name);
  if (value) unsetenv(name);
  return value;
}

std::string executable_path() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) throw Error("cannot find the running program: " + error.message(), "/proc/self/exe");
  return path.string();
}

bool is_executable(const std::string& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && access(path.c_str(), X_OK) == 0;
}

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return is_executable(name) ? name : "";
  const std::string path = environment("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(':', at), path.size());
    const std::string folder = end == at ? "." : path.substr(at, end - at);
    if (const std::string candidate = folder + "/" + name; is_executable(candidate)) return candidate;
    at = end + 1;
  }
  return "";
}

std::string working_directory() {
  std::error_code error;
  return std::filesystem::current_path(error).string();
}

void become(const std::vector<std::string>& argv) {
  std::vector<char*> words;
  words.reserve(argv.size() + 1);
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execv's signature
  words.push_back(nullptr);
  execv(words[0], words.data());
  throw Error(fmt::format("cannot start {}: {}", argv[0], std::strerror(errno)));
}

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

bool is_terminal(int descriptor) noexcept { return isatty(descriptor) == 1; }

std::size_t terminal_width(int descriptor) noexcept {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace benchkit::base
