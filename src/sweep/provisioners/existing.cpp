// existing: an environment of Python that is there already.
#include <filesystem>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "sweep/python_suite.hpp"

namespace benchkit::sweep {
namespace {

bool claims(const VersionSpec& spec, const Host& /*host*/) { return spec.kind == VersionSpec::Kind::python; }

Environment provision(const Request& request) {
  const std::string interpreter = interpreter_in(request.spec.what);
  if (!request.host.is_python())
    throw Error("python:PATH is another environment of a Python suite, and this one is none", request.spec.text,
                "name its program: ./bench-old");
  if (base::find_program(interpreter).empty())
    throw Error(fmt::format("there is no interpreter {}", interpreter), request.spec.text,
                "python:PATH takes an interpreter or an environment's folder");
  const std::string package = package_under_test(request.host);
  Environment environment = worker_in(std::filesystem::absolute(base::find_program(interpreter)).string(), request);
  environment.details["python"] = environment.argv.front();
  if (!package.empty()) check_import(environment, package, {}, request.tool);
  return environment;
}

}  // namespace

std::string interpreter_in(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return path;
  return (std::filesystem::path(path) / "bin/python").string();
}

Provisioner existing_provisioner() { return {"existing", "python:PATH: an interpreter, or an environment's folder", &claims, &provision}; }

}  // namespace benchkit::sweep
