// The suite that the transcripts speak for: a few cases, a failing one, a skipped one.
#include <stdexcept>
#include <string>
#include <vector>

#include <benchkit/benchkit.hpp>

int main(int argc, char** argv) {
  benchkit::App app{"suite"};
  for (const char* op : {"sum", "max"}) {
    for (const int n : {10, 1000}) {
      app.add({.id = std::string(op) + "[" + std::to_string(n) + "]",
               .dims = {{"op", op}, {"n", n}, {"share", 0.5}, {"checked", true}},
               .run =
                   [n] {
                     return [numbers = std::vector<int>(static_cast<std::size_t>(n), 3)] {
                       int sum = 0;
                       for (const int number : numbers) sum += number;
                       return sum;
                     };
                   },
               .work = {.items = static_cast<double>(n), .bytes = 4.0 * n},
               .labels = {{"rows", 12.5}},
               .group = op});
    }
  }
  app.add({.id = "broken", .dims = {{"op", "broken"}}, .run = [] { return [] { throw std::runtime_error("no such column"); }; }});
  app.add({.id = "gpu", .dims = {{"op", "gpu"}}, .run = [] { return [] {}; }, .skip = "needs a GPU"});
  app.install_spec([](const std::string& version) { return "fake:" + version + ",ns=" + (version == "1.0" ? "1000" : "1100"); });
  return app.main(argc, argv);
}
