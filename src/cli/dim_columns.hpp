// Dims as columns of a table.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <benchkit/model/dims.hpp>

namespace benchkit::cli {

/// Adds the names that are not there yet, in their order.
inline void add_dim_names(std::vector<std::string>& names, const Dims& dims) {
  for (const auto& [name, value] : dims) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
}

/// The dim's value as text; empty if there is none.
inline std::string dim_text(const Dims& dims, const std::string& name) {
  const DimValue* value = dims.find(name);
  return value == nullptr ? std::string{} : value->text();
}

}  // namespace benchkit::cli
