// Programs that a tree of processes would lose without a word. The hooks come into a child by its environment (LD_PRELOAD), which programs that are linked
// statically do not heed, setuid programs must not, and a caller may have left out. So in preloaded programs the functions that make a process another
// program look first whether the hooks will be there, and note in the tree who will not be seen. They and those that end a process without its destructors tell
// what it allocated until then.
//
// They may be called in a child of vfork, which shares its parent's memory and may be killed at any time: nothing is allocated here, and no lock is taken.
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

#include "memhook/tree.hpp"

#define BENCHKIT_EXPORT extern "C" __attribute__((visibility("default")))

namespace benchkit::memhook {
namespace {

constexpr std::size_t kHead = 4096;

struct ProgramFile {
  bool found = false;
  bool takes_rights = false;  ///< setuid, setgid or with capabilities, so that the linker does not load what the caller wants
  std::size_t size = 0;       ///< bytes of `head`
  char head[kHead];
};

void look_into(const char* path, ProgramFile& file) noexcept {
  const long descriptor = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  struct stat facts {};
  if (stat(path, &facts) == 0) {
    file.found = true;
    const bool others = (facts.st_mode & S_ISUID) != 0 && facts.st_uid != geteuid();
    const bool others_group = (facts.st_mode & S_ISGID) != 0 && facts.st_gid != getegid();
    file.takes_rights = others || others_group;
  }
  if (syscall(SYS_getxattr, path, "security.capability", nullptr, 0) > 0) file.takes_rights = true;
  if (descriptor < 0) return;  // what may be executed may still be unreadable: then it is taken for a program like others
  const long size = syscall(SYS_read, descriptor, file.head, kHead);
  syscall(SYS_close, descriptor);
  file.size = size > 0 ? static_cast<std::size_t>(size) : 0;
}

/// An ELF file of our kind without an interpreter, or of another kind: the linker that would load the hooks is not there.
bool is_static(const ProgramFile& file) noexcept {
  if (file.size < sizeof(Elf64_Ehdr) || memcmp(file.head, ELFMAG, SELFMAG) != 0) return false;
  if (file.head[EI_CLASS] != ELFCLASS64) return true;
  Elf64_Ehdr head;
  memcpy(&head, file.head, sizeof head);
  for (unsigned i = 0; i < head.e_phnum; ++i) {
    const std::size_t at = head.e_phoff + std::size_t{i} * head.e_phentsize;
    if (at + sizeof(Elf64_Phdr) > file.size) return false;  // not in this head; it has the benefit of the doubt
    Elf64_Phdr segment;
    memcpy(&segment, file.head + at, sizeof segment);
    if (segment.p_type == PT_INTERP) return false;
  }
  return true;
}

/// The interpreter of a script ("#! /bin/sh -e"), or false.
bool interpreter_of(const ProgramFile& file, char (&path)[PATH_MAX]) noexcept {
  if (file.size < 3 || file.head[0] != '#' || file.head[1] != '!') return false;
  std::size_t at = 2;
  while (at < file.size && (file.head[at] == ' ' || file.head[at] == '\t')) ++at;
  std::size_t length = 0;
  while (at < file.size && strchr(" \t\n", file.head[at]) == nullptr && length + 1 < PATH_MAX) path[length++] = file.head[at++];
  path[length] = '\0';
  return length > 0;
}

const char* value_in(char* const* environment, const char* name) noexcept {
  const std::size_t length = strlen(name);
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=') return *environment + length + 1;
  }
  return nullptr;
}

bool carries_hooks(char* const* environment) noexcept {
  const char* const preload = value_in(environment, "LD_PRELOAD");
  return value_in(environment, BENCHKIT_MEMHOOK_TREE) != nullptr && preload != nullptr && strstr(preload, "benchkit-memhook") != nullptr;
}

bool will_be_seen(const char* path, char* const* environment) noexcept {
  ProgramFile file;
  look_into(path, file);
  if (!file.found) return true;  // there will be no program
  char interpreter[PATH_MAX];
  if (interpreter_of(file, interpreter)) {
    file = {};
    look_into(interpreter, file);
  }
  return carries_hooks(environment) && !file.takes_rights && !is_static(file);
}

/// As execvp looks for it. `path` is as long as a path may be; false: it is not found.
bool find_program(const char* name, char (&path)[PATH_MAX]) noexcept {
  if (strchr(name, '/') != nullptr) return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX;
  const char* folders = getenv("PATH");
  if (folders == nullptr) folders = "/bin:/usr/bin";
  while (true) {
    const char* const end = strchrnul(folders, ':');
    const auto length = static_cast<int>(end - folders);
    if (snprintf(path, PATH_MAX, "%.*s/%s", length > 0 ? length : 1, length > 0 ? folders : ".", name) < PATH_MAX &&
        access(path, X_OK) == 0)
      return true;
    if (*end == '\0') return false;
    folders = end + 1;
  }
}

/// Notes in the tree, while it lives, a program that will not be seen; takes it back if the call that was to start it returned without.
class Note {
 public:
  Note(const char* name, bool searched, char* const* environment) noexcept {
    if (!is_in_tree() || name == nullptr) return;
    const int error = errno;
    char path[PATH_MAX];
    const bool there = searched ? find_program(name, path) : snprintf(path, PATH_MAX, "%s", name) < PATH_MAX;
    noted_ = there && !will_be_seen(path, environment);
    if (noted_) note_unseen(path);
    errno = error;
  }
  Note(const Note&) = delete;
  Note& operator=(const Note&) = delete;
  void failed() const noexcept {
    if (noted_) take_back_unseen();
  }

 private:
  bool noted_ = false;
};

template <class Function>
Function* next(const char* name) noexcept {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// Asked for before any of them is called: in a child of vfork nothing may be asked of the linker.
decltype(execvpe)* g_execvpe = nullptr;
decltype(posix_spawn)* g_spawn = nullptr;
decltype(posix_spawnp)* g_spawnp = nullptr;
void (*g_quick_exit)(int) = nullptr;

__attribute__((constructor)) void find_functions() noexcept {
  g_execvpe = next<decltype(execvpe)>("execvpe");
  g_spawn = next<decltype(posix_spawn)>("posix_spawn");
  g_spawnp = next<decltype(posix_spawnp)>("posix_spawnp");
  g_quick_exit = next<void(int)>("quick_exit");
}

int become(const char* path, char* const* words, char* const* environment) noexcept {
  const Note note(path, false, environment);
  tell_totals();
  const long result = syscall(SYS_execve, path, words, environment);
  note.failed();
  return static_cast<int>(result);
}

int search_and_become(const char* name, char* const* words, char* const* environment) noexcept {
  const Note note(name, true, environment);
  tell_totals();
  if (g_execvpe == nullptr) find_functions();
  const int result = g_execvpe(name, words, environment);
  note.failed();
  return result;
}

/// `real`: posix_spawn or, where the name is searched for, posix_spawnp.
int start(decltype(posix_spawn)*& real, bool searched, pid_t* pid, const char* name, const posix_spawn_file_actions_t* actions,
          const posix_spawnattr_t* attributes, char* const* words, char* const* environment) noexcept {
  const Note note(name, searched, environment);
  if (real == nullptr) find_functions();
  const int error = real(pid, name, actions, attributes, words, environment);
  if (error != 0) note.failed();
  return error;
}

std::size_t count_words(va_list rest) noexcept {
  std::size_t count = 1;
  while (va_arg(rest, char*) != nullptr) ++count;
  return count;
}

}  // namespace
}  // namespace benchkit::memhook

using namespace benchkit::memhook;  // NOLINT(google-build-using-namespace): what follows are libc's names

BENCHKIT_EXPORT int execve(const char* path, char* const* words, char* const* environment) noexcept {
  return become(path, words, environment);
}
BENCHKIT_EXPORT int execv(const char* path, char* const* words) noexcept { return become(path, words, environ); }
BENCHKIT_EXPORT int execvp(const char* name, char* const* words) noexcept { return search_and_become(name, words, environ); }
BENCHKIT_EXPORT int execvpe(const char* name, char* const* words, char* const* environment) noexcept {
  return search_and_become(name, words, environment);
}

// Words one by one, with a null pointer behind the last: made to a list on the stack, as these may be called between fork and exec.
#define BENCHKIT_WORDS(first)                                                              \
  va_list counted;                                                                         \
  va_start(counted, first);                                                                \
  const std::size_t count = count_words(counted);                                          \
  va_end(counted);                                                                         \
  auto** const words = static_cast<char**>(__builtin_alloca((count + 1) * sizeof(char*))); \
  va_list listed;                                                                          \
  va_start(listed, first);                                                                 \
  words[0] = const_cast<char*>(first);                                                     \
  for (std::size_t i = 1; i <= count; ++i) words[i] = va_arg(listed, char*)

BENCHKIT_EXPORT int execl(const char* path, const char* first, ...) noexcept {
  BENCHKIT_WORDS(first);
  va_end(listed);
  return become(path, words, environ);
}
BENCHKIT_EXPORT int execlp(const char* name, const char* first, ...) noexcept {
  BENCHKIT_WORDS(first);
  va_end(listed);
  return search_and_become(name, words, environ);
}
BENCHKIT_EXPORT int execle(const char* path, const char* first, ...) noexcept {
  BENCHKIT_WORDS(first);
  char* const* const environment = va_arg(listed, char* const*);
  va_end(listed);
  return become(path, words, environment);
}

// Ends without destructors, ours among them.
BENCHKIT_EXPORT void _exit(int code) {  // NOLINT(bugprone-reserved-identifier): libc's name
  tell_totals();
  while (true) syscall(SYS_exit_group, code);
}
BENCHKIT_EXPORT void _Exit(int code) { _exit(code); }  // NOLINT(bugprone-reserved-identifier): libc's name
BENCHKIT_EXPORT void quick_exit(int code) {
  tell_totals();
  if (g_quick_exit == nullptr) find_functions();
  g_quick_exit(code);
  __builtin_unreachable();
}

BENCHKIT_EXPORT int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                                const posix_spawnattr_t* attributes, char* const* words, char* const* environment) {
  return start(g_spawn, false, pid, path, actions, attributes, words, environment);
}
BENCHKIT_EXPORT int posix_spawnp(pid_t* pid, const char* name, const posix_spawn_file_actions_t* actions,
                                 const posix_spawnattr_t* attributes, char* const* words, char* const* environment) {
  return start(g_spawnp, true, pid, name, actions, attributes, words, environment);
}
