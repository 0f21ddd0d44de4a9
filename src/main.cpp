// The command `benchkit`.
#include <benchkit/cli/main.hpp>

int main(int argc, char** argv) { return benchkit::cli::main(argc, argv); }
