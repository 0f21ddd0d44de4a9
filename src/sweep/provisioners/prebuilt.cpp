// prebuilt: a program that somebody has built.
#include <filesystem>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "sweep/provisioner.hpp"

namespace benchkit::sweep {
namespace {

bool claims(const VersionSpec& spec, const Host& /*host*/) { return spec.kind == VersionSpec::Kind::program; }

Environment provision(const Request& request) {
  const std::string& path = request.spec.what;
  if (!base::is_executable(path) || std::filesystem::is_directory(path))
    throw Error(fmt::format("there is no program \"{}\"", path), request.spec.text, "build it first; a path (./bench-old)");
  Environment environment{.argv = {std::filesystem::absolute(path).string()}};
  if (std::string hash = hash_of_file(path); !hash.empty()) environment.details["program_hash"] = std::move(hash);
  return environment;
}

}  // namespace

Provisioner prebuilt_provisioner() { return {"prebuilt", "./PROGRAM: a host that is built already", &claims, &provision}; }

}  // namespace benchkit::sweep
