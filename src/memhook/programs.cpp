// Programs that a tree of processes would lose without a word. The hooks come into a child by its environment (LD_PRELOAD), which programs that are linked
// statically do not heed, setuid programs must not, and a caller may have left out. So where the hooks stand before the allocator by its name, they stand before
// the functions that make a process another program too: those look first whether the hooks will be there, and note in the tree who will not be seen. They and
// those that end a process without its destructors tell what it allocated until then.
//
// A program with the hooks linked in needs nobody to load them. It is known by a note in its file (ELF's PT_NOTE), which comes with the hooks.
//
// All this may be called in a child of vfork, which shares its parent's memory and may be killed at any time: nothing is allocated here, and no lock is taken.
#include <elf.h>
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

#include "memhook/functions.hpp"
#include "memhook/hooks.hpp"
#include "memhook/keep_errno.hpp"
#include "memhook/tree.hpp"

// Three words, the sizes of name and content and the type; the name.
asm(R"(
.pushsection .note.benchkit, "a", %note
.balign 4
.long 9, 0, 1
.asciz "benchkit"
.balign 4
.popsection
)");

namespace benchkit::memhook {
namespace {

constexpr std::size_t kHead = 4096;

struct ProgramFile {
  bool found = false;
  bool takes_rights = false;  ///< setuid, setgid or with capabilities, so that the linker does not load what the caller wants
  bool has_hooks = false;     ///< they are linked in
  std::size_t size = 0;       ///< bytes of `head`
  char head[kHead];
};

/// Its program headers, as far as they stand in the head.
class ProgramHeaders {
 public:
  explicit ProgramHeaders(const ProgramFile& file) noexcept : file_(file) {
    if (file.size < sizeof header_ || memcmp(file.head, ELFMAG, SELFMAG) != 0) return;
    memcpy(&header_, file.head, sizeof header_);
    is_elf_ = true;
  }
  [[nodiscard]] bool is_elf() const noexcept { return is_elf_; }
  [[nodiscard]] bool is_of_our_kind() const noexcept { return is_elf_ && header_.e_ident[EI_CLASS] == ELFCLASS64; }
  [[nodiscard]] bool stand_in_head() const noexcept {
    return header_.e_phoff + std::size_t{header_.e_phnum} * header_.e_phentsize <= file_.size;
  }
  /// Whether `wanted(segment)` is true of one.
  template <class Wanted>
  [[nodiscard]] bool any(Wanted&& wanted) const noexcept {
    if (!is_of_our_kind() || !stand_in_head()) return false;
    for (unsigned i = 0; i < header_.e_phnum; ++i) {
      Elf64_Phdr segment;
      memcpy(&segment, file_.head + header_.e_phoff + std::size_t{i} * header_.e_phentsize, sizeof segment);
      if (wanted(segment)) return true;
    }
    return false;
  }

 private:
  const ProgramFile& file_;
  bool is_elf_ = false;
  Elf64_Ehdr header_{};
};

/// Whether the note of the hooks is in a segment of notes: for each the sizes of its name and its content, its type, and the two, filled up to whole words.
bool holds_our_note(long descriptor, const Elf64_Phdr& segment) noexcept {
  constexpr char kName[] = "benchkit";
  alignas(8) char notes[1024];
  const std::size_t wanted = segment.p_filesz < sizeof notes ? segment.p_filesz : sizeof notes;
  const long got = syscall(SYS_pread64, descriptor, notes, wanted, segment.p_offset);
  const std::size_t word = segment.p_align == 8 ? 8 : 4;
  const auto filled_up = [word](std::size_t size) { return (size + word - 1) & ~(word - 1); };
  Elf64_Nhdr note;
  for (std::size_t at = 0; got > 0 && at + sizeof note + sizeof kName <= static_cast<std::size_t>(got);) {
    memcpy(&note, notes + at, sizeof note);
    if (note.n_namesz == sizeof kName && memcmp(notes + at + sizeof note, kName, sizeof kName) == 0) return true;
    at += filled_up(sizeof note + note.n_namesz) + filled_up(note.n_descsz);
  }
  return false;
}

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
  file.size = size > 0 ? static_cast<std::size_t>(size) : 0;
  file.has_hooks = ProgramHeaders(file).any(
      [descriptor](const Elf64_Phdr& segment) { return segment.p_type == PT_NOTE && holds_our_note(descriptor, segment); });
  syscall(SYS_close, descriptor);
}

/// An ELF file of our kind without an interpreter, or of another kind: the linker that would load the hooks is not there.
bool is_static(const ProgramFile& file) noexcept {
  const ProgramHeaders headers(file);
  if (!headers.is_elf()) return false;
  if (!headers.is_of_our_kind()) return true;
  if (!headers.stand_in_head()) return false;  // it has the benefit of the doubt
  return !headers.any([](const Elf64_Phdr& segment) { return segment.p_type == PT_INTERP; });
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

bool preloads_hooks(char* const* environment) noexcept {
  const char* const preload = value_in(environment, "LD_PRELOAD");
  return preload != nullptr && strstr(preload, "benchkit-memhook") != nullptr;
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
  if (value_in(environment, BENCHKIT_MEMHOOK_TREE) == nullptr) return false;
  return file.has_hooks || (preloads_hooks(environment) && !file.takes_rights && !is_static(file));
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

/// Of a name in a folder that is open or, where it is empty, of the open file itself.
bool find_in_folder(int folder, const char* name, char (&path)[PATH_MAX]) noexcept {
  if (name[0] == '/' || folder == AT_FDCWD) return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX;
  return snprintf(path, PATH_MAX, name[0] == '\0' ? "/proc/self/fd/%d" : "/proc/self/fd/%d/%s", folder, name) < PATH_MAX;
}

enum class By : std::uint8_t { path, search };

/// Notes in the tree, while it lives, a program that will not be seen; takes it back if the call that was to start it returned without.
class Note {
 public:
  Note(By by, const char* name, char* const* environment) noexcept {
    if (!is_in_tree() || name == nullptr) return;
    const KeepErrno keep;
    char path[PATH_MAX];
    const bool there = by == By::search ? find_program(name, path) : snprintf(path, PATH_MAX, "%s", name) < PATH_MAX;
    noted_ = there && !will_be_seen(path, environment);
    if (noted_) note_unseen(path);
  }
  Note(int folder, const char* name, char* const* environment) noexcept {
    if (!is_in_tree() || name == nullptr) return;
    const KeepErrno keep;
    char path[PATH_MAX];
    noted_ = find_in_folder(folder, name, path) && !will_be_seen(path, environment);
    if (!noted_) return;
    char file[PATH_MAX];
    const ssize_t length = name[0] == '\0' ? readlink(path, file, sizeof file - 1) : -1;
    if (length > 0) file[length] = '\0';
    note_unseen(length > 0 ? file : path);
  }
  Note(const Note&) = delete;
  Note& operator=(const Note&) = delete;
  void failed() const noexcept {
    if (noted_) take_back_unseen();
  }

 private:
  bool noted_ = false;
};

/// The functions are found before any of them is called, at the first malloc if not earlier: in a child of vfork nothing may be asked of the linker.
const Real& real() noexcept {
  if (g_real.execvpe == nullptr) find_real_functions();
  return g_real;
}

int become(const char* path, char* const* words, char* const* environment) noexcept {
  const Note note(By::path, path, environment);
  tell_totals();
  const long result = syscall(SYS_execve, path, words, environment);
  note.failed();
  return static_cast<int>(result);
}

int search_and_become(const char* name, char* const* words, char* const* environment) noexcept {
  const Note note(By::search, name, environment);
  tell_totals();
  const int result = real().execvpe(name, words, environment);
  note.failed();
  return result;
}

int become_opened(int folder, const char* name, char* const* words, char* const* environment, int flags) noexcept {
  const Note note(folder, name, environment);
  tell_totals();
  const long result = syscall(SYS_execveat, folder, name, words, environment, flags);
  note.failed();
  return static_cast<int>(result);
}

int start(By by, pid_t* pid, const char* name, const posix_spawn_file_actions_t* actions, const posix_spawnattr_t* attributes,
          char* const* words, char* const* environment) noexcept {
  const Note note(by, name, environment);
  auto* const spawn = by == By::search ? real().posix_spawnp : real().posix_spawn;
  const int error = spawn(pid, name, actions, attributes, words, environment);
  if (error != 0) note.failed();
  return error;
}

std::size_t count_words(va_list rest) noexcept {
  std::size_t count = 1;
  while (va_arg(rest, char*) != nullptr) ++count;
  return count;
}

}  // namespace

extern "C" {

int benchkit_hook_execve(const char* path, char* const* words, char* const* environment) { return become(path, words, environment); }
int benchkit_hook_execv(const char* path, char* const* words) { return become(path, words, environ); }
int benchkit_hook_execvp(const char* name, char* const* words) { return search_and_become(name, words, environ); }
int benchkit_hook_execvpe(const char* name, char* const* words, char* const* environment) {
  return search_and_become(name, words, environment);
}
int benchkit_hook_fexecve(int file, char* const* words, char* const* environment) {
  return become_opened(file, "", words, environment, AT_EMPTY_PATH);
}
int benchkit_hook_execveat(int folder, const char* name, char* const* words, char* const* environment, int flags) {
  return become_opened(folder, name, words, environment, flags);
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

int benchkit_hook_execl(const char* path, const char* first, ...) {
  BENCHKIT_WORDS(first);
  va_end(listed);
  return become(path, words, environ);
}
int benchkit_hook_execlp(const char* name, const char* first, ...) {
  BENCHKIT_WORDS(first);
  va_end(listed);
  return search_and_become(name, words, environ);
}
int benchkit_hook_execle(const char* path, const char* first, ...) {
  BENCHKIT_WORDS(first);
  char* const* const environment = va_arg(listed, char* const*);
  va_end(listed);
  return become(path, words, environment);
}
#undef BENCHKIT_WORDS

// Ends without destructors, ours among them.
void benchkit_hook__exit(int code) {
  leave_tree();
  while (true) syscall(SYS_exit_group, code);
}
void benchkit_hook__Exit(int code) { benchkit_hook__exit(code); }
void benchkit_hook_quick_exit(int code) {
  tell_totals();
  real().quick_exit(code);
}

int benchkit_hook_posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions, const posix_spawnattr_t* attributes,
                              char* const* words, char* const* environment) {
  return start(By::path, pid, path, actions, attributes, words, environment);
}
int benchkit_hook_posix_spawnp(pid_t* pid, const char* name, const posix_spawn_file_actions_t* actions, const posix_spawnattr_t* attributes,
                               char* const* words, char* const* environment) {
  return start(By::search, pid, name, actions, attributes, words, environment);
}

// libc starts the shell for these by a function of its own.
int benchkit_hook_system(const char* command) {
  const Note note(By::path, command != nullptr ? "/bin/sh" : nullptr, environ);
  const int result = real().system(command);
  if (result == -1) note.failed();
  return result;
}
FILE* benchkit_hook_popen(const char* command, const char* type) {
  const Note note(By::path, "/bin/sh", environ);
  FILE* const stream = real().popen(command, type);
  if (stream == nullptr) note.failed();
  return stream;
}

}  // extern "C"

}  // namespace benchkit::memhook
