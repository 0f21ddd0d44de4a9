// Recordings for Python.
#pragma once

#include <nanobind/nanobind.h>

namespace benchkit::python {

void bind_recording(nanobind::module_& module);

}  // namespace benchkit::python
