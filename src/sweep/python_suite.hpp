// What provisioners of Python suites share: the suite in a folder of its own, this very benchkit in every environment, and a check of what would be imported.
#pragma once

#include <map>
#include <string>

#include "sweep/provisioner.hpp"

namespace benchkit::sweep {

/// What an interpreter says of itself and of the benchkit in it.
struct Interpreter {
  std::string path;
  std::string version;   ///< "3.11.2"
  std::string tag;       ///< "cpython-311": what a module must have been built for
  std::string benchkit;  ///< the package's folder, empty if it is not whole in one
  std::string source;    ///< where benchkit was installed from ("file:///..."), or empty
};

/// The interpreter that runs the suite. Asked once a process. Throws benchkit::Error if it has no benchkit.
[[nodiscard]] Interpreter interpreter_of(const Host& host, Tool& tool);

/// When each release of a package was uploaded, yanked ones left out. Asked once a process. Throws benchkit::Error without network, or for a package
/// that the index does not have.
[[nodiscard]] std::map<std::string, std::string> uploads_of(const std::string& package, const Host& host, Tool& tool);

/// The name of the distribution in a requirement: "linopy" of "linopy[extra]>=0.5"; empty where it has none (a path, a wheel's URL).
[[nodiscard]] std::string distribution_in(const std::string& requirement);
/// The same with its extras: "linopy[extra]".
[[nodiscard]] std::string distribution_with_extras_in(const std::string& requirement);

/// The file or folder that a requirement names; empty where it names none.
[[nodiscard]] std::string path_in(const std::string& requirement);
/// The same with its path as an absolute one: two folders' "." are two things.
[[nodiscard]] std::string with_absolute_path(const std::string& requirement);

/// uv: beside the interpreter, else along PATH; empty: there is none.
[[nodiscard]] std::string find_uv(const std::string& python);

/// A hash over what a benchkit package is made of: all environments have the same.
[[nodiscard]] std::string hash_of_benchkit(const Interpreter& interpreter);

/// Puts the benchkit that runs this sweep into an environment: its files, where the interpreter is of the same kind; else a wheel built from the same source.
void put_benchkit_into(const std::string& environment_python, const Request& request);

/// A worker of the suite by another interpreter, in a folder where nothing but the suite can be imported.
[[nodiscard]] Environment worker_in(const std::string& environment_python, const Request& request);

/// A virtual environment for what the request's spec installs. `released`: when that came to be, for `--as-of release`; empty: its release's upload says.
[[nodiscard]] Environment make_venv(const Request& request, const std::string& released);

/// Imports the package once, so that Python has compiled it before a worker is started. Whether it can be imported at all is for the cases to say.
void compile_package(const Environment& environment, const std::string& package, Tool& tool);

/// Throws benchkit::Error if the package would not come from the environment, or not at the version that was asked for (empty: any). The workers of the
/// environment then take its modules from nowhere else.
void check_import(Environment& environment, const std::string& package, const std::string& version, Tool& tool);

}  // namespace benchkit::sweep
