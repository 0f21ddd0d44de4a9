// Whether two snapshots were measured on the same machine, as far as their headers tell.
#pragma once

#include <string>
#include <vector>

#include "model/snapshot.hpp"

namespace benchkit::compare {

/// The facts of the machine in which the sessions of two snapshots differ ("cpu", "kernel", ...); empty where they agree or do not say.
[[nodiscard]] std::vector<std::string> machine_differences(const Snapshot& base, const Snapshot& head);

}  // namespace benchkit::compare
