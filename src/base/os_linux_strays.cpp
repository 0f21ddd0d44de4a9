// What a worker leaves behind: orphans, their memory; and the signals that interrupt a run.
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/process.hpp"

namespace benchkit::base {
namespace {

struct ProcessFacts {
  int parent = 0;
  std::int64_t resident_bytes = 0;
};

/// All processes that /proc shows, by pid. One that ends meanwhile is left out.
std::map<int, ProcessFacts> all_processes() {
  static const std::int64_t page = sysconf(_SC_PAGESIZE);
  std::map<int, ProcessFacts> result;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename().string();
    int pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size()) continue;
    std::ifstream file(entry.path() / "stat");
    std::string line;
    if (!std::getline(file, line)) continue;
    // pid (name, which may hold anything) state ppid ... field 24: rss in pages
    const std::size_t after_name = line.rfind(')');
    if (after_name == std::string::npos) continue;
    std::istringstream fields(line.substr(after_name + 1));
    std::string skipped;
    ProcessFacts facts;
    std::int64_t pages = 0;
    fields >> skipped >> facts.parent;
    for (int field = 5; field < 24; ++field) fields >> skipped;
    fields >> pages;
    facts.resident_bytes = pages * page;
    result[pid] = facts;
  }
  return result;
}

bool descends(const std::map<int, ProcessFacts>& processes, int pid, int ancestor) {
  for (int steps = 0; steps < 1000; ++steps) {
    if (pid == ancestor) return true;
    const auto found = processes.find(pid);
    if (found == processes.end() || found->second.parent == pid) return false;
    pid = found->second.parent;
  }
  return false;
}

std::atomic<int> g_interrupts{0};
std::atomic<int> g_event{-1};
struct sigaction g_before_int {};
struct sigaction g_before_term {};

void on_interrupt(int signal) {
  const int saved = errno;
  if (g_interrupts.fetch_add(1) > 0) {
    // The second one: the person insists.
    ::signal(signal, SIG_DFL);
    raise(signal);
  }
  const std::uint64_t one = 1;
  (void)!write(g_event.load(), &one, sizeof one);
  errno = saved;
}

int g_subreapers = 0;
int g_subreaper_before = 0;

}  // namespace

Subreaper::Subreaper() {
  if (g_subreapers++ > 0) return;
  prctl(PR_GET_CHILD_SUBREAPER, &g_subreaper_before);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}
Subreaper::~Subreaper() {
  if (--g_subreapers == 0) prctl(PR_SET_CHILD_SUBREAPER, g_subreaper_before);
}

std::set<int> children() {
  std::set<int> result;
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", error)) {
    std::ifstream file(task.path() / "children");
    for (int pid = 0; file >> pid;) result.insert(pid);
  }
  return result;
}

bool was_started_with(int pid, const std::string& variable) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/environ");
  for (std::string one; std::getline(file, one, '\0');) {
    if (one == variable) return true;
  }
  return false;
}

std::size_t kill_strays(const std::function<bool(int pid)>& is_spared) {
  std::size_t killed = 0;
  for (;;) {
    std::size_t found = 0;
    for (const int pid : children()) {
      if (is_spared(pid)) continue;
      kill_process(pid);
      if (waitpid(pid, nullptr, 0) == pid) ++found;
    }
    killed += found;
    if (found == 0) return killed;  // what the killed ones left has come to us meanwhile, and was looked for again
  }
}

std::int64_t resident_bytes_of_tree(int pid) {
  const auto processes = all_processes();
  std::int64_t sum = 0;
  for (const auto& [candidate, facts] : processes) {
    if (descends(processes, candidate, pid)) sum += facts.resident_bytes;
  }
  return sum;
}

std::int64_t out_of_memory_kills() {
  std::ifstream file("/proc/vmstat");
  std::string name;
  std::int64_t value = 0;
  while (file >> name >> value) {
    if (name == "oom_kill") return value;
  }
  return -1;
}

InterruptGuard::InterruptGuard() {
  g_interrupts = 0;
  g_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &g_before_int);
  sigaction(SIGTERM, &action, &g_before_term);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &g_before_int, nullptr);
  sigaction(SIGTERM, &g_before_term, nullptr);
  close(g_event.exchange(-1));
}

bool InterruptGuard::interrupted() const noexcept { return g_interrupts.load() > 0; }
int InterruptGuard::descriptor() const noexcept { return g_event.load(); }

}  // namespace benchkit::base
