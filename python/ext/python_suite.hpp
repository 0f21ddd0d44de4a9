// Python's suites: the registry, and suites as the cases of a worker.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>

#include "core/case_source.hpp"

namespace benchkit::python {

/// Binds Registry and Selection.
void bind_suite(nanobind::module_& module);

using ShortNames = std::vector<std::pair<std::string, std::string>>;

/// What a worker serves: a `benchkit.suite.Suite`, or a callable or an iterable that gives cases. `cases` must outlive it.
[[nodiscard]] std::shared_ptr<core::CaseSource> case_source(nanobind::handle cases, const ShortNames& short_names);

}  // namespace benchkit::python
