// A program with a command of its own beside benchkit's.
#include <cstdio>
#include <cstring>

#include <benchkit/cli/main.hpp>

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "greet") == 0) {
    std::puts("hello");
    return 0;
  }
  return benchkit::cli::main(argc, argv);
}
