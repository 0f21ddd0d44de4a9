// The peak of a tree is that of the sum, and never the sum of peaks: two children of 100 MiB one after the other are 100 MiB.
//
// Each process keeps what it holds in an entry of a shared file, and writes it anew when that has changed by a portion: an 8,192th of the tree's
// peak, or 4 KiB. Whoever writes adds up all entries, and the sum may be a new peak. So the error is at most a few portions a process. A process that
// became another program (exec) or was killed leaves an entry behind; before a sum is taken for a peak it is made sure that all it counts still live: that
// /proc knows them under the same number since the same time, and not as dead and waiting to be reaped.
#include "memhook/tree.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memhook/file_names.hpp"
#include "memhook/functions.hpp"
#include "memhook/keep_errno.hpp"
#include "memhook/patch.hpp"
#include "memhook/thread.hpp"
#include "memhook/windows.hpp"

namespace benchkit::memhook {
namespace {

constexpr std::int64_t kPortionShare = 8192;
constexpr std::int64_t kPortionFloor = 4096;

benchkit_memhook_tree* g_tree = nullptr;
benchkit_memhook_process* g_own = nullptr;
std::int64_t g_window = 0;

std::int32_t own_pid() noexcept { return static_cast<std::int32_t>(getpid()); }

struct Stat {
  char state = '\0';  ///< as proc_pid_stat(5) has it; 0: it cannot be read
  std::uint64_t threads = 0;
  std::uint64_t started = 0;
};

/// What the kernel says of a process. By system calls alone, for the caller may be in the midst of malloc.
Stat stat_of(std::int32_t pid) noexcept {
  char path[32];
  snprintf(path, sizeof path, "/proc/%d/stat", static_cast<int>(pid));
  const long file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  char text[1024];
  const long size = syscall(SYS_read, file, text, sizeof text - 1);
  syscall(SYS_close, file);
  if (size <= 0) return {};
  text[size] = '\0';
  const char* at = strrchr(text, ')');  // behind the name, which may hold anything
  if (at == nullptr || at[1] != ' ') return {};
  Stat stat;
  stat.state = at[2];
  ++at;
  for (int field = 3; at != nullptr && field < 22; ++field) {
    at = strchr(at + 1, ' ');
    if (at != nullptr && field + 1 == 20) stat.threads = strtoull(at + 1, nullptr, 10);
  }
  if (at != nullptr) stat.started = strtoull(at + 1, nullptr, 10);
  return stat;
}

/// Not so a process that is dead and has not been reaped, nor one that has the number since. `started` 0: not known.
bool lives(std::int32_t pid, std::uint64_t started) noexcept {
  const KeepErrno keep;
  const bool exists = kill(pid, 0) == 0 || errno == EPERM;
  const Stat stat = exists ? stat_of(pid) : Stat{};
  // One whose first thread alone has ended is called a zombie too.
  if (!exists || stat.state == 'X' || (stat.state == 'Z' && stat.threads < 2)) return false;
  return started == 0 || stat.started == 0 || started == stat.started;
}

/// Among processes, any of which may be killed while it holds it: then the next one takes it over.
class TreeLock {
 public:
  TreeLock() noexcept {
    const std::int32_t own = own_pid();
    for (unsigned tries = 1;; ++tries) {
      std::int32_t holder = 0;
      if (__atomic_compare_exchange_n(&g_tree->holder, &holder, own, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
      if (tries % 64 == 0) sched_yield();
      if (tries % 4096 == 0 && !lives(holder, 0) &&
          __atomic_compare_exchange_n(&g_tree->holder, &holder, own, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        return;
      }
    }
  }
  TreeLock(const TreeLock&) = delete;
  TreeLock& operator=(const TreeLock&) = delete;
  ~TreeLock() { __atomic_store_n(&g_tree->holder, 0, __ATOMIC_RELEASE); }
};

template <class Use>
void for_each_process(Use&& use) noexcept {
  const unsigned count = g_tree->processes < BENCHKIT_MEMHOOK_MOST_PROCESSES ? g_tree->processes : BENCHKIT_MEMHOOK_MOST_PROCESSES;
  for (unsigned i = 0; i < count; ++i) use(g_tree->process[i]);
}

void end(benchkit_memhook_process& process) noexcept {
  process.ended = 1;
  process.left_bytes = process.live_bytes;
  process.live_bytes = 0;
}

struct Others {
  unsigned count = 0;
  std::int64_t live_bytes = 0;
};

/// What the others hold that have not ended, as far as is known.
Others other_processes() noexcept {
  Others others;
  for_each_process([&](const benchkit_memhook_process& process) {
    if (process.ended != 0 || &process == g_own) return;
    ++others.count;
    others.live_bytes += process.live_bytes;
  });
  return others;
}

/// Those that died without a word, among the ones that are in question.
template <class InQuestion>
void end_dead(InQuestion&& in_question) noexcept {
  for_each_process([&](benchkit_memhook_process& process) {
    if (process.ended == 0 && &process != g_own && in_question(process) && !lives(process.pid, process.started)) end(process);
  });
}

/// libc does not know the name yet where a static program's first allocation is its own.
void tell_name() noexcept {
  if (g_own != nullptr) strncpy(g_own->name, program_invocation_short_name, sizeof g_own->name - 1);
}

void take_entry() noexcept {
  const KeepErrno keep;
  const TreeLock lock;
  const std::int32_t pid = own_pid();
  for_each_process([&](benchkit_memhook_process& process) {
    if (process.pid == pid && process.ended == 0) end(process);  // it has become this program
  });
  g_own = nullptr;
  const unsigned index = g_tree->processes++;
  if (index >= BENCHKIT_MEMHOOK_MOST_PROCESSES) return;
  g_own = &g_tree->process[index];
  g_own->pid = pid;
  g_own->started = stat_of(pid).started;
  tell_name();
}

void count_whole_life() noexcept {
  take_entry();
  if (g_own == nullptr) return;
  g_window = open_window(BENCHKIT_MEMHOOK_TRUTH, 0, nullptr, 0);
  if (g_window > 0) put_in_tree(g_window);
}

void tell_refusal(const char* why) noexcept {
  note_unseen(program_invocation_short_name);
  const TreeLock lock;
  if (g_tree->refused[0] == '\0') snprintf(g_tree->refused, sizeof g_tree->refused, "%s", why);
}

/// What is no matter of peaks, and need not be told before the end. Lock held.
void write_totals(const benchkit_memhook_reading& seen) noexcept {
  g_own->live_bytes = seen.live_bytes;
  g_own->allocated_bytes = seen.allocated_bytes;
  g_own->allocations = seen.allocations;
  g_own->largest_bytes = seen.largest_bytes;
  g_own->missed_events = seen.missed_events;
}

__attribute__((constructor)) void join_tree_at_the_latest() noexcept {
  join_tree();
  tell_name();
}

__attribute__((destructor)) void leave_tree_by_itself() noexcept { leave_tree(); }

/// In a child of vfork the memory is its parent's, who goes on; and what interrupted the account must not wait for it.
bool may_tell() noexcept { return g_own != nullptr && g_own->pid == own_pid() && !t_thread.busy; }

}  // namespace

void join_tree() noexcept {
  static bool asked = false;
  if (asked || environ == nullptr) return;  // libc itself is not ready yet
  asked = true;
  const KeepErrno keep;
  const char* const path = getenv(BENCHKIT_MEMHOOK_TREE);
  if (path == nullptr || path[0] == '\0') return;
  find_real_functions();
  if (!is_interposed()) return;  // loaded by dlopen: somebody opens windows here
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  const long mapped = syscall(SYS_mmap, nullptr, sizeof(benchkit_memhook_tree), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (mapped == -1) return;
  g_tree = reinterpret_cast<benchkit_memhook_tree*>(mapped);
  char why[sizeof g_tree->refused] = "";
  if (attach(why, sizeof why) == 0) count_whole_life();
  else tell_refusal(why);
}

std::int64_t tell_tree(const benchkit_memhook_reading& seen, std::int64_t reached) noexcept {
  if (g_own == nullptr) return kPortionFloor;
  const TreeLock lock;
  if (g_own == nullptr) return kPortionFloor;  // the process has come to its end since
  write_totals(seen);
  if (reached > g_own->peak_bytes) g_own->peak_bytes = reached;
  g_own->peak_error_bytes = seen.peak_error_bytes;

  Others others = other_processes();
  if (reached + others.live_bytes > g_tree->peak_bytes && others.count > 0) {
    end_dead([](const benchkit_memhook_process& process) { return process.live_bytes > 0; });
    others = other_processes();
  }
  if (reached + others.live_bytes > g_tree->peak_bytes) g_tree->peak_bytes = reached + others.live_bytes;
  const std::int64_t portion = g_tree->peak_bytes / kPortionShare > kPortionFloor ? g_tree->peak_bytes / kPortionShare : kPortionFloor;
  const auto error = [&] { return others.count == 0 ? 0 : static_cast<std::uint64_t>(4 * portion * (others.count + 1)); };
  if (error() > g_tree->peak_error_bytes) {
    end_dead([](const benchkit_memhook_process& /*process*/) { return true; });
    others = other_processes();
    if (error() > g_tree->peak_error_bytes) g_tree->peak_error_bytes = error();
  }
  return portion;
}

void join_tree_again() noexcept {
  if (g_tree == nullptr || !is_attached()) return;
  count_whole_life();
}

void tell_totals() noexcept {
  if (!may_tell()) return;
  benchkit_memhook_reading seen;
  if (read_window(g_window, &seen) != 0) return;
  const TreeLock lock;
  if (g_own != nullptr) write_totals(seen);
}

void leave_tree() noexcept {
  if (!may_tell()) return;
  benchkit_memhook_reading seen;
  // A program that ends inside a window of its own has not closed it.
  if (close_window(g_window, &seen) != 0 && read_window(g_window, &seen) != 0) return;
  (void)tell_tree(seen, seen.live_bytes);  // once more: what is resident of reservations is known at the close alone
  const TreeLock lock;
  if (g_own == nullptr) return;
  if (seen.peak_bytes > g_own->peak_bytes) g_own->peak_bytes = seen.peak_bytes;
  end(*g_own);
  g_own = nullptr;
}

bool is_in_tree() noexcept { return g_tree != nullptr; }

void note_unseen(const char* path) noexcept {
  if (__atomic_fetch_add(&g_tree->unseen, 1, __ATOMIC_RELAXED) != 0) return;
  strncpy(g_tree->unseen_name, last_part(path), sizeof g_tree->unseen_name - 1);
}

void take_back_unseen() noexcept { __atomic_fetch_sub(&g_tree->unseen, 1, __ATOMIC_RELAXED); }

}  // namespace benchkit::memhook
