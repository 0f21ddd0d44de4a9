// victim_starts PROGRAM: starts it in every way that libc has, one after the other; then what is not there, /bin/true with an environment and
// without, and a shell without, by system and popen.
// Without a word it holds 20 MB and ends.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace {

char* g_words[] = {nullptr, nullptr};
char* g_bare[] = {nullptr};

void become(int way, const char* name) {
  switch (way) {
    case 0: execve(name, g_words, environ); break;
    case 1: execv(name, g_words); break;
    case 2: execvp(name, g_words); break;
    case 3: execvpe(name, g_words, environ); break;
    case 4: execl(name, name, static_cast<char*>(nullptr)); break;
    case 5: execlp(name, name, static_cast<char*>(nullptr)); break;
    case 6: execle(name, name, static_cast<char*>(nullptr), environ); break;
    case 7: fexecve(open(name, O_RDONLY | O_CLOEXEC), g_words, environ); break;
    case 8: execveat(AT_FDCWD, name, g_words, environ, 0); break;
    case 9: execveat(open(".", O_RDONLY | O_CLOEXEC), name, g_words, environ, 0); break;
    default: break;
  }
  _exit(127);
}

bool ended_well(pid_t child) {
  int code = 0;
  return waitpid(child, &code, 0) == child && code == 0;
}

pid_t child_that_becomes(int way, const char* name) {
  const pid_t child = fork();
  if (child == 0) become(way, name);
  return child;
}

}  // namespace

int main(int count, char** words) {
  if (count == 1) {
    void* block = std::malloc(20'000'000);
    asm volatile("" : "+r"(block) : : "memory");
    std::free(block);
    return 0;
  }
  char* const name = words[1];
  g_words[0] = name;
  for (int way = 0; way < 10; ++way) {
    if (!ended_well(child_that_becomes(way, name))) return 1 + way;
  }
  pid_t child = 0;
  if (posix_spawn(&child, name, nullptr, nullptr, g_words, environ) != 0 || !ended_well(child)) return 11;
  if (posix_spawnp(&child, name, nullptr, nullptr, g_words, environ) != 0 || !ended_well(child)) return 12;

  if (posix_spawn(nullptr, "./gone", nullptr, nullptr, g_words, environ) == 0) return 13;
  for (int way = 0; way < 10; ++way) {
    if (ended_well(child_that_becomes(way, "./gone"))) return 14;
  }
  if (!ended_well(child_that_becomes(4, "/bin/true"))) return 15;
  child = fork();
  if (child == 0) {
    execle("/bin/true", "true", static_cast<char*>(nullptr), g_bare);
    _exit(127);
  }
  if (!ended_well(child)) return 16;
  environ = g_bare;
  if (std::system("exit 0") != 0) return 17;
  std::FILE* const stream = popen("exit 0", "r");
  return stream != nullptr && pclose(stream) == 0 ? 0 : 18;
}
