// The whole command line as a function, for a host that links benchkit::cli.
#pragma once

#include <benchkit/app/app.hpp>

namespace benchkit::cli {

/// The command `benchkit`: `--host PROGRAM` names the suite that it speaks for; without it only commands that need no cases work, and
/// `run --command`. Returns the exit code; never throws.
[[nodiscard]] int main(int argc, char** argv);

}  // namespace benchkit::cli
