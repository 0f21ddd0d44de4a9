// A child is made by vfork + exec: the runner may be a large Python process, whose page tables fork would copy. Between vfork and exec
// the child only makes system calls on what was prepared before.
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "base/process.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX wants the program to declare it

namespace benchkit::base {
namespace {

[[noreturn]] void complain(const std::string& what) { throw Error(what + ": " + std::strerror(errno)); }

template <class Use>
void for_each_thread(int pid, Use&& use) noexcept {
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc/" + std::to_string(pid) + "/task", error), end; !error && entry != end;
       entry.increment(error))
    use(static_cast<pid_t>(std::stoi(entry->path().filename())));
}

ProcessEnd end_from(int status, const rusage& usage) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const auto ns = [](const timeval& time) { return static_cast<std::int64_t>(time.tv_sec) * kSecond + time.tv_usec * 1000; };
  ProcessEnd end;
  end.by_signal = WIFSIGNALED(status);
  end.code = end.by_signal ? WTERMSIG(status) : WEXITSTATUS(status);
  end.cpu_ns = ns(usage.ru_utime) + ns(usage.ru_stime);
  end.peak_bytes = static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
  return end;
}

/// Everything that the child needs, as plain pointers, made before vfork.
struct Prepared {
  std::string program;
  std::vector<char*> argv;
  std::vector<std::string> variables;
  std::vector<char*> environment;
};

void prepare_environment(const SpawnOptions& options, Prepared& prepared) {
  const auto overridden = [&](std::string_view variable) {
    return std::any_of(options.environment.begin(), options.environment.end(), [&](const auto& pair) {
      return variable.size() > pair.first.size() && variable.starts_with(pair.first) && variable[pair.first.size()] == '=';
    });
  };
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!overridden(*variable)) prepared.environment.push_back(*variable);
  }
  prepared.variables.reserve(options.environment.size());
  for (const auto& [name, value] : options.environment) {
    prepared.environment.push_back(prepared.variables.emplace_back(name + "=" + value).data());
  }
  prepared.environment.push_back(nullptr);
}

Prepared prepare(const SpawnOptions& options) {
  if (options.argv.empty() || options.argv[0].empty()) throw Error("cannot start a program without a name");
  Prepared prepared;
  prepared.program = find_program(options.argv[0]);
  if (prepared.program.empty()) {
    throw Error(fmt::format("cannot start \"{}\": no such program", options.argv[0]), {}, "give its path, or put its folder on PATH");
  }
  for (const std::string& word : options.argv) prepared.argv.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execve's signature
  prepared.argv.push_back(nullptr);
  prepare_environment(options, prepared);
  return prepared;
}

/// In the child, between vfork and exec: system calls only. Returns only on failure.
void become_child(const SpawnOptions& options, const Prepared& prepared, int null_device, pid_t parent) {
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action {};
    if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_DFL) {
      action = {};
      action.sa_handler = SIG_DFL;
      sigaction(signal, &action, nullptr);
    }
  }
  if (options.own_group && setpgid(0, 0) != 0) return;
  if (options.dies_with_parent && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)) return;
  if (dup2(null_device, 0) < 0) return;
  if (dup2(options.standard_output < 0 ? null_device : options.standard_output, 1) < 0) return;
  if (dup2(options.standard_error < 0 ? null_device : options.standard_error, 2) < 0) return;
  for (const int descriptor : options.inherit) {
    if (fcntl(descriptor, F_SETFD, 0) != 0) return;
  }
  if (!options.working_directory.empty() && chdir(options.working_directory.c_str()) != 0) return;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(prepared.program.c_str(), prepared.argv.data(), prepared.environment.data());
}

int null_device() {
  static const int device = open("/dev/null", O_RDWR | O_CLOEXEC);
  return device;
}

}  // namespace

int spawn(const SpawnOptions& options) {
  const Prepared prepared = prepare(options);
  const int null = null_device();
  const pid_t parent = getpid();
  // No signal handler may run in the child while it shares our memory.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  volatile int child_error = 0;
  const pid_t child = vfork();  // NOLINT(bugprone-unsafe-functions): see the head of this file
  if (child == 0) {
    become_child(options, prepared, null, parent);
    child_error = errno == 0 ? ECANCELED : errno;
    _exit(127);
  }
  const int fork_error = child < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  for (const int descriptor : options.inherit)
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);  // a vfork child shares no descriptor table, but be sure
  if (child > 0 && child_error != 0) waitpid(child, nullptr, 0);
  if (child < 0 || child_error != 0) {
    errno = child < 0 ? fork_error : child_error;
    complain(fmt::format("cannot start \"{}\"", prepared.program));
  }
  return child;
}

ProcessEnd wait_for(int pid) {
  int status = 0;
  rusage usage{};
  while (wait4(pid, &status, 0, &usage) < 0) {
    if (errno != EINTR) complain(fmt::format("cannot wait for process {}", pid));
  }
  return end_from(status, usage);
}

std::optional<ProcessEnd> poll_end(int pid) {
  int status = 0;
  rusage usage{};
  if (wait4(pid, &status, WNOHANG, &usage) != pid) return std::nullopt;
  return end_from(status, usage);
}

int open_pidfd(int pid) {
  const auto descriptor = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (descriptor < 0) complain(fmt::format("cannot watch process {}", pid));
  return descriptor;
}

void kill_group(int group) noexcept { kill(-group, SIGKILL); }
void kill_process(int pid) noexcept { kill(pid, SIGKILL); }
void halt_group(int group) noexcept { kill(-group, SIGSTOP); }
void continue_group(int group) noexcept { kill(-group, SIGCONT); }

std::vector<int> usable_cpus() {
  cpu_set_t set;
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

void pin_process(int pid, int cpu) noexcept {
  cpu_set_t set;
  if (cpu >= 0) {
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
  } else if (sched_getaffinity(0, sizeof set, &set) != 0) {
    return;
  }
  for_each_thread(pid, [&](pid_t thread) { sched_setaffinity(thread, sizeof set, &set); });
}

int threads_of(int pid) noexcept {
  int count = 0;
  for_each_thread(pid, [&](pid_t thread) {
    ++count;
    std::ifstream children(fmt::format("/proc/{}/task/{}/children", pid, thread));
    for (int child = 0; children >> child;) count += threads_of(child);
  });
  return count;
}

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) complain("cannot make a pipe");
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return ends;
}

std::optional<std::string> read_available(int descriptor) {
  constexpr std::size_t kMost = 1u << 20;
  std::string result;
  std::array<char, 65536> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
  while (result.size() < kMost) {
    const ssize_t size = read(descriptor, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) break;
    if (size <= 0) return result.empty() ? std::nullopt : std::optional(result);
    result.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return result;
}

Helper::Helper(const std::vector<std::string>& argv) {
  const std::array<int, 2> pipe = make_pipe();
  try {
    pid_ = spawn({.argv = argv, .environment = {}, .working_directory = {}, .inherit = {}, .standard_output = pipe[1]});
    pipe_ = pipe[0];
  } catch (const Error&) {
    close(pipe[0]);
  }
  close(pipe[1]);
}

Helper::~Helper() { (void)output(); }

std::optional<std::string> Helper::output() {
  if (pid_ < 0) return std::nullopt;
  std::string text;
  for (bool open = true; open;) {
    (void)wait_readable({pipe_}, std::int64_t{1} << 40);
    const auto more = read_available(pipe_);
    open = more.has_value();
    if (more) text += *more;
  }
  close(pipe_);
  const ProcessEnd end = wait_for(std::exchange(pid_, -1));
  return end.by_signal || end.code != 0 ? std::nullopt : std::optional(text);
}

std::vector<bool> wait_readable(const std::vector<int>& descriptors, std::int64_t timeout_ns) {
  std::vector<pollfd> polled;
  polled.reserve(descriptors.size());
  for (const int descriptor : descriptors) polled.push_back({descriptor, POLLIN, 0});
  constexpr std::int64_t kSecond = 1'000'000'000;
  const timespec timeout{std::max<std::int64_t>(timeout_ns, 0) / kSecond, std::max<std::int64_t>(timeout_ns, 0) % kSecond};
  if (ppoll(polled.data(), polled.size(), &timeout, nullptr) <= 0) return {};
  std::vector<bool> ready;
  ready.reserve(polled.size());
  for (const pollfd& entry : polled) ready.push_back(entry.revents != 0);
  return ready;
}

std::string signal_name(int signal) {
  const char* name = sigabbrev_np(signal);
  return name == nullptr ? fmt::format("signal {}", signal) : fmt::format("SIG{}", name);
}

std::string signal_text(int signal) {
  const char* text = sigdescr_np(signal);
  return text == nullptr ? fmt::format("signal {}", signal) : text;
}

}  // namespace benchkit::base
