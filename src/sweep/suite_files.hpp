// What the files of a suite and of a package hold: a hash over all of them, by which an edited one is another one.
#pragma once

#include <string>
#include <vector>

#include "sweep/provisioner.hpp"

namespace benchkit::sweep {

/// Of a file, what it holds. Of a folder, the names and contents of its files: those that git does not ignore, where it is in a repository; else all, but
/// hidden folders, virtual environments, and what a build leaves beside pyproject.toml. What benchkit itself writes does not count: snapshots, pictures,
/// and the folders `without`.
[[nodiscard]] std::string hash_of_source(const std::string& path, const std::vector<std::string>& without = {});

/// The same of a suite: the package or script that a worker of Python is started by, or the folder of the repository that commits of a C++ suite are
/// built with. Empty where there is none.
[[nodiscard]] std::string hash_of_suite(const Host& host, const ProvisionOptions& options);

/// The suite's folder, relative to its repository: bench or benchmarks, or what `options` says; empty: as each commit has it.
[[nodiscard]] std::string suite_folder_in(const std::string& repository, const ProvisionOptions& options);

/// The word behind -m, or empty.
[[nodiscard]] std::string module_in(const std::vector<std::string>& argv);

}  // namespace benchkit::sweep
