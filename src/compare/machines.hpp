// Whether two snapshots were measured on the same machine and built alike, as far as they tell.
#pragma once

#include <string>
#include <vector>

#include "model/snapshot.hpp"

namespace benchkit::compare {

/// The facts of the machine in which the sessions of two snapshots differ ("cpu", "kernel", ...); empty where they agree or do not say.
[[nodiscard]] std::vector<std::string> machine_differences(const Snapshot& base, const Snapshot& head);

/// One text for the facts by which machines are told apart, of a session's `machine`.
[[nodiscard]] std::string fingerprint(const Json& machine);
/// Whether any session says where it was measured.
[[nodiscard]] bool states_machine(const Snapshot& snapshot);
/// Whether a session was measured in this way ("solo", "paired").
[[nodiscard]] bool has_design(const Snapshot& snapshot, const char* design);
/// The facts of the toolchain ("optimised", "compiler", ...) in which two versions differ; empty where they agree or one does not say.
[[nodiscard]] std::vector<std::string> build_differences(const Version& base, const Version& head);

}  // namespace benchkit::compare
