// Python's cases as the worker's: conversion, and the way to run them.
#pragma once

#include <string>
#include <vector>

#include <nanobind/nanobind.h>

#include "core/host.hpp"

namespace benchkit::python {

/// A benchkit.Case as a HostCase. What is wrong with it becomes `broken`, never an exception. `number` names a case without an id.
[[nodiscard]] core::HostCase host_case(nanobind::handle object, std::size_t number);

/// Binds benchkit.Probe.
void bind_probe(nanobind::module_& module);

/// All cases of a callable or an iterable. Python exceptions pass through as PythonFailure.
[[nodiscard]] std::vector<core::HostCase> host_cases(nanobind::handle source);

}  // namespace benchkit::python
