// What a tree of processes gets wrong: children that are dead and not reaped, and an end of the program while threads allocate.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <thread>

namespace {

[[gnu::noinline]] void* take(std::size_t bytes) {
  void* block = std::malloc(bytes);
  asm volatile("" : "+r"(block) : : "memory");
  return block;
}

/// Each child is dead before the next one begins, and all are reaped at the end.
int unreaped() {
  for (int i = 0; i < 5; ++i) {
    int ends[2];
    if (pipe(ends) != 0) return 1;
    if (fork() == 0) {
      take(20'000'000);
      _exit(0);
    }
    close(ends[1]);
    char byte = 0;
    (void)!read(ends[0], &byte, 1);  // until the child's end is closed
    close(ends[0]);
    usleep(1000);  // its files are closed a moment before it is dead
  }
  while (wait(nullptr) > 0) {
  }
  return 0;
}

int ending() {
  for (int i = 0; i < 8; ++i) {
    std::thread([] {
      void* held[100];
      while (true) {
        for (void*& block : held) block = take(400);
        for (void* block : held) std::free(block);
      }
    }).detach();
  }
  usleep(1500);
  std::exit(0);
}

}  // namespace

int main(int /*count*/, char** words) { return std::strcmp(words[1], "unreaped") == 0 ? unreaped() : ending(); }
