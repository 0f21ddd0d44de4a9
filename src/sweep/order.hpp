// Order: where a version that came later stands among those that a sweep has measured.
#pragma once

#include <string>
#include <vector>

#include "model/snapshot.hpp"
#include "sweep/version_spec.hpp"

namespace benchkit::sweep {

struct Order {
  std::vector<std::string> labels;    ///< of the file's versions and of those that are asked for, the oldest first
  std::vector<std::string> unplaced;  ///< of those, the ones that stand last because nothing says where they belong
};

/// The file's versions keep their places. A release is put among releases by its number, and a commit behind its ancestors; what is neither, where the
/// command names all that the file has, stands where the command names it.
[[nodiscard]] Order order_of(const Snapshot& before, const std::vector<VersionSpec>& specs);

/// The versions in that order.
[[nodiscard]] std::vector<VersionSpec> in_order(std::vector<VersionSpec> specs, const Order& order);

}  // namespace benchkit::sweep
