// A host of 10,000 cases, for what the commands cost that measure nothing.
#include <string>

#include <benchkit/benchkit.hpp>

int main(int argc, char** argv) {
  benchkit::App app{"many"};
  for (int i = 0; i < 10'000; ++i)
    app.add({.id = "case[" + std::to_string(i) + "]", .dims = {{"kind", i % 4}, {"n", i}}, .run = [] { return [] {}; }});
  return app.main(argc, argv);
}
