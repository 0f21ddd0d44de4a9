// Memory windows for Python.
#pragma once

#include <nanobind/nanobind.h>

namespace benchkit::python {

void bind_memory(nanobind::module_& module);

}  // namespace benchkit::python
