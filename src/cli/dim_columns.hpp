// Dims as columns of a table.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include <benchkit/model/dims.hpp>

#include "base/table.hpp"

namespace benchkit::cli {

/// Adds the names that are not there yet, in their order.
inline void add_dim_names(std::vector<std::string>& names, const Dims& dims) {
  for (const auto& [name, value] : dims) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
}

/// A title for a column that a dim or the like gave its name to: with the prefix in front as long as a column has that title, or one of `later` will.
inline std::string own_title(std::string title, const std::string& prefix, const std::vector<base::TableColumn>& columns,
                             std::span<const char* const> later) {
  const auto taken = [&] {
    return std::any_of(columns.begin(), columns.end(), [&](const base::TableColumn& one) { return one.title == title; }) ||
           std::find(later.begin(), later.end(), title) != later.end();
  };
  while (taken()) title = prefix + title;
  return title;
}

/// The dim's value as text; empty if there is none.
inline std::string dim_text(const Dims& dims, const std::string& name) {
  const DimValue* value = dims.find(name);
  return value == nullptr ? std::string{} : value->text();
}

}  // namespace benchkit::cli
