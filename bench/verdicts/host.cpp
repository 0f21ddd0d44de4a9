// The kernels as a suite of benchkit.
#include <benchkit/benchkit.hpp>

#include "kernels.hpp"

int main(int argc, char** argv) {
  benchkit::App app{"verdicts"};
  verdicts::each_kernel([&](const char* name, auto factory) { app.add({.id = name, .run = factory}); });
  return app.main(argc, argv);
}
