// A suite of everything that a case should not do. tests/hostile/test_hostile.py says what must come of each.
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <benchkit/benchkit.hpp>

namespace {

/// Does its harm when it is called.
template <class Harm>
void add(benchkit::App& app, const std::string& id, Harm harm) {
  app.add({.id = id, .dims = {{"harm", id}}, .run = [harm] { return harm; }});
}

int good(const std::vector<int>& numbers) {
  int sum = 0;
  for (const int number : numbers) sum += number;
  return sum;
}

/// Half a minute; a test that has no such time says less.
useconds_t slow_microseconds() {
  const char* wanted = std::getenv("HOSTILE_SLOW_MS");
  return wanted == nullptr ? 30'000'000 : static_cast<useconds_t>(std::atoi(wanted)) * 1000;
}

void add_good(benchkit::App& app, const std::string& id) {
  app.add({.id = id, .dims = {{"harm", "none"}}, .run = [] { return [numbers = std::vector<int>(100, 7)] { return good(numbers); }; }});
}

struct ThrowsWhenLeft {
  bool armed = true;
  ThrowsWhenLeft() = default;
  ThrowsWhenLeft(ThrowsWhenLeft&& other) noexcept : armed(other.armed) { other.armed = false; }
  ThrowsWhenLeft(const ThrowsWhenLeft&) = delete;
  ThrowsWhenLeft& operator=(const ThrowsWhenLeft&) = delete;
  ThrowsWhenLeft& operator=(ThrowsWhenLeft&&) = delete;
  ~ThrowsWhenLeft() noexcept(false) {
    if (armed) throw std::runtime_error("the table would not drop");
  }
  int operator()() const { return 1; }
};

}  // namespace

int main(int argc, char** argv) {
  benchkit::App app{"hostile"};
  add_good(app, "good-first");
  add(app, "segfault", [] {
    volatile int* nowhere = nullptr;
    *nowhere = 1;
  });
  add(app, "abort", [] { std::abort(); });
  add(app, "exception", [] { throw std::out_of_range("row 12 of 10"); });
  add(app, "not-an-exception", [] { throw 42; });
  add(app, "exit", [] { std::exit(0); });  // NOLINT(concurrency-mt-unsafe): this is the harm
  add(app, "endless", [] {
    for (volatile bool on = true; on;) {
    }
  });
  add(app, "bomb", [] {
    std::vector<std::vector<char>> held;
    for (;;) held.emplace_back(8u << 20, 'x');
  });
  add(app, "flood", [] {
    std::printf("%s\n", std::string(50'000, 'o').c_str());
    std::fprintf(stderr, "%s\nthe last words\n", std::string(50'000, 'e').c_str());
  });
  add(app, "closes-descriptors", [] {
    for (int descriptor = 0; descriptor < 1024; ++descriptor) close(descriptor);
  });
  app.add({.id = "leaves-a-child", .dims = {{"harm", "leaves-a-child"}}, .run = [] {
             const pid_t child = fork();
             if (child == 0) {
               setsid();
               for (;;) pause();
             }
             return [child] { return child; };
           }});
  add(app, "answers-from-a-fork", [] {
    // The child returns from the action and would go on as if it were the worker. Once a process: each further call would double them.
    static bool forked = false;
    if (std::exchange(forked, true)) return;
    if (const pid_t child = fork(); child > 0) waitpid(child, nullptr, 0);
  });
  add(app, "steals-signals", [] {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGPIPE, SIGUSR1}) std::signal(signal, SIG_IGN);
  });
  add(app, "takes-no-time", [] {});
  app.add({.id = "setup-throws", .dims = {{"harm", "setup-throws"}}, .run = [] {
             throw std::runtime_error("no such data set");
             return [] {};
           }});
  app.add({.id = "teardown-throws", .dims = {{"harm", "teardown-throws"}}, .run = [] { return ThrowsWhenLeft{}; }});
  app.add({.id = "slow", .dims = {{"harm", "slow"}}, .run = [] { return [] { usleep(slow_microseconds()); }; }});
  app.add({.id = "skips", .run = [] { return [] {}; }, .skip = "needs a GPU"});
  app.add({.id = "no-run"});
  const auto idle = [] { return [] {}; };
  app.add({.id = "\xff", .run = idle});
  app.add({.id = "nan-dim", .dims = {{"n", std::nan("")}, {"harm", "nan"}}, .run = idle});
  app.add({.id = "inf-label", .run = idle, .labels = {{"rows", INFINITY}}});
  app.add({.id = "inf-work", .run = idle, .work = {.items = INFINITY}});
  app.add({.id = "nan-timeout", .run = idle, .timeout = std::chrono::duration<double>(std::nan(""))});
  app.add({.id = "times-some-calls", .run = [] {
             return [calls = 0](benchkit::Probe& probe) mutable {
               if (calls++ % 2 == 1) probe.time(1);
             };
           }});
  add_good(app, "good-last");
  return app.main(argc, argv);
}
