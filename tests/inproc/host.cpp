// A host whose statics tell where they are: those of two builds in one process must be apart.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include <benchkit/benchkit.hpp>

inline std::string g_inline = "inline variables are STB_GNU_UNIQUE where they may be";

template <class T>
T& of_template() {
  static T value{};
  return value;
}

// Where code lies: how far two functions are apart is another in each layout.
__attribute__((noinline)) void here() { asm volatile(""); }
__attribute__((noinline)) void there() { asm volatile("nop"); }

namespace {

double distance() { return static_cast<double>(reinterpret_cast<std::intptr_t>(&there) - reinterpret_cast<std::intptr_t>(&here)); }

double address_of(const void* object) { return static_cast<double>(reinterpret_cast<std::uintptr_t>(object)); }

}  // namespace

int main(int argc, char** argv) {
  benchkit::App app{"inproc"};
  app.add({.id = "where", .run = [] {
             return [](benchkit::Probe& probe) {
               probe.report("inline variable", address_of(&g_inline));
               probe.report("process", static_cast<double>(getpid()));
               probe.report("static of a template", address_of(&of_template<long>()));
             };
           }});
  app.add({.id = "layout", .run = [] { return [](benchkit::Probe& probe) { probe.report("distance", distance()); }; }});
  app.add({.id = "work", .run = [] {
             return [] {
               int sum = 0;
               for (int i = 0; i < 200; ++i) sum += i * i % 7;
               return sum;
             };
           }});
#ifdef BENCHKIT_TEST_CRASHES
  app.add({.id = "crash", .run = [] { return [] { std::abort(); }; }});
#else
  app.add({.id = "crash", .run = [] { return [] { return 1; }; }});
#endif
  return app.main(argc, argv);
}
