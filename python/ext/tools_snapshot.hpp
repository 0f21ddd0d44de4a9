// Result files for Python: what they hold, as text and as a table.
#pragma once

#include <nanobind/nanobind.h>

namespace benchkit::python {

void bind_snapshot(nanobind::module_& module);

}  // namespace benchkit::python
