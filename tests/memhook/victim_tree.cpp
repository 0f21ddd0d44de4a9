// What a tree of processes gets wrong: children that are dead and not reaped, a first thread that ends before the others, what is resident of a reservation
// at the end, and an end of the program while threads allocate.
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
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
    const pid_t child = fork();
    if (child == 0) {
      take(20'000'000);
      _exit(0);
    }
    siginfo_t end;
    if (waitid(P_PID, static_cast<id_t>(child), &end, WEXITED | WNOWAIT) != 0) return 1;
  }
  while (wait(nullptr) > 0) {
  }
  return 0;
}

/// Children one after the other, each of which ends without its destructors or is killed.
int many() {
  for (int i = 0; i < 100; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      take(10'000);
      if (i % 2 == 0) _exit(0);
      kill(getpid(), SIGKILL);
    }
    waitpid(child, nullptr, 0);
  }
  return 0;
}

/// The program holds 20 MB and its child takes as much, after the first thread has gone.
int headless() {
  const pthread_t first = pthread_self();
  std::thread([first] {
    pthread_join(first, nullptr);
    void* const held = take(20'000'000);
    if (fork() == 0) {
      take(20'000'000);
      _exit(0);
    }
    wait(nullptr);
    std::free(held);
    std::exit(0);
  }).detach();
  pthread_exit(nullptr);
}

char* reserve(std::size_t bytes) {
  void* const pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return static_cast<char*>(std::memset(pages, 1, bytes));
}

/// What is resident of a reservation at the end, while `others` (another process) hold as much by malloc.
int reserved(bool others) {
  int told[2];
  int asked[2];
  if (pipe(told) != 0 || pipe(asked) != 0) return 1;
  const pid_t child = others ? fork() : -1;
  char byte = 0;
  if (child == 0) {
    close(asked[1]);
    take(20'000'000);
    if (write(told[1], &byte, 1) != 1) _exit(1);
    (void)!read(asked[0], &byte, 1);  // until the parent has come to its end
    _exit(0);
  }
  if (others && read(told[0], &byte, 1) != 1) return 1;
  (void)reserve(20'000'000);
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

int main(int /*count*/, char** words) {
  if (std::strcmp(words[1], "unreaped") == 0) return unreaped();
  if (std::strcmp(words[1], "many") == 0) return many();
  if (std::strcmp(words[1], "reserved") == 0) return reserved(false);
  if (std::strcmp(words[1], "reserved beside another") == 0) return reserved(true);
  return std::strcmp(words[1], "headless") == 0 ? headless() : ending();
}
