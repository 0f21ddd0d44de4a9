// Three micro cases, for what a whole run takes from start to finish.
#include <benchkit/benchkit.hpp>

#include "kernels.hpp"

int main(int argc, char** argv) {
  benchkit::App app{"kernels"};
  app.add({.id = "sqrt", .run = kernels::square_root});
  app.add({.id = "hash", .run = kernels::hash});
  app.add({.id = "sum", .run = kernels::sum});
  return app.main(argc, argv);
}
