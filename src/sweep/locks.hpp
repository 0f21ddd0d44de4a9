// Locks: exact lists of what an environment holds, and the way from one to another.
#pragma once

#include <string>
#include <vector>

#include "sweep/provisioner.hpp"
#include "sweep/version_spec.hpp"

namespace benchkit::sweep {

/// The requirements of a lock file, that of `package` first; lines that go on are joined. Throws benchkit::Error for what cannot be read, for a file that has
/// none, and for options and hashes.
[[nodiscard]] std::vector<std::string> requirements_in(const std::string& lock, const std::string& package);

/// From what one lock lists to what another one does, a package at a time: the first version is GOOD, and each one behind it has one package as BAD
/// has it. Their locks are written into `folder`; each is called by what it changes. Throws benchkit::Error where the two list the same.
[[nodiscard]] std::vector<VersionSpec> between_locks(const std::string& good, const std::string& bad, const std::string& folder,
                                                     const Host& host);

}  // namespace benchkit::sweep
