// What the loop costs: an empty action, a sink, a fresh state for every call.
#include <cstdint>

#include <benchkit/benchkit.hpp>

int main(int argc, char** argv) {
  benchkit::App app{"loop"};
  app.add({.id = "empty", .run = [] { return [] {}; }});
  app.add({.id = "sink", .run = [] { return [x = std::uint64_t{1}]() mutable { return x += 3; }; }});
  app.add({.id = "fresh state", .run = [] { return [x = std::uint64_t{1}]() mutable { return x += 3; }; }, .reuse = false});
  return app.main(argc, argv);
}
