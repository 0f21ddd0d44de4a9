// Three micro cases, for what a whole run takes from start to finish.
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include <benchkit/benchkit.hpp>

int main(int argc, char** argv) {
  benchkit::App app{"kernels"};
  app.add({.id = "sqrt", .run = [] {
             return [x = 2.0]() mutable {
               x = std::sqrt(x + 1);
               return x;
             };
           }});
  app.add({.id = "hash", .run = [] {
             return [h = std::uint64_t{1}]() mutable {
               for (int i = 0; i < 16; ++i) h = (h ^ static_cast<std::uint64_t>(i)) * 0x100000001b3;
               return h;
             };
           }});
  app.add({.id = "sum",
           .run = [] { return [numbers = std::vector<int>(1000, 3)] { return std::accumulate(numbers.begin(), numbers.end(), 0); }; }});
  return app.main(argc, argv);
}
